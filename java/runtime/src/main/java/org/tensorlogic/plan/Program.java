package org.tensorlogic.plan;

import java.util.List;
import java.util.stream.Collectors;
import org.tensorlogic.type.TensorType;

/**
 * A graph planned for inputs of known layouts: data only, immutable, for any number of threads.
 *
 * @param steps what runs, in this order
 * @param stageEnds where each stage ends in {@code steps}; the steps of a stage run side by side
 * @param slots where values lie
 * @param workspaceBytes the memory for all temporaries together, the peak of the plan; blocks and
 *     loops have workspaces of their own, one for each running thread
 * @param temporaryBytes the memory that they would take without reuse
 * @param inputNames the inputs in order
 * @param outputNames the outputs in order
 * @param outputTypes the type of each output, contiguous in row-major order
 */
public record Program(List<Step> steps, List<Integer> stageEnds, List<Slot> slots,
    long workspaceBytes, long temporaryBytes, List<String> inputNames, List<String> outputNames,
    List<TensorType> outputTypes) {

  /** Keeps copies of steps and stages. */
  public Program {
    steps = List.copyOf(steps);
    stageEnds = List.copyOf(stageEnds);
  }

  /** Returns the arithmetic of one run, without that of loops. */
  public double flops() {
    return steps.stream().mapToDouble(StepCost::flops).sum();
  }

  /** Prints one line a step with kernel, provider, reasons, shapes and FLOPs, then totals. */
  @Override
  public String toString() {
    return text("");
  }

  private String text(String indent) {
    var text = new StringBuilder();
    int number = 0;
    for (Step step : steps) {
      text.append(indent).append("%3d  ".formatted(number++)).append(switch (step) {
        case Step.Run run -> line(run);
        case Step.Repeat repeat -> "repeat " + repeat.loop().attributes() + "\n"
            + repeat.body().text(indent + "     ").stripTrailing();
        case Step.Blocks blocks -> line(blocks) + "\n"
            + blocks.body().text(indent + "     ").stripTrailing();
      }).append('\n');
    }
    return text.append("%s%d steps%s, %s, workspace %d bytes (%d without reuse)%n".formatted(indent,
        steps.size(), stageEnds.size() < steps.size() ? " in " + stageEnds.size() + " stages" : "",
        flopText(flops()), workspaceBytes, temporaryBytes)).toString();
  }

  private static String line(Step.Run run) {
    return "%-26s %s <- %s  %s, %d tiles, by %s%s%s".formatted(run.kernel().name(),
        text(run.results()), text(run.operands()),
        flopText(run.flops()), run.kernel().tileCount(), run.provider(),
        run.reasons().isEmpty() ? "" : " (" + String.join("; ", run.reasons()) + ")",
        placeText(run));
  }

  private static String line(Step.Blocks blocks) {
    return "%-26s %s <- %s  %s, %d blocks of %d along axis %d, %d bytes stay inside%s"
        .formatted("blocks", text(List.of(blocks.result())), text(blocks.operands()),
        flopText(blocks.flops()),
        blocks.count(), blocks.extent(), blocks.resultAxis(), blocks.temporaryBytes(),
        placeText(blocks));
  }

  private static String text(List<Value> values) {
    return values.stream()
        .map(value -> "s%d %s%s".formatted(value.slot(), value.dtype(), value.layout().shape()))
        .collect(Collectors.joining(", "));
  }

  private static String placeText(Step step) {
    return step.node().origin().isKnown() ? "  # " + step.node().origin() : "";
  }

  private static String flopText(double flops) {
    return flops < 1e6 ? "%.0f FLOP".formatted(flops) : "%.2f MFLOP".formatted(flops / 1e6);
  }
}
