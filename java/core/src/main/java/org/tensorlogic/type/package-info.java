/** What a tensor is: dtype, shape and memory layout. */
package org.tensorlogic.type;
