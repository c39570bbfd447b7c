import org.tensorlogic.engine.*;
import org.tensorlogic.ir.*;
import org.tensorlogic.plan.*;
import org.tensorlogic.rewrite.OptimizationLevel;
import org.tensorlogic.type.DType;

/** Attention of 64 heads, planned as written and with blocked and fused regions. */
void main() {
  var model = new GraphBuilder();
  Node q = model.input("q", DType.F32, 64, 256, 64);
  Node k = model.input("k", DType.F32, 64, 256, 64);
  Node v = model.input("v", DType.F32, 64, 256, 64);
  Node scores = Ops.einsum("bqd,bkd->bqk", q, k);
  scores = Ops.div(scores, Ops.scalar(scores, 8));
  Node most = Ops.reduce(Reduction.MAX, scores, List.of(2));
  Node exp = Ops.exp(Ops.sub(scores, Ops.insertAxes(most, scores.shape(), List.of(2))));
  Node sum = Ops.insertAxes(Ops.sum(exp, 2), exp.shape(), List.of(2));
  Graph graph = model.build(Ops.einsum("bqk,bkd->bqd", Ops.div(exp, sum), v));

  for (var level : List.of(OptimizationLevel.NONE, OptimizationLevel.MODERATE)) {
    try (var engine = Engine.create(EngineConfig.defaults().withOptimization(level))) {
      Program program = engine.compile(graph).program();
      System.out.printf("%s: %d steps, workspace %d bytes%n", level, program.steps().size(),
          program.workspaceBytes());
      for (Step step : program.steps()) {
        if (step instanceof Step.Blocks blocks) {
          System.out.printf("  %d blocks, each %d steps, workspace %d bytes%n", blocks.count(),
              blocks.body().steps().size(), blocks.body().workspaceBytes());
        }
      }
    }
  }
}
