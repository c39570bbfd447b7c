package org.tensorlogic.io;

import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.tensorlogic.error.Requirement;
import org.tensorlogic.type.TensorType;

/**
 * A dense array.
 *
 * @param type f64, f32, i64 or bool with known extents
 * @param elements the elements in row-major order without gaps, little-endian, a bool being one
 *     byte of 0 or 1; it lives as long as the arena that it was read into
 */
public record NpyArray(TensorType type, MemorySegment elements) {

  /** Refuses a memory segment that does not hold exactly the elements of the type. */
  public NpyArray {
    Objects.requireNonNull(elements);
    Requirement.requireArgument(type.dtype().computes(), () -> "convert it before it is written",
        "npy: %s is not one of f64, f32, i64 and bool", type);
    long count = type.shape().count();
    Requirement.requireArgument(elements.byteSize() % type.dtype().bytes() == 0
        && elements.byteSize() / type.dtype().bytes() == count,
        () -> "give as many elements as the product of the extents",
        "npy: %s needs %d elements of %d bytes but %d bytes came", type, count,
        type.dtype().bytes(), elements.byteSize());
  }
}
