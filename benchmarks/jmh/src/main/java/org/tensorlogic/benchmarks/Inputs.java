package org.tensorlogic.benchmarks;

import java.nio.charset.StandardCharsets;
import org.tensorlogic.engine.Engine;
import org.tensorlogic.error.Requirement;
import org.tensorlogic.memory.Tensor;

/**
 * The inputs of the workloads: SplitMix64 numbers seeded by the FNV-1a hash of a tag, so that
 * programs in any language make the same ones.
 */
final class Inputs {

  private static final double TOLERANCE = 1e-5;

  private Inputs() {}

  /** Returns numbers uniform in [-bound, bound) for a tag such as {@code matmul_1024/A}. */
  static float[] uniform(String tag, int count, float bound) {
    long state = hash(tag);
    var values = new float[count];
    for (int i = 0; i < count; i++) {
      state += 0x9E3779B97F4A7C15L;
      float unit = (mix(state) >>> 40) * 0x1p-24f;
      values[i] = (2 * unit - 1) * bound;
    }
    return values;
  }

  /** Returns a square tensor of bool: which numbers are not 0. */
  static Tensor truths(Engine engine, int extent, float... values) {
    var truths = new boolean[values.length];
    for (int i = 0; i < truths.length; i++) {
      truths[i] = values[i] != 0;
    }
    return engine.tensor(truths, extent, extent);
  }

  private static long hash(String tag) {
    long hash = 0xCBF29CE484222325L;
    for (byte letter : tag.getBytes(StandardCharsets.US_ASCII)) {
      hash = (hash ^ letter) * 0x100000001B3L;
    }
    return hash;
  }

  private static long mix(long state) {
    long z = (state ^ state >>> 30) * 0xBF58476D1CE4E5B9L;
    z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
    return z ^ z >>> 31;
  }

  /** Closes a result after comparing its first elements with those of a float64 reference. */
  static void requireFirst(Tensor result, double... expected) {
    float[] values;
    try (result) {
      values = result.toFloats();
    }
    for (int i = 0; i < expected.length; i++) {
      double error = Math.abs(values[i] - expected[i]) / Math.max(1, Math.abs(expected[i]));
      Requirement.requireArgument(error <= TOLERANCE,
          () -> "a wrong result is not worth timing: run the tests",
          "element %d is %s, not %s", i, values[i], expected[i]);
    }
  }
}
