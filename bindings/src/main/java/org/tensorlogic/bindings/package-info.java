/** Finds, loads and calls the native kernels; the only place that links to native code. */
package org.tensorlogic.bindings;
