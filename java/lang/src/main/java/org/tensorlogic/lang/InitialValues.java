package org.tensorlogic.lang;

import org.tensorlogic.lang.check.Definition;

/**
 * The initial values of a learnable tensor. They come from a counter: element {@code i} of a tensor
 * depends on the seed, the tensor's name and {@code i} only, so neither the order of parameters nor
 * the number of threads matters. The generator is the finaliser of SplitMix64 (Steele, Lea and
 * Flood, 2014) over seed, name and counter; normal values are made by Box and Muller's method.
 */
final class InitialValues {
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  private final long key;

  InitialValues(long seed, String name) {
    long mixed = mix(seed + GOLDEN);
    for (int i = 0; i < name.length(); i++) {
      mixed = mix(mixed + GOLDEN + name.charAt(i));
    }
    this.key = mixed;
  }

  private static long mix(long value) {
    long z = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  /** A number in [0, 1) for a counter. */
  private double uniform(long counter) {
    return (mix(key + (counter + 1) * GOLDEN) >>> 11) * 0x1.0p-53;
  }

  private double normal(long element) {
    double radius = Math.sqrt(-2 * Math.log(1 - uniform(2 * element)));
    return radius * Math.cos(2 * Math.PI * uniform(2 * element + 1));
  }

  /** The values of a tensor in row-major order; glorot counts its first and its last axis. */
  double[] of(Definition definition) {
    Definition.Initial initial = definition.parameter().orElseThrow();
    long count = definition.extents().stream().reduce(1L, Math::multiplyExact);
    var values = new double[Math.toIntExact(count)];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          switch (initial.distribution()) {
            case "normal" ->
                initial.settings().get(0) + initial.settings().get(1) * normal(i);
            case "uniform" ->
                between(initial.settings().get(0), initial.settings().get(1), i);
            case "ones" -> 1;
            case "glorot" -> between(-bound(definition), bound(definition), i);
            default -> 0;
          };
    }
    return values;
  }

  private double between(double low, double high, long element) {
    return low + (high - low) * uniform(element);
  }

  private static double bound(Definition definition) {
    var extents = definition.extents();
    double fans = extents.isEmpty() ? 2 : extents.getFirst() + extents.getLast();
    return Math.sqrt(6 / fans);
  }
}
