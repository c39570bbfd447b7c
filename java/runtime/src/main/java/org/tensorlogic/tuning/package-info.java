/** Finds what is faster than the defaults on a machine, and keeps it in a file for each machine. */
package org.tensorlogic.tuning;
