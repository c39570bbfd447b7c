package org.tensorlogic.tests;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.TimeZone;
import org.tensorlogic.einsum.Semiring;
import org.tensorlogic.engine.Engine;
import org.tensorlogic.error.TensorLogicException;
import org.tensorlogic.lang.ProgramOptions;
import org.tensorlogic.lang.TensorProgram;
import org.tensorlogic.memory.Scope;
import org.tensorlogic.testkit.ConformanceKit;

/**
 * Uses every module as a host program would, and ends with code 3 when a process-wide setting is
 * another afterwards. Writes nothing itself.
 */
public final class Silent {

  private Silent() {}

  /** Zone first: to ask for it the first time sets a property. */
  private record Settings(TimeZone zone, Locale locale, Thread.UncaughtExceptionHandler handler,
      Properties properties) {
    static Settings now() {
      return new Settings(TimeZone.getDefault(), Locale.getDefault(),
          Thread.getDefaultUncaughtExceptionHandler(),
          (Properties) System.getProperties().clone());
    }
  }

  /** Runs with one program file. */
  public static void main(String[] arguments) {
    Settings before = Settings.now();
    try (Engine engine = Engine.create(); var scope = new Scope()) {
      new ConformanceKit(engine, engine, 1).run();
      var matrix = scope.own(engine.tensor(new float[300 * 300], 300, 300));
      scope.own(engine.einsum("ij,jk->ik", Semiring.SUM_PRODUCT, List.of(matrix, matrix)));
      TensorProgram.load(Path.of(arguments[0]), ProgramOptions.defaults()).run(engine);
      fail(engine);
    }
    System.exit(before.equals(Settings.now()) ? 0 : 3);
  }

  private static void fail(Engine engine) {
    try {
      TensorProgram.parse("bad.tl", "A(x <- ]", Path.of("."), ProgramOptions.defaults())
          .run(engine);
      System.exit(4);
    } catch (TensorLogicException expected) {
      if (expected.getMessage().isBlank()) {
        System.exit(5);
      }
    }
  }
}
