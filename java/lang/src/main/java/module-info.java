/** The tensor logic language: its syntax, its checks, its way into the graph, and its programs. */
module org.tensorlogic.lang {
  requires transitive org.tensorlogic.core;
  requires transitive org.tensorlogic.runtime;
  requires org.tensorlogic.io;

  exports org.tensorlogic.lang;
  exports org.tensorlogic.lang.check;
  exports org.tensorlogic.lang.compile;
  exports org.tensorlogic.lang.syntax;
}
