package org.tensorlogic.type;

import java.util.Arrays;
import java.util.stream.Collectors;
import org.tensorlogic.error.Requirement;

/**
 * Element types. All names exist so that files and programs can speak of them; only those that
 * {@link #computes()} are accepted by operations in this version.
 */
public enum DType {
  F64("f64", 8, Kind.FLOATING, true),
  F32("f32", 4, Kind.FLOATING, true),
  F16("f16", 2, Kind.FLOATING, false),
  BF16("bf16", 2, Kind.FLOATING, false),
  F8E4M3("f8e4m3", 1, Kind.FLOATING, false),
  F8E5M2("f8e5m2", 1, Kind.FLOATING, false),
  I64("i64", 8, Kind.INTEGER, true),
  I32("i32", 4, Kind.INTEGER, false),
  I8("i8", 1, Kind.INTEGER, false),
  U8("u8", 1, Kind.INTEGER, false),
  /** One byte, 0 or 1. */
  BOOL("bool", 1, Kind.LOGICAL, true);

  /** The families of element types that type rules speak of. */
  public enum Kind { FLOATING, INTEGER, LOGICAL }

  private final String text;
  private final int bytes;
  private final Kind kind;
  private final boolean computes;

  DType(String text, int bytes, Kind kind, boolean computes) {
    this.text = text;
    this.bytes = bytes;
    this.kind = kind;
    this.computes = computes;
  }

  /** Returns the name used in programs, kernel names and messages. */
  public String text() {
    return text;
  }

  /** Returns the bytes of one element. */
  public int bytes() {
    return bytes;
  }

  /** Returns whether it holds reals, integers or truth values. */
  public Kind kind() {
    return kind;
  }

  /** Returns whether operations accept it in this version. */
  public boolean computes() {
    return computes;
  }

  /** Returns whether it is a floating type. */
  public boolean isFloating() {
    return kind == Kind.FLOATING;
  }

  /** Returns half the distance from 1 to the next larger value, 0 for exact types. */
  public double unitRoundoff() {
    return switch (this) {
      case F64 -> 0x1p-53;
      case F32 -> 0x1p-24;
      case F16 -> 0x1p-11;
      case BF16 -> 0x1p-8;
      case F8E4M3 -> 0x1p-4;
      case F8E5M2 -> 0x1p-3;
      case I64, I32, I8, U8, BOOL -> 0;
    };
  }

  /** Finds a dtype by its name; throws an ArgumentException that lists the names. */
  public static DType parse(String text) {
    for (var dtype : values()) {
      if (dtype.text.equals(text)) {
        return dtype;
      }
    }
    Requirement.requireArgument(false, () -> "known are " + Arrays.stream(values())
        .map(DType::text).collect(Collectors.joining(", ")), "unknown dtype \"%s\"", text);
    throw new AssertionError();
  }

  @Override
  public String toString() {
    return text;
  }
}
