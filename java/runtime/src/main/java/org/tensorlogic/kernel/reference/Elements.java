package org.tensorlogic.kernel.reference;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.tensorlogic.type.DType;

/**
 * The elements of a buffer as numbers: floating types as doubles, i64 and bool as 64-bit numbers.
 * Lines are elements at equal distance; the dtype is looked at once a line. Writing converts as
 * {@link org.tensorlogic.ir.Convert} says. Positions and strides count elements of the buffer.
 */
record Elements(MemorySegment buffer, DType dtype) {

  private static final ValueLayout.OfFloat F32 = ValueLayout.JAVA_FLOAT_UNALIGNED;
  private static final ValueLayout.OfDouble F64 = ValueLayout.JAVA_DOUBLE_UNALIGNED;
  private static final ValueLayout.OfLong I64 = ValueLayout.JAVA_LONG_UNALIGNED;
  private static final ValueLayout.OfByte BOOL = ValueLayout.JAVA_BYTE;

  /** Reads a line of an f32 or f64 buffer. */
  void read(long first, long stride, double[] line, int count) {
    if (dtype == DType.F32) {
      for (int i = 0; i < count; i++) {
        line[i] = buffer.get(F32, (first + i * stride) * Float.BYTES);
      }
    } else {
      for (int i = 0; i < count; i++) {
        line[i] = buffer.get(F64, (first + i * stride) * Double.BYTES);
      }
    }
  }

  /** Reads a line of an i64 or bool buffer. */
  void read(long first, long stride, long[] line, int count) {
    if (dtype == DType.I64) {
      for (int i = 0; i < count; i++) {
        line[i] = buffer.get(I64, (first + i * stride) * Long.BYTES);
      }
    } else {
      for (int i = 0; i < count; i++) {
        line[i] = buffer.get(BOOL, first + i * stride);
      }
    }
  }

  /** Reads the elements at positions of an f32 or f64 buffer; a negative position reads 0. */
  void read(long[] positions, double[] line, int count) {
    for (int i = 0; i < count; i++) {
      line[i] = 0;
      if (positions[i] >= 0) {
        line[i] = dtype == DType.F32 ? buffer.get(F32, positions[i] * Float.BYTES)
            : buffer.get(F64, positions[i] * Double.BYTES);
      }
    }
  }

  /** Reads the elements at positions of an i64 or bool buffer; a negative position reads 0. */
  void read(long[] positions, long[] line, int count) {
    for (int i = 0; i < count; i++) {
      line[i] = 0;
      if (positions[i] >= 0) {
        line[i] = dtype == DType.I64 ? buffer.get(I64, positions[i] * Long.BYTES)
            : buffer.get(BOOL, positions[i]);
      }
    }
  }

  /** Writes a line of reals: rounded, cut towards zero and saturated, or as "is not 0". */
  void write(long first, long stride, double[] line, int count) {
    switch (dtype) {
      case F64 -> {
        for (int i = 0; i < count; i++) {
          buffer.set(F64, (first + i * stride) * Double.BYTES, line[i]);
        }
      }
      case F32 -> {
        for (int i = 0; i < count; i++) {
          buffer.set(F32, (first + i * stride) * Float.BYTES, (float) line[i]);
        }
      }
      case I64 -> {
        for (int i = 0; i < count; i++) {
          buffer.set(I64, (first + i * stride) * Long.BYTES, (long) line[i]);
        }
      }
      case BOOL -> {
        for (int i = 0; i < count; i++) {
          buffer.set(BOOL, first + i * stride, (byte) (line[i] != 0 ? 1 : 0));
        }
      }
      case F16, BF16, F8E4M3, F8E5M2, I32, I8, U8 -> throw notComputed();
    }
  }

  /** Writes a line of 64-bit numbers: rounded once, exact, or as "is not 0". */
  void write(long first, long stride, long[] line, int count) {
    switch (dtype) {
      case F64 -> {
        for (int i = 0; i < count; i++) {
          buffer.set(F64, (first + i * stride) * Double.BYTES, (double) line[i]);
        }
      }
      case F32 -> {
        for (int i = 0; i < count; i++) {
          buffer.set(F32, (first + i * stride) * Float.BYTES, (float) line[i]);
        }
      }
      case I64 -> {
        for (int i = 0; i < count; i++) {
          buffer.set(I64, (first + i * stride) * Long.BYTES, line[i]);
        }
      }
      case BOOL -> {
        for (int i = 0; i < count; i++) {
          buffer.set(BOOL, first + i * stride, (byte) (line[i] != 0 ? 1 : 0));
        }
      }
      case F16, BF16, F8E4M3, F8E5M2, I32, I8, U8 -> throw notComputed();
    }
  }

  private AssertionError notComputed() {
    return new AssertionError("type rules let " + dtype + " through, which nothing computes");
  }
}
