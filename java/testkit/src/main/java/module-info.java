/** What holds kernel providers and executors to their contracts; for tests of this and others. */
module org.tensorlogic.testkit {
  requires transitive org.tensorlogic.runtime;

  exports org.tensorlogic.testkit;
}
