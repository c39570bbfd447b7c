/** Memory, kernels, plans and the engine that runs graphs. */
module org.tensorlogic.runtime {
  requires transitive org.tensorlogic.core;
  requires jdk.management;

  exports org.tensorlogic.engine;
  exports org.tensorlogic.exec;
  exports org.tensorlogic.kernel;
  exports org.tensorlogic.kernel.reference;
  exports org.tensorlogic.memory;
  exports org.tensorlogic.plan;
  exports org.tensorlogic.tuning;

  uses org.tensorlogic.kernel.KernelProvider;
  uses org.tensorlogic.memory.NumaBinder;
  uses org.tensorlogic.memory.PageSource;
}
