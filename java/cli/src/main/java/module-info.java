/** The {@code tl} command. */
module org.tensorlogic.cli {
  requires org.tensorlogic.io;
  requires org.tensorlogic.lang;
  requires org.tensorlogic.runtime;
  requires com.fasterxml.jackson.core;
  requires com.fasterxml.jackson.databind;
  requires info.picocli;

  exports org.tensorlogic.cli;
  exports org.tensorlogic.cli.bench;

  opens org.tensorlogic.cli to info.picocli;
  opens org.tensorlogic.cli.bench to info.picocli;
}
