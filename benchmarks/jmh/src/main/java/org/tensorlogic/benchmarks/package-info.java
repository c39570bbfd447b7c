/** JMH benchmarks of the engine on the workloads that other libraries are timed on too. */
package org.tensorlogic.benchmarks;
