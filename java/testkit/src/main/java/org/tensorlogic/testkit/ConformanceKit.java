package org.tensorlogic.testkit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.tensorlogic.einsum.Semiring;
import org.tensorlogic.engine.Engine;
import org.tensorlogic.error.TensorLogicException;
import org.tensorlogic.exec.Executor;
import org.tensorlogic.ir.Binary;
import org.tensorlogic.ir.Domain;
import org.tensorlogic.ir.GraphBuilder;
import org.tensorlogic.ir.Ops;
import org.tensorlogic.ir.Reduction;
import org.tensorlogic.ir.Unary;
import org.tensorlogic.memory.Scope;
import org.tensorlogic.memory.Tensor;
import org.tensorlogic.type.DType;
import org.tensorlogic.type.TensorType;

/**
 * Holds an executor to the meaning of every function, reduction and semiring on random operands of
 * odd extents, to a graph, and to the refusal of wrong operands. What is expected is computed here
 * by plain loops over the definitions.
 */
public final class ConformanceKit {

  /** Lengths around the widths of vectors and tiles. */
  private static final int[] COUNTS = {0, 1, 7, 16, 33, 1025};
  private static final int ROWS = 5;
  private static final int COLUMNS = 19;

  private final Executor executor;
  private final Engine memory;
  private final long seed;
  private final List<String> failures = new ArrayList<>();
  private int cases;

  /**
   * Sets up the kit.
   *
   * @param executor what is held to the contract
   * @param memory what makes the operands
   * @param seed where random elements come from; the summary names it
   */
  public ConformanceKit(Executor executor, Engine memory, long seed) {
    this.executor = executor;
    this.memory = memory;
    this.seed = seed;
  }

  /**
   * What came out.
   *
   * @param cases how many cases ran
   * @param failures one message for each that failed
   * @param seed the seed that replays it
   */
  public record Report(int cases, List<String> failures, long seed) {

    /** Keeps a copy. */
    public Report {
      failures = List.copyOf(failures);
    }

    /** Prints one line with the counts and one for each failure. */
    @Override
    public String toString() {
      return "%d cases, %d failed (seed %d)".formatted(cases, failures.size(), seed)
          + String.join("", failures.stream().map(failure -> "\n  " + failure).toList());
    }
  }

  /** Runs all cases and reports. */
  public Report run() {
    for (DType dtype : List.of(DType.F64, DType.F32, DType.I64, DType.BOOL)) {
      Arrays.stream(Unary.values()).filter(function -> function.accepts().contains(dtype))
          .forEach(function -> unary(function, dtype));
      Arrays.stream(Binary.values()).filter(function -> function.accepts().contains(dtype))
          .forEach(function -> binary(function, dtype));
      Arrays.stream(Reduction.values()).filter(reduction -> reduction.accepts().contains(dtype))
          .forEach(reduction -> reduce(reduction, dtype));
      Arrays.stream(Semiring.values()).filter(semiring -> accepts(semiring, dtype))
          .forEach(semiring -> einsum(semiring, dtype));
    }
    graph();
    refusals();
    return new Report(cases, failures, seed);
  }

  private static boolean accepts(Semiring semiring, DType dtype) {
    return switch (semiring) {
      case OR_AND -> dtype == DType.BOOL;
      case LOG_SUM_EXP -> dtype.isFloating();
      case SUM_PRODUCT, MAX_PLUS, MIN_PLUS, MAX_PRODUCT, MAX_MIN -> dtype != DType.BOOL;
    };
  }

  private void unary(Unary function, DType dtype) {
    for (int count : COUNTS) {
      double[] values = random(count).values(dtype, count, function.domain());
      double[] expected = Arrays.stream(values).map(function::apply).toArray();
      hold("%s %s[%d]".formatted(function, dtype, count), tolerance(dtype), expected,
          scope -> executor.unary(function, operand(scope, dtype, values, count)));
    }
  }

  private void binary(Binary function, DType dtype) {
    for (int count : COUNTS) {
      RandomTensors random = random(count);
      double[] left = random.values(dtype, count, function.domain());
      double[] right = random.values(dtype, count, function.domain());
      var expected = new double[count];
      Arrays.setAll(expected, i -> function.apply(left[i], right[i]));
      hold("%s %s[%d]".formatted(function, dtype, count), tolerance(dtype), expected,
          scope -> executor.binary(function, operand(scope, dtype, left, count),
              operand(scope, dtype, right, count)));
    }
  }

  private static Tolerance tolerance(DType dtype) {
    return dtype.isFloating() ? Tolerance.ofPointwise(dtype) : Tolerance.EXACT;
  }

