package org.tensorlogic.bindings;

import java.util.function.Supplier;
import org.tensorlogic.error.Code;
import org.tensorlogic.error.Diagnostic;
import org.tensorlogic.error.KernelException;

/** What came of the one attempt to load a library. */
sealed interface Attempt<T> {

  /** It is loaded. */
  record Loaded<T>(T library) implements Attempt<T> {}

  /** It cannot be loaded in this process. */
  record Failed<T>(KernelException reason) implements Attempt<T> {}

  /**
   * Returns the library.
   *
   * @throws KernelException why it cannot be loaded; the same for every call
   */
  default T get() {
    return switch (this) {
      case Loaded<T> loaded -> loaded.library();
      case Failed<T> failed -> throw failed.reason();
    };
  }

  /** Loads a library, as which messages name it, and keeps what comes of it. */
  static <T> Attempt<T> of(String what, Supplier<T> load) {
    try {
      return new Loaded<>(load.get());
    } catch (KernelException reason) {
      return new Failed<>(reason);
    } catch (IllegalCallerException denied) {
      return new Failed<>(denied(denied));
    } catch (RuntimeException | LinkageError cause) {
      return new Failed<>(new KernelException(Diagnostic.error(Code.KERNEL,
          "%s cannot be loaded (%s)", what, cause)
          .hint("glibc 2.34 or later is needed; or choose the provider \"reference\""), cause));
    }
  }

  private static KernelException denied(IllegalCallerException cause) {
    Module module = Attempt.class.getModule();
    return new KernelException(Diagnostic.error(Code.KERNEL,
        "this Java program may not call native code (%s)", cause.getMessage())
        .hint("start Java with --enable-native-access=%s",
            module.isNamed() ? module.getName() : "ALL-UNNAMED"), cause);
  }
}
