/** The {@code tl} command. */
module org.tensorlogic.cli {
  requires org.tensorlogic.io;
  requires org.tensorlogic.lang;
  requires org.tensorlogic.runtime;
  requires com.fasterxml.jackson.core;
  requires info.picocli;

  exports org.tensorlogic.cli;

  opens org.tensorlogic.cli to info.picocli;
}
