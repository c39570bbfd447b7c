package org.tensorlogic.kernel.reference;

import java.util.ArrayList;
import java.util.List;
import org.tensorlogic.einsum.Semiring;
import org.tensorlogic.ir.Einsum;
import org.tensorlogic.ir.Reduce;
import org.tensorlogic.kernel.KernelArguments;
import org.tensorlogic.kernel.KernelRequest;
import org.tensorlogic.type.Layout;

/**
 * Reductions and contractions: one result element after the other, each over all its terms in
 * row-major order. Reals accumulate in double and are rounded once.
 */
final class FoldKernel extends ReferenceKernel {

  private final Fold fold;
  private final long[] keptExtents;
  private final long[][] keptStrides;
  private final long[] foldedExtents;
  private final long[][] foldedStrides;
  private final long terms;

  private FoldKernel(KernelRequest request, Fold fold, List<List<Integer>> operandTerms,
      List<Integer> kept, List<Integer> folded) {
    super(request, terms(request, operandTerms, folded));
    this.fold = fold;
    this.terms = terms(request, operandTerms, folded);
    this.keptExtents = extents(request.result());
    this.foldedExtents = folded.stream().mapToLong(index -> extent(request, operandTerms, index))
        .toArray();
    this.keptStrides = new long[operandCount() + 1][];
    this.foldedStrides = new long[operandCount()][];
    for (int operand = 0; operand < operandCount(); operand++) {
      Layout layout = request.operands().get(operand);
      keptStrides[operand] = strides(layout, operandTerms.get(operand), kept);
      foldedStrides[operand] = strides(layout, operandTerms.get(operand), folded);
    }
    keptStrides[operandCount()] = strides(request.result());
  }

  static FoldKernel of(KernelRequest request, Einsum einsum) {
    return new FoldKernel(request, new Fold.OfSemiring(einsum.semiring()),
        einsum.spec().operands(), einsum.spec().result(), List.copyOf(einsum.spec().summed()));
  }

  static FoldKernel of(KernelRequest request, Reduce reduce) {
    var axes = new ArrayList<Integer>();
    for (int axis = 0; axis < request.operands().getFirst().rank(); axis++) {
      axes.add(axis);
    }
    var kept = new ArrayList<>(axes);
    kept.removeAll(reduce.axes());
    return new FoldKernel(request, new Fold.OfReduction(reduce.reduction()), List.of(axes), kept,
        reduce.axes());
  }

  private static long terms(KernelRequest request, List<List<Integer>> operandTerms,
      List<Integer> folded) {
    long terms = 1;
    for (int index : folded) {
      terms *= extent(request, operandTerms, index);
    }
    return terms;
  }

  private static long extent(KernelRequest request, List<List<Integer>> operandTerms, int index) {
    for (int operand = 0; operand < operandTerms.size(); operand++) {
      int axis = operandTerms.get(operand).indexOf(index);
      if (axis >= 0) {
        return request.operands().get(operand).extent(axis);
      }
    }
    throw new IllegalArgumentException("no operand has index " + index);
  }

  /** The strides along indices, 0 along those that the operand lacks. */
  private static long[] strides(Layout layout, List<Integer> term, List<Integer> indices) {
    return indices.stream().mapToInt(term::indexOf)
        .mapToLong(axis -> axis < 0 ? 0 : layout.stride(axis)).toArray();
  }

  @Override
  void compute(KernelArguments arguments, long first, long end) {
    var walk = new Odometer(keptExtents, keptStrides);
    walk.seek(first, origins());
    boolean real = isReal(request().resultDType());
    var lines = new Lines(real ? new double[operandCount()][LINE] : new double[0][],
        real ? new long[0][] : new long[operandCount()][LINE],
        new Odometer(foldedExtents, foldedStrides), new long[operandCount()]);
    var oneReal = new double[1];
    var oneInteger = new long[1];
    Elements result = result(arguments);
    int view = operandCount();
    for (long element = first; element < end; element++) {
      for (int operand = 0; operand < view; operand++) {
        lines.origins[operand] = walk.position(operand);
      }
      if (real) {
        oneReal[0] = real(arguments, lines);
        result.write(walk.position(view), 0, oneReal, 1);
      } else {
        oneInteger[0] = integer(arguments, lines);
        result.write(walk.position(view), 0, oneInteger, 1);
      }
      walk.advance(1);
    }
  }

  /** The room that one call works in. */
  private record Lines(double[][] reals, long[][] integers, Odometer walk, long[] origins) {}

  private double real(KernelArguments arguments, Lines lines) {
    if (fold instanceof Fold.OfSemiring sum && sum.semiring() == Semiring.LOG_SUM_EXP) {
      return logSumExp(arguments, lines, sum);
    }
    return fold(arguments, lines, fold.unit(), fold::join);
  }

  /** Two passes, the greatest term first, so that no exponential overflows. */
  private double logSumExp(KernelArguments arguments, Lines lines, Fold.OfSemiring sum) {
    double greatest = fold(arguments, lines, sum.unit(), (result, operands, count) -> {
      double greater = result;
      for (int i = 0; i < count; i++) {
        greater = Math.max(greater, sum.product(operands, i));
      }
      return greater;
    });
    if (Double.isInfinite(greatest) || Double.isNaN(greatest)) {
      return greatest;
    }
    return greatest + Math.log(fold(arguments, lines, 0, (result, operands, count) -> {
      double total = result;
      for (int i = 0; i < count; i++) {
        total += Math.exp(sum.product(operands, i) - greatest);
      }
      return total;
    }));
  }

  @FunctionalInterface
  private interface Joining {
    double join(double result, double[][] operands, int count);
  }

  private double fold(KernelArguments arguments, Lines lines, double unit, Joining joining) {
    double result = unit;
    if (terms > 0) {
      lines.walk.seek(0, lines.origins);
    }
    for (long term = 0; term < terms;) {
      int count = (int) Math.min(lines.walk.run(), LINE);
      for (int operand = 0; operand < operandCount(); operand++) {
        operand(arguments, operand).read(lines.walk.position(operand), lines.walk.stride(operand),
            lines.reals[operand], count);
      }
      result = joining.join(result, lines.reals, count);
      lines.walk.advance(count);
      term += count;
    }
    return result;
  }

  private long integer(KernelArguments arguments, Lines lines) {
    long result = fold.exactUnit();
    if (terms > 0) {
      lines.walk.seek(0, lines.origins);
    }
    for (long term = 0; term < terms;) {
      int count = (int) Math.min(lines.walk.run(), LINE);
      for (int operand = 0; operand < operandCount(); operand++) {
        operand(arguments, operand).read(lines.walk.position(operand), lines.walk.stride(operand),
            lines.integers[operand], count);
      }
      result = fold.join(result, lines.integers, count);
      lines.walk.advance(count);
      term += count;
    }
    return result;
  }
}
