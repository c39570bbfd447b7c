package org.tensorlogic.tuning;

import java.util.List;
import org.tensorlogic.ir.Graph;
import org.tensorlogic.ir.GraphBuilder;
import org.tensorlogic.ir.Ops;
import org.tensorlogic.kernel.Choice;
import org.tensorlogic.type.DType;

/** A choice among candidates of any names; the first is the default. */
public record FakeChoice(String name, List<String> candidates, List<String> cells)
    implements Choice {

  @Override
  public String byDefault(String cell) {
    return candidates.getFirst();
  }

  @Override
  public Graph graph(String cell) {
    var builder = new GraphBuilder();
    return builder.build(Ops.matmul(builder.input("a", DType.F32, 4, 4),
        Ops.convert(builder.input("b", DType.F64, 4, 4), DType.F32)));
  }
}
