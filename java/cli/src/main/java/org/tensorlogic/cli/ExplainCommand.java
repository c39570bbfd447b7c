package org.tensorlogic.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import org.tensorlogic.einsum.EinsumSpec;
import org.tensorlogic.einsum.Semiring;
import org.tensorlogic.engine.Engine;
import org.tensorlogic.ir.GraphBuilder;
import org.tensorlogic.ir.Node;
import org.tensorlogic.ir.Ops;
import org.tensorlogic.type.DType;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code tl explain}: prints the plan of a program or of one einsum. */
@Command(mixinStandardHelpOptions = true,
    description = "Prints how a program, or one einsum, is computed: the order of contractions, "
        + "floating-point operations, bytes, and the kernel of each step with the reason.",
    footer = {"", "Example: tl explain --einsum \"ij,jk,k->i\" --shapes 64,32 32,16 16"})
final class ExplainCommand implements Callable<Integer> {

  @Spec
  private CommandSpec spec;

  @Mixin
  private ProgramArguments program;

  @Mixin
  private EngineOptions engineOptions;

  @Option(names = "--einsum", paramLabel = "SPEC", description = "An einsum in place of a program.")
  private String einsum;

  @Option(names = "--shapes", arity = "1..*", paramLabel = "EXTENTS",
      description = "The shape of each operand, such as 2,3; \"\" for a scalar.")
  private List<String> shapes = List.of();

  @Option(names = "--semiring", paramLabel = "NAME", converter = SemiringName.class,
      defaultValue = "sum-product", description = "The einsum's semiring; default: sum-product.")
  private Semiring semiring;

  @Override
  public Integer call() {
    if (einsum != null && program.isPresent()) {
      throw new ParameterException(spec.commandLine(), "FILE and --einsum exclude each other");
    }
    if (einsum != null && shapes.isEmpty()) {
      throw new ParameterException(spec.commandLine(), "--einsum needs --shapes");
    }
    try (Engine engine = engineOptions.start()) {
      String plan = einsum == null ? program.load().explain(engine) : einsumPlan(engine);
      spec.commandLine().getOut().println(plan.stripTrailing());
    }
    return 0;
  }

  private String einsumPlan(Engine engine) {
    var builder = new GraphBuilder();
    DType dtype = semiring == Semiring.OR_AND ? DType.BOOL : DType.F32;
    var operands = new ArrayList<Node>();
    for (String shape : shapes) {
      operands.add(builder.input("operand " + operands.size(), dtype, extents(shape)));
    }
    return engine.explain(builder.build(
        Ops.einsum(EinsumSpec.parse(einsum), semiring, operands)));
  }

  private long[] extents(String shape) {
    try {
      return shape.isBlank() ? new long[0]
          : Arrays.stream(shape.split(",")).map(String::strip).mapToLong(Long::parseLong).toArray();
    } catch (NumberFormatException malformed) {
      throw new ParameterException(spec.commandLine(),
          "--shapes: \"" + shape + "\" is not extents with commas between, such as 2,3", malformed);
    }
  }
}
