package org.tensorlogic.engine;

import java.util.List;
import java.util.stream.Stream;
import org.tensorlogic.plan.KernelRegistry;
import org.tensorlogic.tuning.Effort;
import org.tensorlogic.tuning.Finding;
import org.tensorlogic.tuning.Tuner;
import org.tensorlogic.tuning.TuningFile;
import org.tensorlogic.tuning.TuningTable;

/**
 * Measures on this machine where other kernels than the default ones are faster. Engines that are
 * started afterwards take them.
 */
public final class Tuning {

  private Tuning() {}

  /**
   * Measures all choices of the providers with one thread and with all of a setup, and writes the
   * table to the setup's folder, if it has one, once all is measured.
   *
   * @param listener hears of each cell
   * @throws org.tensorlogic.error.KernelException when the thread is interrupted, as any run does;
   *     nothing is written then
   * @throws org.tensorlogic.error.FileException when the table cannot be written
   */
  public static TuningTable run(EngineConfig config, Effort effort, Tuner.Listener listener) {
    List<org.tensorlogic.kernel.Choice> choices =
        KernelRegistry.load(config.provider()).choices();
    var file = new TuningFile(config.tuningFolder(), Version.TEXT);
    try (var measurer = new EngineMeasurer(config)) {
      List<Finding> findings = new Tuner(Stream.of(1, config.threads()).distinct().toList(),
          effort, measurer).tune(choices, listener);
      var table = new TuningTable(file.host(),
          choices.stream().mapToInt(choice -> choice.cells().size()).sum(), findings);
      if (config.tuningFolder() != null) {
        file.write(table);
      }
      return table;
    }
  }
}
