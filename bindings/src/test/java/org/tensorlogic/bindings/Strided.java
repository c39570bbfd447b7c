package org.tensorlogic.bindings;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Random;
import java.util.function.DoubleSupplier;
import org.tensorlogic.type.DType;
import org.tensorlogic.type.Layout;

/** A tensor at random places of its own memory: axes in any order, gaps, reversed, repeated. */
record Strided(DType dtype, Layout layout, MemorySegment buffer) {

  private static final byte POISON = 0x5A;

  /** Places a tensor; where it repeats, strides may be 0. All memory is poisoned. */
  static Strided random(Random random, DType dtype, long[] extents, boolean repeats) {
    var order = new ArrayList<Integer>();
    for (int axis = 0; axis < extents.length; axis++) {
      order.add(axis);
    }
    if (random.nextBoolean()) {
      Collections.shuffle(order, random);
    }
    var strides = new long[extents.length];
    long offset = random.nextInt(4);
    long stride = random.nextInt(4) == 0 ? 2 : 1;
    for (int axis : order.reversed()) {
      if (repeats && random.nextInt(6) == 0) {
        continue;
      }
      boolean reversed = random.nextInt(5) == 0;
      strides[axis] = reversed ? -stride : stride;
      offset += reversed ? Math.max(extents[axis] - 1, 0) * stride : 0;
      stride = stride * Math.max(extents[axis], 1) + (random.nextInt(4) == 0 ? 3 : 0);
    }
    long bytes = (offset + stride + 8) * dtype.bytes();
    MemorySegment buffer = Arena.ofAuto().allocate(bytes, 64).fill(POISON);
    return new Strided(dtype, new Layout(extents, strides, offset), buffer);
  }

  /** Places a tensor in row-major order without gaps; all memory is poisoned. */
  static Strided plain(DType dtype, long[] extents) {
    Layout layout = Layout.contiguous(extents);
    MemorySegment buffer = Arena.ofAuto().allocate((layout.count() + 1) * dtype.bytes(), 64);
    return new Strided(dtype, layout, buffer.fill(POISON));
  }

  /** Sets every element to the next value. */
  Strided fill(DoubleSupplier values) {
    for (long element = 0; element < layout.count(); element++) {
      set(element, values.getAsDouble());
    }
    return this;
  }

  /** Returns the same elements, each changed to its absolute value. */
  Strided absolute() {
    var copy = sibling();
    copy.buffer.copyFrom(buffer);
    for (long element = 0; element < layout.count(); element++) {
      copy.set(element, Math.abs(get(element)));
    }
    return copy;
  }

  /** Returns an equal place in other memory, poisoned. */
  Strided sibling() {
    return new Strided(dtype, layout,
        Arena.ofAuto().allocate(buffer.byteSize(), 64).fill(POISON));
  }

  /** Returns the element with a row-major number. */
  double get(long element) {
    long place = place(element);
    return switch (dtype) {
      case F64 -> buffer.getAtIndex(ValueLayout.JAVA_DOUBLE, place);
      case F32 -> buffer.getAtIndex(ValueLayout.JAVA_FLOAT, place);
      case I64 -> buffer.getAtIndex(ValueLayout.JAVA_LONG, place);
      case BOOL -> buffer.get(ValueLayout.JAVA_BYTE, place);
      case F16, BF16, F8E4M3, F8E5M2, I32, I8, U8 -> throw new AssertionError(dtype);
    };
  }

  /** Returns the element of an i64 with a row-major number, all its bits. */
  long integer(long element) {
    return buffer.getAtIndex(ValueLayout.JAVA_LONG, place(element));
  }

  private void set(long element, double value) {
    long place = place(element);
    switch (dtype) {
      case F64 -> buffer.setAtIndex(ValueLayout.JAVA_DOUBLE, place, value);
      case F32 -> buffer.setAtIndex(ValueLayout.JAVA_FLOAT, place, (float) value);
      case I64 -> buffer.setAtIndex(ValueLayout.JAVA_LONG, place, (long) value);
      case BOOL -> buffer.set(ValueLayout.JAVA_BYTE, place, (byte) (value != 0 ? 1 : 0));
      case F16, BF16, F8E4M3, F8E5M2, I32, I8, U8 -> throw new AssertionError(dtype);
    }
  }

  private long place(long element) {
    long place = layout.offset();
    long rest = element;
    for (int axis = layout.rank() - 1; axis >= 0; axis--) {
      place += rest % layout.extent(axis) * layout.stride(axis);
      rest /= layout.extent(axis);
    }
    return place;
  }

  /** Whether the memory that no element lies in is as it was; clears the elements. */
  boolean gapsAreUntouched() {
    fill(() -> 0);
    var fresh = sibling().fill(() -> 0);
    return buffer.mismatch(fresh.buffer) == -1;
  }
}
