package org.tensorlogic.lang.check;

/** Tells what the files that a program reads hold, before their content is needed. */
@FunctionalInterface
public interface DataSource {

  /**
   * Describes a file.
   *
   * @param path as written in the program
   * @return its columns or its shape
   * @throws org.tensorlogic.error.TensorLogicException if the file cannot be read or is malformed
   */
  FileContent describe(String path);
}
