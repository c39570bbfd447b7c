package org.tensorlogic.cli;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.tensorlogic.einsum.EinsumSpec;
import org.tensorlogic.einsum.Semiring;
import org.tensorlogic.engine.Engine;
import org.tensorlogic.io.Npy;
import org.tensorlogic.io.NpyArray;
import org.tensorlogic.ir.GraphBuilder;
import org.tensorlogic.ir.Node;
import org.tensorlogic.ir.Ops;
import org.tensorlogic.memory.Scope;
import org.tensorlogic.memory.Tensor;
import org.tensorlogic.type.DType;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tl einsum}: joins arrays of files by an einsum spec and writes the result. */
@Command(mixinStandardHelpOptions = true,
    description = "Joins npy files by an einsum spec and writes the result as an npy file. With "
        + "the semiring or-and all numbers but 0 are true, and the result has the operands' dtype.",
    footer = {"", "Example: tl einsum \"ij,jk->ik\" A.npy B.npy -o C.npy"})
final class EinsumCommand implements Callable<Integer> {

  @Spec
  private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "SPEC",
      description = "The axes of each operand and of the result, in NumPy's grammar.")
  private String einsum;

  @Parameters(index = "1..*", arity = "1..*", paramLabel = "FILE",
      description = "The operands: npy files of one dtype.")
  private List<Path> files;

  @Option(names = {"-o", "--output"}, required = true, paramLabel = "FILE",
      description = "Where the result goes.")
  private Path output;

  @Option(names = "--semiring", paramLabel = "NAME", converter = SemiringName.class,
      defaultValue = "sum-product",
      description = "What sum and product are: sum-product (the default), max-plus, min-plus, "
          + "max-product, or-and, max-min or log-sum-exp.")
  private Semiring semiring;

  @Mixin
  private EngineOptions engineOptions;

  @Override
  public Integer call() {
    EinsumSpec parsed = EinsumSpec.parse(einsum);
    try (var _ = Progress.of("einsum " + einsum, spec.commandLine().getErr());
        Engine engine = engineOptions.start(); var scope = new Scope()) {
      var operands = new ArrayList<Tensor>();
      files.forEach(file -> operands.add(scope.own(read(engine, file))));
      var builder = new GraphBuilder();
      var inputs = new ArrayList<Node>();
      operands.forEach(operand ->
          inputs.add(builder.input("operand " + inputs.size(), operand.type())));
      Node result = joined(parsed, inputs);
      Tensor tensor = scope.own(engine.compile(builder.build(Map.of("result", result)))
          .run(operands.toArray(Tensor[]::new)));
      Npy.write(output, tensor.type(), tensor.toBytes());
    }
    return 0;
  }

  private Node joined(EinsumSpec parsed, List<Node> inputs) {
    if (semiring != Semiring.OR_AND) {
      return Ops.einsum(parsed, semiring, inputs);
    }
    var truths = inputs.stream().map(input -> Ops.convert(input, DType.BOOL)).toList();
    return Ops.convert(Ops.einsum(parsed, semiring, truths), inputs.getFirst().dtype());
  }

  private static Tensor read(Engine engine, Path file) {
    try (Arena arena = Arena.ofConfined()) {
      NpyArray array = Npy.read(file, arena);
      Tensor tensor = engine.allocate(array.type());
      return tensor.access(memory -> {
        MemorySegment.copy(array.elements(), 0, memory, 0, array.elements().byteSize());
        return tensor;
      });
    }
  }
}
