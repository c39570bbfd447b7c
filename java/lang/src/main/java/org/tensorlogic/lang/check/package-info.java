/**
 * The meaning of a parsed program before it runs: which names there are, how large their axes are,
 * what depends on what, and in which order the groups of equations are evaluated. Nothing here
 * touches tensors or files; data is known by its {@link org.tensorlogic.lang.check.FileContent}.
 */
package org.tensorlogic.lang.check;
