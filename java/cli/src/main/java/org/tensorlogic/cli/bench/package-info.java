/** The workloads that speed is measured on, and how they are timed. */
package org.tensorlogic.cli.bench;
