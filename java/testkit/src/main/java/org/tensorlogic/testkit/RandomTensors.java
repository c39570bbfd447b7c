package org.tensorlogic.testkit;

import java.util.SplittableRandom;
import org.tensorlogic.engine.Engine;
import org.tensorlogic.ir.Domain;
import org.tensorlogic.memory.Tensor;
import org.tensorlogic.type.DType;
import org.tensorlogic.type.TensorType;

/**
 * Random elements from a seed (SplitMix64): equal seeds and calls give equal elements on every
 * machine. Not safe for use by several threads at a time.
 */
public final class RandomTensors {

  private final SplittableRandom random;

  /** Starts a sequence. */
  public RandomTensors(long seed) {
    this.random = new SplittableRandom(seed);
  }

  /** Returns a whole number from low to high, both included. */
  public int between(int low, int high) {
    return random.nextInt(low, high + 1);
  }

  /** Returns numbers anywhere inside a domain, as the dtype holds them. */
  public double[] values(DType dtype, int count, Domain domain) {
    var values = new double[count];
    for (int i = 0; i < count; i++) {
      double value = random.nextDouble(domain.low(), domain.high());
      values[i] = switch (dtype.kind()) {
        case FLOATING -> dtype == DType.F32 ? (float) value : value;
        case INTEGER -> Math.rint(value);
        case LOGICAL -> random.nextInt(2);
      };
    }
    return values;
  }

  /**
   * Returns numbers inside a domain that keep away from its kinks and from each other, so that no
   * two of them tie; in random order.
   */
  public double[] distinct(int count, Domain domain) {
    double width = (domain.high() - domain.low()) / (count + 1);
    var values = new double[count];
    for (int i = 0; i < count; i++) {
      double middle = domain.low() + width * (i + 1);
      do {
        values[i] = middle + width * random.nextDouble(-0.4, 0.4);
      } while (!domain.isSmoothAt(values[i], 0.05 * width));
    }
    for (int i = count - 1; i > 0; i--) {
      int other = random.nextInt(i + 1);
      double kept = values[i];
      values[i] = values[other];
      values[other] = kept;
    }
    return values;
  }

  /** Returns a random tensor, owned by the caller. */
  public Tensor tensor(Engine engine, TensorType type, Domain domain) {
    int count = Math.toIntExact(type.shape().count());
    return place(engine, type, values(type.dtype(), count, domain));
  }

  /** Returns a tensor of a type with elements in row-major order, owned by the caller. */
  public static Tensor place(Engine engine, TensorType type, double[] values) {
    long[] extents = type.shape().extents();
    if (extents.length == 0) {
      return engine.scalar(type.dtype(), values[0]);
    }
    return switch (type.dtype()) {
      case F64 -> engine.tensor(values, extents);
      case F32 -> engine.tensor(floats(values), extents);
      case I64 -> engine.tensor(longs(values), extents);
      case BOOL -> engine.tensor(truths(values), extents);
      case F16, BF16, F8E4M3, F8E5M2, I32, I8, U8 -> engine.allocate(type);
    };
  }

  private static float[] floats(double[] values) {
    var floats = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }

  private static long[] longs(double[] values) {
    var longs = new long[values.length];
    for (int i = 0; i < values.length; i++) {
      longs[i] = (long) values[i];
    }
    return longs;
  }

  private static boolean[] truths(double[] values) {
    var truths = new boolean[values.length];
    for (int i = 0; i < values.length; i++) {
      truths[i] = values[i] != 0;
    }
    return truths;
  }
}
