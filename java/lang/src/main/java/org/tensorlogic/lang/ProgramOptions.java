package org.tensorlogic.lang;

import java.util.Map;
import org.tensorlogic.error.Requirement;

/**
 * How a program is read and run.
 *
 * @param settings what replaces values of the text: by the name of a tensor without axes its
 *     value, by the name of a declared domain its extent
 * @param seed of the initial values of parameters
 * @param iterationsMax the number of iterations after which a recursion that has not settled fails
 * @param tolerance the greatest change of a number that counts as settled
 */
public record ProgramOptions(
    Map<String, String> settings, long seed, long iterationsMax, double tolerance) {

  /** Copies the settings and refuses limits that nothing can meet. */
  public ProgramOptions {
    settings = Map.copyOf(settings);
    Requirement.requireArgument(iterationsMax >= 1, () -> "take 1 or more",
        "iterationsMax %d is below 1", iterationsMax);
    Requirement.requireArgument(tolerance >= 0,
        () -> "take 0 to go on until nothing changes, or a small number",
        "tolerance %s is not 0 or more", tolerance);
  }

  /** Returns no settings, seed 0, 10 000 iterations and a tolerance of 1e-6. */
  public static ProgramOptions defaults() {
    return new ProgramOptions(Map.of(), 0, 10_000, 1e-6);
  }
}
