package org.tensorlogic.error;

/** How much a diagnostic matters, in rising order; from {@link #ERROR} on it stops the work. */
public enum Severity { INFO, WARNING, ERROR, CRITICAL }
