package org.tensorlogic.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import org.tensorlogic.engine.Engine;
import org.tensorlogic.exec.Profile;
import org.tensorlogic.exec.StepProfile;
import org.tensorlogic.exec.Times;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code tl profile}: times the steps of a program. */
@Command(mixinStandardHelpOptions = true,
    description = "Runs a program several times and prints which steps of its plan take the time, "
        + "and what may make them faster. As many runs before that are not timed. Answers are not "
        + "printed, no file is written.",
    footer = {"", "Example: tl profile examples/umls.tl --runs 20"})
final class ProfileCommand implements Callable<Integer> {

  @Spec
  private CommandSpec spec;

  @Mixin
  private ProgramArguments program;

  @Mixin
  private EngineOptions engineOptions;

  @Option(names = "--runs", paramLabel = "N", defaultValue = "10",
      description = "Time N runs; default: 10.")
  private int runs;

  @Option(names = "--json", description = "Print one JSON object, times in nanoseconds.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    if (runs < 1) {
      throw new ParameterException(spec.commandLine(), "--runs " + runs + " is not positive");
    }
    var out = spec.commandLine().getOut();
    Profile profile;
    try (var _ = Progress.of("profiling " + program.file(), spec.commandLine().getErr());
        Engine engine = engineOptions.start()) {
      profile = program.load().profile(engine, runs);
    }
    if (json) {
      AnswerJson.write(out, generator -> write(generator, profile));
    } else {
      out.println(profile.toString().stripTrailing());
    }
    return 0;
  }

  private static void write(JsonGenerator generator, Profile profile) throws IOException {
    write(generator, profile.times());
    generator.writeNumberField("threadsMax", profile.threads());
    generator.writeNumberField("workspaceBytes", profile.workspaceBytes());
    generator.writeNumberField("freshBlocks", profile.freshBlocks());
    write(generator, "steps", profile.steps());
  }

  private static void write(JsonGenerator generator, Times times) throws IOException {
    generator.writeNumberField("count", times.count());
    generator.writeNumberField("nanos", times.nanos());
    generator.writeNumberField("nanosMin", times.nanosMin());
    generator.writeNumberField("nanosMax", times.nanosMax());
    generator.writeNumberField("busyNanos", times.busyNanos());
    generator.writeNumberField("threads", times.threads());
  }

  private static void write(JsonGenerator generator, String name, List<StepProfile> steps)
      throws IOException {
    generator.writeArrayFieldStart(name);
    for (StepProfile step : steps) {
      generator.writeStartObject();
      generator.writeStringField("place", step.place());
      generator.writeStringField("name", step.name());
      if (step.provider().isPresent()) {
        generator.writeStringField("provider", step.provider().get());
      }
      generator.writeStringField("origin", step.step().node().origin().toString());
      write(generator, step.times());
      generator.writeBooleanField("shared", step.isShared());
      generator.writeNumberField("share", step.share());
      generator.writeNumberField("bytes", step.bytes());
      generator.writeNumberField("flops", step.flops());
      write(generator, "body", step.body());
      generator.writeArrayFieldStart("suggestions");
      for (String suggestion : step.suggestions()) {
        generator.writeString(suggestion);
      }
      generator.writeEndArray();
      generator.writeEndObject();
    }
    generator.writeEndArray();
  }
}
