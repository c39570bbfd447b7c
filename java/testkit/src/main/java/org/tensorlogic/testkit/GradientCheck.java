package org.tensorlogic.testkit;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.tensorlogic.autodiff.Gradients;
import org.tensorlogic.engine.Compiled;
import org.tensorlogic.engine.Engine;
import org.tensorlogic.ir.Graph;
import org.tensorlogic.ir.GraphBuilder;
import org.tensorlogic.ir.Literal;
import org.tensorlogic.ir.Node;
import org.tensorlogic.ir.Ops;
import org.tensorlogic.memory.Scope;
import org.tensorlogic.memory.Tensor;
import org.tensorlogic.type.DType;
import org.tensorlogic.type.Shape;
import org.tensorlogic.type.TensorType;

/**
 * Holds the gradient of a function to finite differences along one random direction, and its
 * Jacobian product to the inner-product identity {@code <w, Jv> = <J'w, v>}; for the function
 * (order 1) and for its directional derivative (order 2). All in f64; points are up to the caller,
 * away from kinks.
 */
public final class GradientCheck {

  /* Central differences at steps h and h/2 are joined by Richardson's extrapolation. What remains
   * is of order h^4 / 480 times the fifth derivative, plus u f / h: with h = 2^-10 below 1e-11 of
   * the values on the way. The bound allows for inner values a thousand times the result's. */
  private static final double STEP = 0x1p-10;
  private static final double BOUND = 1e-7;

  private final Engine engine;
  private final List<Shape> shapes;
  private final Function<List<Node>, Node> function;
  private final List<double[]> points;
  private final long seed;

  /**
   * Sets up a check.
   *
   * @param engine what runs the graphs
   * @param shapes the shapes of the f64 operands
   * @param function builds an f64 result of any shape
   * @param points the elements of each operand in row-major order
   * @param seed where directions and weights come from; messages name it
   */
  public GradientCheck(Engine engine, List<Shape> shapes, Function<List<Node>, Node> function,
      List<double[]> points, long seed) {
    this.engine = engine;
    this.shapes = List.copyOf(shapes);
    this.function = function;
    this.points = List.copyOf(points);
    this.seed = seed;
  }

  /** One evaluation: the weighted result and its derivative along the direction, and so on. */
  private record Values(double value, double slope, double slopeByTangent, double curvature) {}

  /**
   * Runs the check.
   *
   * @throws AssertionError with the title, the seed and both numbers where they differ
   */
  public void check(String title) {
    var random = new SplittableRandom(seed);
    List<double[]> direction = points.stream().map(point -> direction(random, point.length))
        .toList();
    Compiled compiled = engine.compile(graph(direction, random));
    Values here = evaluate(compiled, direction, 0);
    double scale = 1 + Math.abs(here.value()) + Math.abs(here.slope())
        + Math.abs(here.curvature());
    agree(title + ": order 1", difference(compiled, direction, Values::value), here.slope(), scale);
    agree(title + ": <w, Jv> = <J'w, v>", here.slopeByTangent(), here.slope(), scale);
    agree(title + ": order 2", difference(compiled, direction, Values::slope), here.curvature(),
        scale);
  }

  private void agree(String title, double expected, double came, double scale) {
    if (!(Math.abs(expected - came) <= BOUND * scale)) {
      throw new AssertionError("%s: %s is expected but the graph gives %s (seed %d)"
          .formatted(title, expected, came, seed));
    }
  }

  private static double[] direction(SplittableRandom random, int count) {
    var values = new double[count];
    for (int i = 0; i < count; i++) {
      values[i] = random.nextDouble(-1, 1);
    }
    return values;
  }

  private Graph graph(List<double[]> direction, SplittableRandom random) {
    var builder = new GraphBuilder();
    var operands = new ArrayList<Node>();
    var tangents = new ArrayList<Node>();
    for (int i = 0; i < shapes.size(); i++) {
      operands.add(builder.input("x" + i, new TensorType(DType.F64, shapes.get(i))));
    }
    for (int i = 0; i < shapes.size(); i++) {
      tangents.add(constant(builder, shapes.get(i), direction.get(i)));
    }
    Node result = function.apply(operands);
    int count = Math.toIntExact(result.shape().count());
    Node weights = constant(builder, result.shape(), direction(random, count));
    Node value = inner(result, weights);
    Node slope = inner(Gradients.of(value, operands), tangents);
    Node curvature = inner(Gradients.of(slope, operands), tangents);
    var outputs = new LinkedHashMap<String, Node>();
    outputs.put("value", value);
    outputs.put("slope", slope);
    outputs.put("slopeByTangent", inner(tangent(result, operands, tangents), weights));
    outputs.put("curvature", curvature);
    return builder.build(outputs);
  }

  /** Jv as the derivative of {@code w -> <J'w, v>}, which is linear in w. */
  private static Node tangent(Node result, List<Node> operands, List<Node> tangents) {
    Node cotangent = result.builder().input("w", result.type());
    Node linear = inner(Gradients.pullback(result, cotangent, operands), tangents);
    return Gradients.of(linear, List.of(cotangent)).getFirst();
  }

  private static Node constant(GraphBuilder builder, Shape shape, double[] values) {
    return builder.constant(new TensorType(DType.F64, shape),
        Literal.of(values));
  }

  private static Node inner(Node a, Node b) {
    return Ops.sum(Ops.mul(a, b));
  }

  private static Node inner(List<Node> left, List<Node> right) {
    Node sum = Ops.scalar(left.getFirst(), 0);
    for (int i = 0; i < left.size(); i++) {
      sum = Ops.add(sum, inner(left.get(i), right.get(i)));
    }
    return sum;
  }

  private double difference(Compiled compiled, List<double[]> direction,
      ToDoubleFunction<Values> of) {
    double wide = central(compiled, direction, of, STEP);
    double narrow = central(compiled, direction, of, STEP / 2);
    return (4 * narrow - wide) / 3;
  }

  private double central(Compiled compiled, List<double[]> direction,
      ToDoubleFunction<Values> of, double step) {
    return (of.applyAsDouble(evaluate(compiled, direction, step))
        - of.applyAsDouble(evaluate(compiled, direction, -step))) / (2 * step);
  }

  private Values evaluate(Compiled compiled, List<double[]> direction, double step) {
    try (var scope = new Scope()) {
      var inputs = new LinkedHashMap<String, Tensor>();
      for (int i = 0; i < points.size(); i++) {
        inputs.put("x" + i, scope.own(moved(i, direction.get(i), step)));
      }
      var weights = compiled.graph().inputs().get("w").type();
      inputs.put("w", scope.own(RandomTensors.place(engine, weights,
          new double[Math.toIntExact(weights.shape().count())])));
      Map<String, Tensor> results = compiled.run(inputs);
      scope.own(results.values());
      return new Values(results.get("value").get(), results.get("slope").get(),
          results.get("slopeByTangent").get(), results.get("curvature").get());
    }
  }

  private Tensor moved(int operand, double[] direction, double step) {
    double[] values = points.get(operand).clone();
    for (int i = 0; i < values.length; i++) {
      values[i] += step * direction[i];
    }
    return RandomTensors.place(engine, new TensorType(DType.F64, shapes.get(operand)), values);
  }
}
