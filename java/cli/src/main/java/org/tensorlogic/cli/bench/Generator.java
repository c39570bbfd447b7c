package org.tensorlogic.cli.bench;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

/**
 * Values that a program in any language can make again: SplitMix64 (Steele, Lea and Flood 2014)
 * from a seed that is the FNV-1a hash of a tag.
 */
final class Generator {

  private static final long FNV_OFFSET = 0xCBF29CE484222325L;
  private static final long FNV_PRIME = 0x100000001B3L;
  private static final long GAMMA = 0x9E3779B97F4A7C15L;

  private final long seed;

  Generator(String tag) {
    long hash = FNV_OFFSET;
    for (byte letter : tag.getBytes(StandardCharsets.US_ASCII)) {
      hash = (hash ^ letter) * FNV_PRIME;
    }
    this.seed = hash;
  }

  /** Element i of the sequence, from 0. */
  long bits(long i) {
    long z = seed + (i + 1) * GAMMA;
    z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
    z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
    return z ^ z >>> 31;
  }

  /** A float in [-scale, scale). */
  float uniform(long i, float scale) {
    float unit = (bits(i) >>> 40) * 0x1p-24F;
    return (2 * unit - 1) * scale;
  }

  /** A whole number from 0 to below a bound. */
  int integer(long i, int bound) {
    return (int) ((bits(i) >>> 33) % bound);
  }

  /** Writes the first elements as f32. */
  void fill(MemorySegment memory, long count, float scale) {
    for (long i = 0; i < count; i++) {
      memory.setAtIndex(ValueLayout.JAVA_FLOAT, i, uniform(i, scale));
    }
  }
}
