package org.tensorlogic.bindings;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.BitSet;
import java.util.List;
import org.tensorlogic.memory.NumaBinder;

/**
 * Binds by the calls of Linux, through the C library: {@code sched_setaffinity} and {@code mbind}.
 * Where Java may not call native code or the system is another, nothing is bound.
 */
@SuppressWarnings("restricted") // calls the C library
public final class NativeNuma implements NumaBinder {

  /** The call's number: the C library has no function for it. */
  private static final long MBIND = System.getProperty("os.arch").equals("aarch64") ? 235 : 237;
  private static final long MPOL_BIND = 2;
  private static final long MPOL_INTERLEAVE = 3;

  /** The C library's functions, looked up when first needed. */
  private static final class Libc {
    private static final MethodHandle PROCESSOR = handle("sched_getcpu",
        FunctionDescriptor.of(ValueLayout.JAVA_INT));
    private static final MethodHandle AFFINITY = handle("sched_setaffinity",
        FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG,
            ValueLayout.ADDRESS));
    private static final MethodHandle SYSCALL = handle("syscall", FunctionDescriptor.of(
        ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG,
        ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG,
        ValueLayout.JAVA_LONG), Linker.Option.firstVariadicArg(1));

    private Libc() {}

    private static MethodHandle handle(String name, FunctionDescriptor type,
        Linker.Option... options) {
      return Linker.nativeLinker().downcallHandle(
          Linker.nativeLinker().defaultLookup().findOrThrow(name), type, options);
    }
  }

  /** For the service loader; looks nothing up. */
  public NativeNuma() {}

  private static boolean isLinux() {
    return System.getProperty("os.name").equals("Linux")
        && List.of("amd64", "aarch64").contains(System.getProperty("os.arch"))
        && NativeNuma.class.getModule().isNativeAccessEnabled();
  }

  @Override
  public int processor() {
    try {
      return isLinux() ? (int) Libc.PROCESSOR.invokeExact() : -1;
    } catch (Throwable impossible) {
      throw new AssertionError("native functions throw nothing", impossible);
    }
  }

  @Override
  public boolean bindThread(List<Integer> processors) {
    if (!isLinux()) {
      return false;
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment mask = mask(arena, processors);
      return (int) Libc.AFFINITY.invokeExact(0, mask.byteSize(), mask) == 0;
    } catch (Throwable impossible) {
      throw new AssertionError("native functions throw nothing", impossible);
    }
  }

  @Override
  public boolean bindPages(MemorySegment block, Pages pages, List<Integer> nodes) {
    if (!isLinux()) {
      return false;
    }
    long mode = switch (pages) {
      case BOUND -> MPOL_BIND;
      case INTERLEAVED -> MPOL_INTERLEAVE;
    };
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment mask = mask(arena, nodes);
      // The kernel reads one bit less than it is told.
      return (long) Libc.SYSCALL.invokeExact(MBIND, block.address(), block.byteSize(), mode, mask,
          8 * mask.byteSize() + 1, 0L) == 0;
    } catch (Throwable impossible) {
      throw new AssertionError("native functions throw nothing", impossible);
    }
  }

  private static MemorySegment mask(Arena arena, List<Integer> numbers) {
    var bits = new BitSet();
    numbers.forEach(bits::set);
    return arena.allocateFrom(ValueLayout.JAVA_LONG, bits.toLongArray());
  }
}
