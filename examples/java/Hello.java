import org.tensorlogic.autodiff.Gradients;
import org.tensorlogic.engine.Engine;
import org.tensorlogic.ir.*;
import org.tensorlogic.type.DType;

void main() {
  var model = new GraphBuilder();
  Node x = model.input("x", DType.F32, 2, 3), w = model.input("w", DType.F32, 3, 2);
  Node y = Ops.relu(Ops.matmul(x, w)), slope = Gradients.of(Ops.sum(y), List.of(w)).getFirst();
  try (var engine = Engine.create(); var a = engine.tensor(new float[] {1, 2, 3, 4, 5, 6}, 2, 3);
      var b = engine.tensor(new float[] {1, 0, 0, 1, 0, -1}, 3, 2)) {
    var result = engine.run(model.build(Map.of("y", y, "slope", slope)), Map.of("x", a, "w", b));
    IO.println(result.get("y") + " " + Arrays.toString(result.get("y").toFloats()));
    IO.println(result.get("slope") + " " + Arrays.toString(result.get("slope").toFloats()));
  }
}
