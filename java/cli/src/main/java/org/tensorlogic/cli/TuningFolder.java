package org.tensorlogic.cli;

import java.nio.file.Path;
import org.tensorlogic.engine.EngineConfig;
import picocli.CommandLine.Option;

/** The option that says where measured choices lie. */
final class TuningFolder {

  private static final String OFF = "off";

  @Option(names = "--tuning", paramLabel = "FOLDER",
      description = "Where tl tune keeps what it finds; \"off\": take the defaults; default: "
          + "tensorlogic in the user's cache folder.")
  private String folder;

  /** Returns a setup with the folder that was named. */
  EngineConfig of(EngineConfig config) {
    return folder == null ? config
        : config.withTuningFolder(folder.equals(OFF) ? null : Path.of(folder));
  }
}
