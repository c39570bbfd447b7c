/** Readers and writers of npy arrays, tables of symbols, text, and graph JSON. */
module org.tensorlogic.io {
  requires transitive org.tensorlogic.core;
  requires com.fasterxml.jackson.databind;
  requires org.apache.commons.csv;

  exports org.tensorlogic.io;
}
