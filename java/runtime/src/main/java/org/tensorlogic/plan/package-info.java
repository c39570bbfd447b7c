/** From graphs to programs: contraction order, kernels, views, memory offsets. */
package org.tensorlogic.plan;
