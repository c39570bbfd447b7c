package org.tensorlogic.engine;

/** The library's version, equal to the build's; a test compares the two. */
public final class Version {

  /** The version text. */
  public static final String TEXT = "0.1.0";

  private Version() {}
}
