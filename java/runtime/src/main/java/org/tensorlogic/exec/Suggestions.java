package org.tensorlogic.exec;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.tensorlogic.ir.Convert;
import org.tensorlogic.ir.Fused;
import org.tensorlogic.ir.Movement;
import org.tensorlogic.ir.Op;
import org.tensorlogic.ir.Pointwise;
import org.tensorlogic.kernel.Machine;
import org.tensorlogic.plan.Program;
import org.tensorlogic.plan.Slot;
import org.tensorlogic.plan.Step;
import org.tensorlogic.plan.StepCost;
import org.tensorlogic.plan.Value;
import org.tensorlogic.type.Layout;

/**
 * What may make a step of a program faster, by what its plan knows: each a line that begins with
 * the fact and ends with what a user can do.
 */
final class Suggestions {

  private static final String REFERENCE = "reference";
  private static final String PACKS = "contract_pack_";

  private final Program program;
  private final Machine machine;
  private final boolean takesInputs;

  /**
   * Makes those of a program.
   *
   * @param takesInputs whether what the program is given are the inputs of the user's graph
   */
  Suggestions(Program program, Machine machine, boolean takesInputs) {
    this.program = program;
    this.machine = machine;
    this.takesInputs = takesInputs;
  }

  /** Returns those of what a loop repeats. */
  Suggestions inLoop(Program body) {
    return new Suggestions(body, machine, false);
  }

  /** Returns those of a block, which one thread runs. */
  Suggestions inBlocks(Program body) {
    return new Suggestions(body, machine.withThreads(1), false);
  }

  /** Returns those for a step of the program; a loop or blocks have them at their own steps. */
  List<String> of(Step step, boolean isShared) {
    var found = new ArrayList<String>();
    if (step instanceof Step.Run run) {
      reference(run).ifPresent(found::add);
      memory(run).ifPresent(found::add);
      if (!isShared) {
        tiles(run).ifPresent(found::add);
      }
      against(run).ifPresent(found::add);
      packs(run).ifPresent(found::add);
    }
    return found;
  }

  private static Optional<String> reference(Step.Run run) {
    return !run.provider().equals(REFERENCE) ? Optional.empty()
        : Optional.of("computed in plain Java: " + (run.reasons().isEmpty()
            ? "the engine asks no other provider" : String.join("; ", run.reasons())));
  }

  private Optional<String> memory(Step.Run run) {
    double bytes = StepCost.bytes(run);
    long cached = machine.caches().lastBytes();
    boolean isBound = bytes > cached && StepCost.isMemoryBound(run)
        && !run.provider().equals(REFERENCE);
    return isBound ? Optional.of(("memory bounds it: %.1f MB for %.2f FLOP a byte, and the caches "
        + "hold %.1f MB: use a smaller dtype, or fewer passes over the elements").formatted(
            bytes / 1e6, run.flops() / bytes, cached / 1e6)) : Optional.empty();
  }

  private Optional<String> tiles(Step.Run run) {
    double nanos = StepCost.nanos(run);
    int workers = machine.threads() - 1;
    long tiles = run.kernel().tileCount();
    int worth = StepCost.helpers(nanos, Long.MAX_VALUE, workers);
    return StepCost.helpers(nanos, tiles, workers) < worth ? Optional.of(
        ("worth %d threads, but cut into %d tiles by its shape: let other steps run beside it "
            + "(EngineConfig.withSchedule)").formatted(worth + 1, tiles)) : Optional.empty();
  }

  /** An operand that has to be read in another order than it lies in. */
  private static Optional<String> against(Step.Run run) {
    Op op = run.node().op();
    boolean walksOperands = op instanceof Pointwise || op instanceof Convert || op instanceof Fused
        || op instanceof Movement && !(op instanceof Movement.Gather);
    boolean hasEpilogue = run.operands().size() != run.node().operands().size();
    return !walksOperands || hasEpilogue ? Optional.empty()
        : run.operands().stream().map(Value::layout).filter(Suggestions::jumps).findFirst()
            .map(layout -> ("reads an operand with jumps, %s: give its elements row-major, "
                + "without gaps").formatted(layout));
  }

  private static boolean jumps(Layout layout) {
    int last = layout.rank() - 1;
    while (last >= 0 && layout.extent(last) == 1) {
      last--;
    }
    return last >= 0 && Math.abs(layout.stride(last)) > 1;
  }

  private Optional<String> packs(Step.Run run) {
    boolean packsInput = takesInputs && run.kernel().name().startsWith(PACKS)
        && program.slots().get(run.operands().getFirst().slot()) instanceof Slot.Given;
    return packsInput ? Optional.of("packs an input of a product anew in every run: give it as a "
        + "constant if it never changes") : Optional.empty();
  }
}
