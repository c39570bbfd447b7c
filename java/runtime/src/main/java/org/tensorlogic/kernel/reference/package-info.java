/** Kernels in plain Java, computed from the definitions of the operations themselves. */
package org.tensorlogic.kernel.reference;
