package org.tensorlogic.ir;

import org.tensorlogic.type.DType;

/** The element types that a function takes. */
public enum Accepts {
  FLOATING("f32 or f64"),
  NUMERIC("f32, f64 or i64"),
  LOGICAL("bool"),
  ANY("f32, f64, i64 or bool");

  private final String text;

  Accepts(String text) {
    this.text = text;
  }

  /** Returns the dtypes as messages name them. */
  public String text() {
    return text;
  }

  /** Returns whether a dtype that computes is taken. */
  public boolean contains(DType dtype) {
    return dtype.computes() && switch (this) {
      case FLOATING -> dtype.isFloating();
      case NUMERIC -> dtype.kind() != DType.Kind.LOGICAL;
      case LOGICAL -> dtype.kind() == DType.Kind.LOGICAL;
      case ANY -> true;
    };
  }
}
