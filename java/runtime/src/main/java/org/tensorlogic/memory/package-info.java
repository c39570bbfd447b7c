/** Off-heap memory: a pool of reused blocks under a budget, and counted references to them. */
package org.tensorlogic.memory;
