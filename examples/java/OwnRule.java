import org.tensorlogic.engine.*;
import org.tensorlogic.ir.*;
import org.tensorlogic.rewrite.*;
import org.tensorlogic.type.DType;

void main() {
  // exp(x) / (1 + exp(x)) -> sigmoid(x)
  Pattern exp = Pattern.unary(Unary.EXP, Pattern.variable("x"));
  Rule logistic = Rule.of("logistic", "exp(x) / (1 + exp(x)) -> sigmoid(x)",
      OptimizationLevel.AGGRESSIVE, Exactness.ASSUMES_FINITE,
      Pattern.binary(Binary.DIV, exp, Pattern.binary(Binary.ADD, Pattern.one(), exp)),
      match -> Ops.sigmoid(match.get("x")));

  var model = new GraphBuilder();
  Node x = model.input("x", DType.F32, 4), e = Ops.exp(x);
  Graph graph = model.build(Ops.div(e, Ops.add(Ops.scalar(e, 1), e)));

  try (var engine = Engine.create(); var in = engine.tensor(new float[] {-2, -1, 0, 1}, 4)) {
    // A graph that computes something else would be refused.
    Rewriter.Check check = (before, after) -> Math.abs(first(engine.run(before, Map.of("x", in)))
        - first(engine.run(after, Map.of("x", in)))) < 1e-6;
    Rewritten result = new Rewriter(List.of(logistic), new Strategy.Exhaustive())
        .withCheck(check).rewrite(graph);
    IO.println(result.statistics());
    IO.print(result.graph());
  }
}

float first(Map<String, org.tensorlogic.memory.Tensor> results) {
  try (var result = results.get("result")) {
    return result.toFloats()[0];
  }
}
