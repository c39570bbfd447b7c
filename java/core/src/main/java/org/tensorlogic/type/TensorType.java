package org.tensorlogic.type;

import java.util.Objects;

/**
 * What a node's result is: its element type and extents. Layouts are chosen by the plan.
 *
 * @param dtype the element type
 * @param shape the extents
 */
public record TensorType(DType dtype, Shape shape) {

  /** Refuses missing parts. */
  public TensorType {
    Objects.requireNonNull(dtype);
    Objects.requireNonNull(shape);
  }

  /** Returns the type with known extents. */
  public static TensorType of(DType dtype, long... extents) {
    return new TensorType(dtype, Shape.of(extents));
  }

  /** Returns the same shape with another element type. */
  public TensorType as(DType other) {
    return new TensorType(other, shape);
  }

  /** Returns the same element type with another shape. */
  public TensorType as(Shape other) {
    return new TensorType(dtype, other);
  }

  /** Returns the rank. */
  public int rank() {
    return shape.rank();
  }

  /** Prints {@code f32[2, 3]}. */
  @Override
  public String toString() {
    return dtype.text() + shape;
  }
}
