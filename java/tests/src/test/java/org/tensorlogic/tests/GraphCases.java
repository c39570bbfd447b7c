package org.tensorlogic.tests;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tensorlogic.einsum.EinsumSpec;
import org.tensorlogic.einsum.Semiring;
import org.tensorlogic.error.Origin;
import org.tensorlogic.ir.Binary;
import org.tensorlogic.ir.Graph;
import org.tensorlogic.ir.GraphBuilder;
import org.tensorlogic.ir.GraphBytes;
import org.tensorlogic.ir.Literal;
import org.tensorlogic.ir.Loop;
import org.tensorlogic.ir.Movement;
import org.tensorlogic.ir.Node;
import org.tensorlogic.ir.Ops;
import org.tensorlogic.ir.Reduction;
import org.tensorlogic.ir.Unary;
import org.tensorlogic.rewrite.OptimizationLevel;
import org.tensorlogic.rewrite.Optimizer;
import org.tensorlogic.type.DType;
import org.tensorlogic.type.Dim;
import org.tensorlogic.type.Shape;
import org.tensorlogic.type.TensorType;

/** Graphs that together hold every kind of op with every function, and every kind of extent. */
final class GraphCases {

  private GraphCases() {}

  static Map<String, Graph> all() {
    var cases = new LinkedHashMap<String, Graph>();
    cases.put("functions", functions());
    cases.put("movements", movements());
    cases.put("semirings", semirings());
    cases.put("extents", extents());
    cases.put("loop", loop());
    cases.put("fused", Optimizer.optimize(functions(), OptimizationLevel.MODERATE).graph());
    cases.put("blocked", Optimizer.optimize(attention(), OptimizationLevel.MODERATE).graph());
    cases.put("fused loop", Optimizer.optimize(loop(), OptimizationLevel.MODERATE).graph());
    return cases;
  }

  private static Graph functions() {
    var builder = new GraphBuilder().at(new Origin("model.tl", 3, 14, "scores"));
    var outputs = new LinkedHashMap<String, Node>();
    Node real = builder.input("real", DType.F32, 3, 2);
    Node truth = builder.input("truth", DType.BOOL, 3, 2);
    for (Unary function : Unary.values()) {
      outputs.put(function.function(),
          Ops.unary(function, function == Unary.NOT ? truth : real));
    }
    builder.at(Origin.UNKNOWN);
    for (Binary function : Binary.values()) {
      boolean logical = !function.accepts().contains(DType.F32);
      outputs.put(function.function(),
          Ops.binary(function, logical ? truth : real, logical ? truth : Ops.exp(real)));
    }
    for (Reduction reduction : Reduction.values()) {
      boolean logical = !reduction.accepts().contains(DType.F32);
      outputs.put("reduce " + reduction.function(),
          Ops.reduce(reduction, logical ? truth : real, List.of(1)));
    }
    outputs.put("select", Ops.select(truth, real, Ops.scalar(real, -0.0)));
    outputs.put("convert", Ops.convert(real, DType.I64));
    return builder.build(outputs);
  }

  private static Graph movements() {
    var builder = new GraphBuilder();
    Node x = builder.input("x", DType.F64, 3, 4);
    Node constant = builder.constant(TensorType.of(DType.F64, 4),
        Literal.of(Double.NaN, -0.0, 0x1p-1074, Double.NEGATIVE_INFINITY));
    return builder.build(Map.of("x", Ops.concat(0, List.of(
        Ops.reverse(Ops.reshape(Ops.permute(Ops.slice(x, 1, 0, 3, 1), List.of(1, 0)),
            Shape.of(9, 1)), 0),
        Ops.gather(Ops.pad(Ops.reshape(x, Shape.of(12, 1)), 0, 1, 2, 3, 0.5), 0,
            builder.constant(TensorType.of(DType.I64, 2), Literal.of(-1L, Long.MAX_VALUE))),
        Ops.reshape(Ops.add(x, constant), Shape.of(12, 1))))));
  }

  private static Graph semirings() {
    var builder = new GraphBuilder();
    var outputs = new LinkedHashMap<String, Node>();
    for (Semiring semiring : Semiring.values()) {
      DType dtype = semiring == Semiring.OR_AND ? DType.BOOL : DType.F32;
      Node x = builder.input("x of " + dtype, dtype, 3, 3);
      outputs.put(semiring.name(),
          Ops.einsum(EinsumSpec.parse("ab,bb,ci99->ca"), semiring,
              List.of(x, x, x)));
    }
    return builder.build(outputs);
  }

  private static Graph extents() {
    var builder = new GraphBuilder();
    Dim batch = Dim.of("batch");
    Node x = builder.input("ünïcode", DType.F32, batch, Dim.of("length"), Dim.of(6));
    Node rows = Ops.reshape(x, new Shape(List.of(batch.times(Dim.of("length")).times(Dim.of(2)),
        Dim.of(3))));
    return builder.build(Map.of("rows", rows, "unused extents", Ops.add(x,
        builder.add(new Movement.Broadcast(x.shape(), List.of()), Ops.scalar(x, 1e-30)))));
  }

  private static Graph loop() {
    var body = new GraphBuilder();
    Node a = body.input("a", DType.F32, 4);
    Node b = body.input("b", DType.F32, 4);
    Node c = body.input("c", DType.F32, 4);
    Node next = Ops.tanh(Ops.mul(Ops.add(a, b), c));
    var outputs = new LinkedHashMap<String, Node>();
    outputs.put("change", Ops.reduce(Reduction.MAX, Ops.abs(Ops.sub(next, a)), List.of(0)));
    outputs.put("a", next);
    outputs.put("b", Ops.cos(b));
    Graph once = body.build(outputs);
    var builder = new GraphBuilder();
    var operands = List.of(builder.input("x", DType.F32, 4), builder.input("y", DType.F32, 4),
        builder.input("z", DType.F32, 4));
    return builder.build(Map.of("both", Ops.add(
        builder.add(new Loop(once, "walk", 100, 0x1p-20, 0), operands),
        builder.add(new Loop(once, "walk", 100, 0x1p-20, 1), operands))));
  }

  private static Graph attention() {
    var builder = new GraphBuilder();
    Node query = builder.input("query", DType.F32, 1024, 64);
    Node key = builder.input("key", DType.F32, 1024, 64);
    Node scores = Ops.exp(Ops.einsum("md,nd->mn", query, key));
    return builder.build(Ops.einsum("mn,nd->md", scores, key));
  }

  /** Writes the bytes of each graph to a folder, as seeds for {@code ci/fuzz}. */
  public static void main(String... folder) throws IOException {
    for (Map.Entry<String, Graph> each : all().entrySet()) {
      Files.write(Path.of(folder[0], "seed-" + each.getKey().replace(' ', '-')),
          GraphBytes.write(each.getValue()));
    }
  }
}
