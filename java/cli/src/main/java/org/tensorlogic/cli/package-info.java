/**
 * The {@code tl} command: results on standard output and nothing else there, problems and warnings
 * on standard error. Exit codes: 0 done, 1 failed, 2 wrong usage.
 */
package org.tensorlogic.cli;
