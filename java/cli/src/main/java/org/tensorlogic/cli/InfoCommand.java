package org.tensorlogic.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.concurrent.Callable;
import org.tensorlogic.engine.Engine;
import org.tensorlogic.exec.Capabilities;
import org.tensorlogic.type.DType;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tl info}: says what this machine and build offer. */
@Command(mixinStandardHelpOptions = true,
    description = "Prints version, threads, memory, dtypes, caches, memory nodes, tuning, and the "
        + "kernel providers with the vector instructions that they use here.")
final class InfoCommand implements Callable<Integer> {

  @Spec
  private CommandSpec spec;

  @Mixin
  private EngineOptions engineOptions;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    try (Engine engine = engineOptions.start()) {
      Capabilities capabilities = engine.capabilities();
      if (json) {
        AnswerJson.write(spec.commandLine().getOut(), generator -> write(generator, capabilities));
      } else {
        spec.commandLine().getOut().println(capabilities.summary().stripTrailing());
      }
    }
    return 0;
  }

  private static void write(JsonGenerator generator, Capabilities capabilities)
      throws IOException {
    generator.writeStringField("version", capabilities.version());
    strings(generator, "devices", capabilities.devices());
    generator.writeNumberField("threads", capabilities.threads());
    generator.writeNumberField("memoryBytesMax", capabilities.memoryBytesMax());
    strings(generator, "dtypes", capabilities.dtypes().stream().map(DType::text).toList());
    generator.writeNumberField("rankMax", capabilities.rankMax());
    generator.writeStringField("caches", capabilities.caches());
    generator.writeStringField("numa", capabilities.numa());
    generator.writeStringField("tuning", capabilities.tuning());
    generator.writeObjectFieldStart("providers");
    for (var provider : capabilities.providers().entrySet()) {
      strings(generator, provider.getKey(), provider.getValue().lines().toList());
    }
    generator.writeEndObject();
  }

  private static void strings(JsonGenerator generator, String name, Iterable<String> texts)
      throws IOException {
    generator.writeArrayFieldStart(name);
    for (String text : texts) {
      generator.writeString(text);
    }
    generator.writeEndArray();
  }
}
