package org.tensorlogic.ir;

/** Operations that work on each element by itself; operands and result have one shape. */
public sealed interface Pointwise extends Op permits Unary, Binary, Select {}
