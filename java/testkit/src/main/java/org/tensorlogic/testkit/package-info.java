/** Random tensors, derived tolerances, a gradient checker, and a conformance kit for executors. */
package org.tensorlogic.testkit;