  private void reduce(Reduction reduction, DType dtype) {
    double[] values = random(0).values(dtype, ROWS * COLUMNS, new Domain(-2, 2));
    var byRow = new double[ROWS];
    var byColumn = new double[COLUMNS];
    Arrays.fill(byRow, reduction.unit());
    Arrays.fill(byColumn, reduction.unit());
    for (int i = 0; i < values.length; i++) {
      byRow[i / COLUMNS] = reduction.apply(byRow[i / COLUMNS], values[i]);
      byColumn[i % COLUMNS] = reduction.apply(byColumn[i % COLUMNS], values[i]);
    }
    var tolerance = Tolerance.ofSum(dtype, COLUMNS, 1, 2 * COLUMNS)
        .plus(Tolerance.ofProduct(dtype, COLUMNS));
    String title = "reduce_%s %s[%d, %d]".formatted(reduction.function(), dtype, ROWS, COLUMNS);
    hold(title + " axis -1", tolerance, byRow, scope -> executor.reduce(reduction,
        operand(scope, dtype, values, ROWS, COLUMNS), List.of(-1)));
    hold(title + " axis 0", tolerance, byColumn, scope -> executor.reduce(reduction,
        operand(scope, dtype, values, ROWS, COLUMNS), List.of(0)));
  }

  private void einsum(Semiring semiring, DType dtype) {
    Domain domain = semiring == Semiring.MAX_PRODUCT ? new Domain(0, 2) : new Domain(-2, 2);
    double[] left = random(1).values(dtype, ROWS * COLUMNS, domain);
    double[] right = random(2).values(dtype, COLUMNS * ROWS, domain);
    var expected = new double[ROWS * ROWS];
    for (int i = 0; i < ROWS; i++) {
      for (int k = 0; k < ROWS; k++) {
        double sum = semiring.zero();
        for (int j = 0; j < COLUMNS; j++) {
          sum = semiring.add(sum,
              semiring.multiply(left[i * COLUMNS + j], right[j * ROWS + k]));
        }
        expected[i * ROWS + k] = sum;
      }
    }
    hold("einsum ij,jk->ik %s %s".formatted(semiring.text(), dtype),
        Tolerance.ofSum(dtype, COLUMNS, 2, 4 * COLUMNS), expected,
        scope -> executor.einsum("ij,jk->ik", semiring, List.of(
            operand(scope, dtype, left, ROWS, COLUMNS),
            operand(scope, dtype, right, COLUMNS, ROWS))));
  }

  private void graph() {
    var builder = new GraphBuilder();
    var type = TensorType.of(DType.F64, COLUMNS);
    var a = builder.input("a", type);
    var b = builder.input("b", type);
    var graph = builder.build(Map.of("c", Ops.mul(Ops.add(a, b), Ops.sum(a))));
    double[] left = random(3).values(DType.F64, COLUMNS, Domain.POSITIVE);
    double[] right = random(4).values(DType.F64, COLUMNS, Domain.POSITIVE);
    double sum = Arrays.stream(left).sum();
    var expected = new double[COLUMNS];
    Arrays.setAll(expected, i -> (left[i] + right[i]) * sum);
    hold("graph c = (a + b) * sum(a)", Tolerance.ofProduct(DType.F64, COLUMNS + 2), expected,
        scope -> executor.run(graph, Map.of(
            "a", operand(scope, DType.F64, left, COLUMNS),
            "b", operand(scope, DType.F64, right, COLUMNS))).get("c"));
  }

  private void refusals() {
    try (var scope = new Scope()) {
      Tensor three = operand(scope, DType.F64, new double[3], 3);
      Tensor four = operand(scope, DType.F64, new double[4], 4);
      Tensor truth = operand(scope, DType.BOOL, new double[3], 3);
      refuse("add of [3] and [4]", () -> executor.binary(Binary.ADD, three, four));
      refuse("add of f64 and bool", () -> executor.binary(Binary.ADD, three, truth));
      refuse("exp of bool", () -> executor.unary(Unary.EXP, truth));
      refuse("sum over axis 1 of [3]", () -> executor.reduce(Reduction.SUM, three, List.of(1)));
      refuse("any of f64", () -> executor.reduce(Reduction.ANY, three, List.of(0)));
      refuse("einsum i,i-> of [3] and [4]",
          () -> executor.einsum("i,i->", Semiring.SUM_PRODUCT, List.of(three, four)));
      refuse("einsum with a bad spec",
          () -> executor.einsum("i->->", Semiring.SUM_PRODUCT, List.of(three)));
      three.close();
      refuse("neg of a closed tensor", () -> executor.unary(Unary.NEG, three));
    }
  }

  private void refuse(String title, Supplier<Tensor> action) {
    cases++;
    try (Tensor result = action.get()) {
      failures.add(title + ": a refusal is expected but " + result + " came");
    } catch (TensorLogicException refusal) {
      if (refusal.getMessage().isBlank()) {
        failures.add(title + ": the refusal has no message: " + refusal);
      }
    } catch (RuntimeException other) {
      failures.add(title + ": a TensorLogicException is expected but " + other + " came");
    }
  }

  @FunctionalInterface
  private interface Action {
    Tensor run(Scope scope);
  }

  private void hold(String title, Tolerance tolerance, double[] expected, Action action) {
    cases++;
    try (var scope = new Scope()) {
      tolerance.check(title, expected, scope.own(action.run(scope)).toDoubles());
    } catch (RuntimeException | AssertionError failure) {
      failures.add(title + ": " + failure);
    }
  }

  private Tensor operand(Scope scope, DType dtype, double[] values, long... extents) {
    return scope.own(RandomTensors.place(memory, TensorType.of(dtype, extents), values));
  }

  private RandomTensors random(int salt) {
    return new RandomTensors(seed + salt);
  }
}
