package org.tensorlogic.bindings;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tensorlogic.ir.Graph;
import org.tensorlogic.ir.GraphBuilder;
import org.tensorlogic.ir.Ops;
import org.tensorlogic.kernel.Choice;
import org.tensorlogic.kernel.Choices;
import org.tensorlogic.type.DType;

/**
 * Who multiplies matrices: our own kernel or OpenBLAS. Rates of one thread in Gflop/s, f32, own
 * kernel / OpenBLAS 0.3, Zen 4 with AVX-512 (118 at most):
 *
 * <pre>
 *   n x n x n    16        32         64         128        256        1024
 *               81/76    105/107    113/115    115/94     116/102     91/92
 * </pre>
 *
 * On a Zen 3 with AVX2, time of the own kernel over that of OpenBLAS, both in turn: 256^3 f32 0.85,
 * 512^3 0.98, 1024^3 0.98, 512 x 40000 x 128 0.80; f64 0.96, 1.00, 1.04, 1.02. The own kernel takes
 * any strides and has the same bits for every tile, so OpenBLAS is the default only where neither
 * set was measured, or where tuning finds it faster.
 *
 * @param target the instruction set that the own kernel runs on
 * @param dtype f32 or f64
 */
record ProductChoice(String target, DType dtype) implements Choice {

  static final String OWN = "own";
  static final String BLAS = "openblas";

  /** Products from which OpenBLAS is faster where instruction sets have no multiply-add. */
  private static final double BLAS_PRODUCTS = 320.0 * 320 * 320;

  /** The extents of cells, powers of 4: a product belongs to the nearest, by logarithms. */
  private static final long EXTENT_MIN = 4;
  private static final long EXTENT_MAX = 1024;
  /** Smaller products take a microsecond, of which the call of OpenBLAS is too large a part. */
  private static final double PRODUCTS_MIN = 1 << 16;

  /** The extents of a cell. */
  private record Cell(long m, long n, long k) {

    static Optional<Cell> of(long m, long n, long k) {
      if (Math.min(m, Math.min(n, k)) < EXTENT_MIN) {
        return Optional.empty(); // thin ones have kernels of their own
      }
      var cell = new Cell(nearest(m), nearest(n), nearest(k));
      return cell.products() < PRODUCTS_MIN ? Optional.empty() : Optional.of(cell);
    }

    private static long nearest(long extent) {
      double fours = Math.log(extent) / Math.log(4);
      return Math.min(EXTENT_MAX, 1L << 2 * Math.round(fours));
    }

    double products() {
      return (double) m * n * k;
    }

    @Override
    public String toString() {
      return m + "x" + n + "x" + k;
    }
  }

  private static final Map<String, Cell> CELLS = all();

  private static Map<String, Cell> all() {
    var cells = new LinkedHashMap<String, Cell>();
    for (long m = EXTENT_MIN; m <= EXTENT_MAX; m *= 4) {
      for (long n = EXTENT_MIN; n <= EXTENT_MAX; n *= 4) {
        for (long k = EXTENT_MIN; k <= EXTENT_MAX; k *= 4) {
          Cell.of(m, n, k).ifPresent(cell -> cells.put(cell.toString(), cell));
        }
      }
    }
    return cells;
  }

  @Override
  public String name() {
    return "product_" + dtype.text() + "_" + target;
  }

  @Override
  public List<String> candidates() {
    return List.of(OWN, BLAS);
  }

  @Override
  public List<String> cells() {
    return List.copyOf(CELLS.keySet());
  }

  @Override
  public String byDefault(String cell) {
    return byDefault(CELLS.get(cell).products());
  }

  private String byDefault(double products) {
    return !target.startsWith("AVX") && products >= BLAS_PRODUCTS ? BLAS : OWN;
  }

  @Override
  public Graph graph(String name) {
    Cell cell = CELLS.get(name);
    var builder = new GraphBuilder();
    return builder.build(Ops.matmul(builder.input("a", dtype, cell.m, cell.k),
        builder.input("b", dtype, cell.k, cell.n)));
  }

  /** What was decided on products of matrices. */
  record Decision(String candidate, String note) {}

  /** Decides on the products of a contraction, each entry of its batch being one of matrices. */
  Decision decide(Contraction groups, Choices choices) {
    String decided = byDefault(groups.matrixProducts());
    if (choices.taken().isEmpty() || !groups.isRowMajor()) { // others were not measured
      return new Decision(decided, "");
    }
    Optional<Cell> cell = Cell.of(Axis.count(groups.m()), Axis.count(groups.n()),
        Axis.count(groups.k()));
    return cell.flatMap(known -> choices.of(name(), known.toString())
        .map(taken -> new Decision(taken, taken + " by tuning, as for " + known)))
        .orElse(new Decision(decided, ""));
  }
}
