package org.tensorlogic.io;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Optional;
import org.tensorlogic.type.DType;

/**
 * How one element is stored in an npy file.
 *
 * @param code NumPy's letter and width: f8 f4 f2 i8 i4 i2 i1 u4 u2 u1 b1
 * @param big whether the most significant byte comes first
 */
record NpyElement(String code, boolean big) {

  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** Finds the element type that a {@code descr} names; empty where it is not read. */
  static Optional<NpyElement> parse(String descr) {
    if (descr.equals("?")) {
      return Optional.of(new NpyElement("b1", false));
    }
    if (descr.isEmpty()) {
      return Optional.empty();
    }
    String code = "<>|=".indexOf(descr.charAt(0)) >= 0 ? descr.substring(1) : descr;
    boolean big = descr.charAt(0) == '>' || descr.charAt(0) == '='
        && ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN;
    return switch (code) {
      case "f8", "f4", "f2", "i8", "i4", "i2", "i1", "u4", "u2", "u1", "b1" ->
          Optional.of(new NpyElement(code, big));
      default -> Optional.empty();
    };
  }

  /** Returns how elements of a dtype are written. */
  static NpyElement of(DType dtype) {
    return switch (dtype) {
      case F64 -> new NpyElement("f8", false);
      case F32 -> new NpyElement("f4", false);
      case I64 -> new NpyElement("i8", false);
      case BOOL -> new NpyElement("b1", false);
      case F16, BF16, F8E4M3, F8E5M2, I32, I8, U8 ->
          throw new IllegalArgumentException(dtype.text());
    };
  }

  String descr() {
    return (bytes() == 1 ? "|" : big ? ">" : "<") + code;
  }

  /** Returns the bytes of one stored element. */
  long bytes() {
    return code.charAt(1) - '0';
  }

  /** Returns the dtype that it is read into. */
  DType dtype() {
    return switch (code.charAt(0)) {
      case 'f' -> code.equals("f8") ? DType.F64 : DType.F32;
      case 'b' -> DType.BOOL;
      default -> DType.I64;
    };
  }

  /** Returns whether elements are stored as they are held in memory. */
  boolean isPlain() {
    return (!big || bytes() == 1) && bytes() == dtype().bytes();
  }

  /** Copies one element, converted; element numbers count from the beginning of each segment. */
  void copy(MemorySegment from, long source, MemorySegment to, long target) {
    long at = source * bytes();
    switch (code) {
      case "f8", "i8" -> to.set(LONG, target * 8, eight(from, at));
      case "f4" -> to.set(INT, target * 4, four(from, at));
      case "f2" -> to.set(FLOAT, target * 4, Float.float16ToFloat(two(from, at)));
      case "i4" -> to.set(LONG, target * 8, four(from, at));
      case "u4" -> to.set(LONG, target * 8, Integer.toUnsignedLong(four(from, at)));
      case "i2" -> to.set(LONG, target * 8, two(from, at));
      case "u2" -> to.set(LONG, target * 8, Short.toUnsignedLong(two(from, at)));
      case "i1" -> to.set(LONG, target * 8, from.get(ValueLayout.JAVA_BYTE, at));
      case "u1" -> to.set(LONG, target * 8,
          Byte.toUnsignedLong(from.get(ValueLayout.JAVA_BYTE, at)));
      case "b1" -> to.set(ValueLayout.JAVA_BYTE, target, from.get(ValueLayout.JAVA_BYTE, at));
      default -> throw new IllegalStateException(code);
    }
  }

  private long eight(MemorySegment from, long at) {
    long bits = from.get(LONG, at);
    return big ? Long.reverseBytes(bits) : bits;
  }

  private int four(MemorySegment from, long at) {
    int bits = from.get(INT, at);
    return big ? Integer.reverseBytes(bits) : bits;
  }

  private short two(MemorySegment from, long at) {
    short bits = from.get(SHORT, at);
    return big ? Short.reverseBytes(bits) : bits;
  }
}
