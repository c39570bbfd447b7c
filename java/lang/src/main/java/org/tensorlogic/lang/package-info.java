/** Programs in the tensor logic language: load them, run them, ask them, explain them. */
package org.tensorlogic.lang;
