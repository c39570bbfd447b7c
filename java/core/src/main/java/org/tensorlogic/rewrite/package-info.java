/** Passes from graph to graph: what a program computes stays, how changes. */
package org.tensorlogic.rewrite;
