package org.tensorlogic.bindings;

import static java.lang.foreign.MemoryLayout.PathElement.groupElement;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.tensorlogic.error.Code;
import org.tensorlogic.error.Diagnostic;
import org.tensorlogic.error.KernelException;

/**
 * The loaded library: its kernels by name, and what it says of itself. Loaded at most once in a
 * process; immutable and thread-safe.
 *
 * @param kernels the kernel table by name, in alphabetical order
 * @param version the library's version
 * @param target the instruction set that kernels run on here
 * @param supportedTargets the instruction sets compiled in and supported here, best first
 * @param blas OpenBLAS's configuration and core
 */
@SuppressWarnings("restricted") // this record is where Java meets native code
record NativeLibrary(Map<String, NativeSymbol> kernels, String version, String target,
    String supportedTargets, String blas) {

  /** The version of {@code tensorlogic.h} that this side was written for. */
  static final int ABI_VERSION = 1;

  private static final StructLayout KERNEL = MemoryLayout.structLayout(
      ValueLayout.ADDRESS.withName("name"), ValueLayout.ADDRESS.withName("family"),
      ValueLayout.JAVA_INT.withName("operand_count"), MemoryLayout.paddingLayout(4),
      ValueLayout.JAVA_LONG.withName("scratch_bytes"), ValueLayout.ADDRESS.withName("function"));
  private static final long NAME = offset(KERNEL, "name");
  private static final long FAMILY = offset(KERNEL, "family");
  private static final long OPERAND_COUNT = offset(KERNEL, "operand_count");
  private static final long SCRATCH_BYTES = offset(KERNEL, "scratch_bytes");
  private static final long FUNCTION = offset(KERNEL, "function");
  private static final StructLayout TABLE = MemoryLayout.structLayout(
      ValueLayout.JAVA_INT.withName("abi_version"), ValueLayout.JAVA_INT.withName("kernel_count"),
      ValueLayout.ADDRESS.withName("kernels"));

  /** What came of the one attempt to load. */
  private sealed interface Outcome {
    record Loaded(NativeLibrary library) implements Outcome {}

    record Failed(KernelException reason) implements Outcome {}
  }

  /** Holds the outcome; the class is initialised when somebody first asks. */
  private static final class Once {
    private static final Outcome OUTCOME = attempt();

    private Once() {}
  }

  /**
   * Returns the library, loading it the first time.
   *
   * @throws KernelException why it cannot be loaded; the same for every call
   */
  static NativeLibrary get() {
    return switch (Once.OUTCOME) {
      case Outcome.Loaded loaded -> loaded.library();
      case Outcome.Failed failed -> throw failed.reason();
    };
  }

  private static Outcome attempt() {
    try {
      return new Outcome.Loaded(load(NativeFiles.here()));
    } catch (KernelException reason) {
      return new Outcome.Failed(reason);
    } catch (IllegalCallerException denied) {
      return new Outcome.Failed(denied(denied));
    } catch (RuntimeException | LinkageError cause) {
      return new Outcome.Failed(new KernelException(Diagnostic.error(Code.KERNEL,
          "the native library cannot be loaded (%s)", cause)
          .hint("glibc 2.34 or later is needed; or choose the provider \"reference\""), cause));
    }
  }

  private static KernelException denied(IllegalCallerException cause) {
    Module module = NativeLibrary.class.getModule();
    return new KernelException(Diagnostic.error(Code.KERNEL,
        "this Java program may not call native code (%s)", cause.getMessage())
        .hint("start Java with --enable-native-access=%s",
            module.isNamed() ? module.getName() : "ALL-UNNAMED"), cause);
  }

  private static NativeLibrary load(NativeFiles files) {
    System.load(files.openBlas().toAbsolutePath().toString());
    System.load(files.ours().toAbsolutePath().toString());
    requireEqual("version", text("tl_version"),
        NativeFiles.text(NativeLibrary.class.getResource("version.txt")));
    Map<String, NativeSymbol> kernels = table();
    call("tl_blas_single_thread", FunctionDescriptor.ofVoid());
    return new NativeLibrary(kernels, text("tl_version"), text("tl_target"),
        text("tl_supported_targets"), text("tl_blas"));
  }

  private static void requireEqual(String what, Object found, Object wanted) {
    if (!found.equals(wanted)) {
      throw new KernelException(Diagnostic.error(Code.KERNEL,
          "the native library has %s %s but Java has %s", what, found, wanted)
          .hint("use one version of org.tensorlogic:tensorlogic-native, with and without "
              + "classifier"));
    }
  }

  private static Map<String, NativeSymbol> table() {
    var address = (MemorySegment) call("tl_kernels", FunctionDescriptor.of(ValueLayout.ADDRESS));
    MemorySegment table = address.reinterpret(TABLE.byteSize());
    requireEqual("ABI version", table.get(ValueLayout.JAVA_INT, offset(TABLE, "abi_version")),
        ABI_VERSION);
    int count = table.get(ValueLayout.JAVA_INT, offset(TABLE, "kernel_count"));
    MemorySegment rows = table.get(ValueLayout.ADDRESS, offset(TABLE, "kernels"))
        .reinterpret(count * KERNEL.byteSize());
    var kernels = new TreeMap<String, NativeSymbol>();
    var places = new HashMap<String, Integer>();
    for (int i = 0; i < count; i++) {
      long row = i * KERNEL.byteSize();
      String family = text(rows.get(ValueLayout.ADDRESS, row + FAMILY));
      var symbol = new NativeSymbol(text(rows.get(ValueLayout.ADDRESS, row + NAME)), family,
          places.merge(family, 1, Integer::sum) - 1,
          rows.get(ValueLayout.JAVA_INT, row + OPERAND_COUNT),
          rows.get(ValueLayout.JAVA_LONG, row + SCRATCH_BYTES),
          rows.get(ValueLayout.ADDRESS, row + FUNCTION));
      kernels.put(symbol.name(), symbol);
    }
    return Collections.unmodifiableMap(kernels);
  }

  private static long offset(StructLayout struct, String field) {
    return struct.byteOffset(groupElement(field));
  }

  private static String text(String function) {
    return text((MemorySegment) call(function, FunctionDescriptor.of(ValueLayout.ADDRESS)));
  }

  /** Reads a text up to its end, which nothing but its last byte tells. */
  private static String text(MemorySegment address) {
    return address.reinterpret(Long.MAX_VALUE).getString(0);
  }

  /** Calls a function of no parameters; the few calls at load may cost what they like. */
  private static Object call(String function, FunctionDescriptor type) {
    MemorySegment address = SymbolLookup.loaderLookup().find(function).orElseThrow(() ->
        new KernelException(Diagnostic.error(Code.KERNEL,
            "the native library has no function %s", function)
            .hint("use one version of org.tensorlogic:tensorlogic-native, with and without "
                + "classifier")));
    try {
      return Linker.nativeLinker().downcallHandle(address, type).invoke();
    } catch (RuntimeException | Error unchecked) {
      throw unchecked;
    } catch (Throwable checked) {
      throw new AssertionError("native functions throw nothing", checked);
    }
  }
}
