package org.tensorlogic.exec;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.tensorlogic.plan.Step;

/**
 * What one step of a program took in the runs of a {@link Profile}. Immutable; keeps the program's
 * kernels.
 *
 * @param place its number in the plan; {@code 3.0} is the first step of the loop or of the blocks
 *     that step 3 is, {@code 3.last.0} that of a last block which is shorter
 * @param step what ran
 * @param times what it took: the time from its begin to its end, on the thread that it runs for;
 *     within blocks several threads take such time at once
 * @param isShared whether others ran side by side with it: the time that they took together is
 *     then divided by the time that threads were at each of them
 * @param share its part of a run by the medians of both, from 0 to 1; the steps of a loop or of
 *     blocks have parts of its share
 * @param bytes what a run reads and writes, each element once, in the mean
 * @param flops the arithmetic of a run, 2 per multiply-add, in the mean
 * @param body the steps that it repeats or runs in blocks, of a last block too if that is shorter
 * @param suggestions what may make it faster, a line each; facts of the plan, not of the clock
 */
public record StepProfile(String place, Step step, Times times, boolean isShared, double share,
    double bytes, double flops, List<StepProfile> body, List<String> suggestions) {

  /** Keeps copies of the lists. */
  public StepProfile {
    body = List.copyOf(body);
    suggestions = List.copyOf(suggestions);
  }

  /** Returns the name that plans print: of a kernel, or {@code repeat} or {@code blocks}. */
  public String name() {
    return switch (step) {
      case Step.Run run -> run.kernel().name();
      case Step.Repeat _ -> "repeat";
      case Step.Blocks _ -> "blocks";
    };
  }

  /** Returns the name of the provider of its kernel, if it is one. */
  public Optional<String> provider() {
    return step instanceof Step.Run run ? Optional.of(run.provider()) : Optional.empty();
  }

  /** Returns the bytes a nanosecond that it moved in its median time: GB/s. */
  public double bytesPerNano() {
    return rate(bytes);
  }

  /** Returns the FLOPs a nanosecond that it did in its median time: GFLOP/s. */
  public double flopsPerNano() {
    return rate(flops);
  }

  private double rate(double amount) {
    return times.nanosMedian() == 0 ? 0 : amount / times.nanosMedian();
  }

  /** Returns this step and those inside it, each before its own. */
  Stream<StepProfile> all() {
    return Stream.concat(Stream.of(this), body.stream().flatMap(StepProfile::all));
  }
}
