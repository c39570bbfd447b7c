package org.tensorlogic.bindings;

import static java.lang.foreign.MemoryLayout.PathElement.groupElement;

import java.lang.foreign.Arena;
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
 */
@SuppressWarnings("restricted") // this record is where Java meets native code
record NativeLibrary(Map<String, NativeSymbol> kernels, String version, String target,
    String supportedTargets) {

  /** The version of {@code tensorlogic.h} that this side was written for. */
  static final int ABI_VERSION = 5;

  private static final String ONE_VERSION =
      "use one version of org.tensorlogic:tensorlogic-native, with and without classifier";

  private static final StructLayout KERNEL = MemoryLayout.structLayout(
      ValueLayout.ADDRESS.withName("name"), ValueLayout.ADDRESS.withName("family"),
      ValueLayout.JAVA_INT.withName("operand_count"), MemoryLayout.paddingLayout(4),
      ValueLayout.JAVA_LONG.withName("scratch_bytes"), ValueLayout.ADDRESS.withName("function"));
  private static final long NAME = offset(KERNEL, "name");
  private static final long FAMILY = offset(KERNEL, "family");
  private static final long OPERAND_COUNT = offset(KERNEL, "operand_count");
  private static final long SCRATCH_BYTES = offset(KERNEL, "scratch_bytes");
  private static final long FUNCTION = offset(KERNEL, "function");
  private static final StructLayout LIBRARY = MemoryLayout.structLayout(
      ValueLayout.JAVA_INT.withName("abi_version"), ValueLayout.JAVA_INT.withName("kernel_count"),
      ValueLayout.ADDRESS.withName("kernels"), ValueLayout.ADDRESS.withName("version"),
      ValueLayout.ADDRESS.withName("target"), ValueLayout.ADDRESS.withName("supported_targets"),
      ValueLayout.ADDRESS.withName("compiled_targets"));

  /** Holds the outcome; the class is initialised when somebody first asks. */
  private static final class Once {
    private static final Attempt<NativeLibrary> OUTCOME =
        Attempt.of("the native library", NativeLibrary::load);

    private Once() {}
  }

  /**
   * Returns the library, loading it the first time.
   *
   * @throws KernelException why it cannot be loaded; the same for every call
   */
  static NativeLibrary get() {
    return Once.OUTCOME.get();
  }

  private static NativeLibrary load() {
    System.load(NativeFiles.here().ours().toAbsolutePath().toString());
    MemorySegment library = described();
    requireEqual("ABI version", library.get(ValueLayout.JAVA_INT,
        offset(LIBRARY, "abi_version")), ABI_VERSION);
    String version = text(library, "version");
    requireEqual("version", version,
        NativeFiles.text(NativeLibrary.class.getResource("version.txt")));
    return new NativeLibrary(table(library), version, text(library, "target"),
        text(library, "supported_targets"));
  }

  private static MemorySegment described() {
    MemorySegment describe = SymbolLookup.loaderLookup().find("tl_describe").orElseThrow(() ->
        new KernelException(Diagnostic.error(Code.KERNEL, "the native library does not describe "
            + "itself").hint(ONE_VERSION)));
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment address = arena.allocate(ValueLayout.ADDRESS);
      MemorySegment buffers = arena.allocateFrom(ValueLayout.ADDRESS, address);
      NativeCall.call(describe, 0, buffers.address(), 0, 0, 0);
      return address.get(ValueLayout.ADDRESS, 0).reinterpret(LIBRARY.byteSize());
    }
  }

  private static void requireEqual(String what, Object found, Object wanted) {
    if (!found.equals(wanted)) {
      throw new KernelException(Diagnostic.error(Code.KERNEL,
          "the native library has %s %s but Java has %s", what, found, wanted)
          .hint(ONE_VERSION));
    }
  }

  private static Map<String, NativeSymbol> table(MemorySegment library) {
    int count = library.get(ValueLayout.JAVA_INT, offset(LIBRARY, "kernel_count"));
    MemorySegment rows = library.get(ValueLayout.ADDRESS, offset(LIBRARY, "kernels"))
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

  private static String text(MemorySegment library, String field) {
    return text(library.get(ValueLayout.ADDRESS, offset(LIBRARY, field)));
  }

  /** Reads a text up to its end, which nothing but its last byte tells. */
  static String text(MemorySegment address) {
    return address.reinterpret(Long.MAX_VALUE).getString(0);
  }
}
