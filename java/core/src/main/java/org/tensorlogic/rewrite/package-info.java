/**
 * What changes a graph while what it computes stays: patterns and rules, the rewriter that applies
 * them, the built-in rules, fusion, and the levels of optimisation made of them.
 */
package org.tensorlogic.rewrite;
