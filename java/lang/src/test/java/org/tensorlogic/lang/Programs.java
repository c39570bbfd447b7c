package org.tensorlogic.lang;

import java.nio.file.Path;
import java.util.List;
import org.tensorlogic.engine.Engine;
import org.tensorlogic.engine.EngineConfig;

/** Small programs in tests, run by the reference kernels. */
final class Programs {

  private Programs() {}

  static Engine engine() {
    return Engine.create(EngineConfig.defaults().withProvider("reference"));
  }

  static TensorProgram parse(String text) {
    return TensorProgram.parse("p.tl", text, Path.of(""), ProgramOptions.defaults());
  }

  static List<Answer> answers(String text) {
    try (Engine engine = engine()) {
      return parse(text).run(engine);
    }
  }

  /** The elements of the one tensor that a program asks for. */
  static double[] values(String text) {
    return ((Answer.Values) answers(text).getFirst()).values();
  }

  /** The bindings of the one atom that a program asks for, each joined by a comma. */
  static List<String> bindings(String text) {
    return ((Answer.Bindings) answers(text).getFirst())
        .bindings().stream().map(each -> String.join(",", each)).toList();
  }
}
