/** The tensor logic language: its syntax, its checks and its way into the graph. */
module org.tensorlogic.lang {
  requires transitive org.tensorlogic.core;

  exports org.tensorlogic.lang.check;
  exports org.tensorlogic.lang.syntax;
}
