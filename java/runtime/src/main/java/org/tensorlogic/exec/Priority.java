package org.tensorlogic.exec;

/** The order in which ready tasks are taken, the last constant first. */
public enum Priority {
  /** Work that may wait for everything else. */
  LOW,
  /** The usual. */
  NORMAL,
  /** Taken before the usual. */
  HIGH,
  /** Taken before everything else. */
  CRITICAL
}
