package org.tensorlogic.io;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.tensorlogic.error.Requirement;
import org.tensorlogic.type.DType;

/** A dense array as the rows of a table. */
final class DenseRows {

  private DenseRows() {}

  static Table of(NpyArray array, List<String> columnNames, List<List<String>> symbols) {
    long[] extents = array.type().shape().extents();
    requireNames(array, extents, columnNames, symbols);
    long count = array.type().shape().count();
    Requirement.requireArgument(count < 1L << 28, () -> "write it as npy",
        "table: %s has more rows than a table holds", array.type());
    boolean relation = array.type().dtype() == DType.BOOL;
    var rows = new ArrayList<List<String>>();
    var weights = new double[relation ? 0 : (int) count];
    var place = new long[extents.length];
    for (long i = 0; i < count; i++) {
      double element = element(array, i);
      if (!relation) {
        weights[(int) i] = element;
      }
      if (!relation || element != 0) {
        rows.add(IntStream.range(0, place.length)
            .mapToObj(axis -> name(symbols.get(axis), place[axis])).toList());
      }
      advance(place, extents);
    }
    return new Table(columnNames, rows, relation ? null : weights);
  }

  private static void requireNames(NpyArray array, long[] extents, List<String> columnNames,
      List<List<String>> symbols) {
    Requirement.requireArgument(columnNames.size() == extents.length
        && symbols.size() == extents.length,
        () -> "give each axis a name and a list of symbols, which may be empty",
        "table: %s came with %d column names and %d lists of symbols", array.type(),
        columnNames.size(), symbols.size());
    for (int axis = 0; axis < extents.length; axis++) {
      Requirement.requireArgument(symbols.get(axis).isEmpty()
          || symbols.get(axis).size() == extents[axis],
          () -> "give one symbol for each place, or none to number the places",
          "table: %d symbols came for axis %d of %s", symbols.get(axis).size(), axis, array.type());
    }
  }

  private static String name(List<String> symbols, long index) {
    return symbols.isEmpty() ? Long.toString(index) : symbols.get((int) index);
  }

  private static void advance(long[] place, long[] extents) {
    for (int axis = extents.length - 1; axis >= 0; axis--) {
      if (++place[axis] < extents[axis]) {
        return;
      }
      place[axis] = 0;
    }
  }

  private static double element(NpyArray array, long index) {
    MemorySegment elements = array.elements();
    ByteOrder order = ByteOrder.LITTLE_ENDIAN;
    return switch (array.type().dtype()) {
      case F64 -> elements.get(ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(order), index * 8);
      case F32 -> elements.get(ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(order), index * 4);
      case I64 -> exact(elements.get(ValueLayout.JAVA_LONG_UNALIGNED.withOrder(order), index * 8));
      case BOOL -> elements.get(ValueLayout.JAVA_BYTE, index);
      case F16, BF16, F8E4M3, F8E5M2, I32, I8, U8 ->
          throw new IllegalArgumentException(array.type().toString());
    };
  }

  private static double exact(long element) {
    Requirement.requireArgument((long) (double) element == element && element != Long.MAX_VALUE,
        () -> "write the tensor as npy",
        "table: %d is not exact as a weight", element);
    return element;
  }
}
