package org.tensorlogic.bindings;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;
import org.tensorlogic.memory.PageSource;

/**
 * Pages of Linux, mapped by the C library: not touched before their first use, and large ones where
 * the system gives them to programs that ask ({@code transparent_hugepage} is {@code madvise} or
 * {@code always}). Where Java may not call native code or the system is another, it maps nothing.
 */
@SuppressWarnings("restricted") // maps and unmaps memory
public final class NativePages implements PageSource {

  private static final int READ_WRITE = 1 | 2;
  private static final int PRIVATE_ANONYMOUS = 0x02 | 0x20;
  private static final int HUGEPAGE = 14;
  private static final long FAILED = -1;

  /** The C library's functions, looked up when first needed. */
  private static final class Libc {
    private static final MethodHandle MMAP = handle("mmap", FunctionDescriptor.of(
        ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT,
        ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG));
    private static final MethodHandle MUNMAP = handle("munmap", FunctionDescriptor.of(
        ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG));
    private static final MethodHandle MADVISE = handle("madvise", FunctionDescriptor.of(
        ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG,
        ValueLayout.JAVA_INT));

    private Libc() {}

    private static MethodHandle handle(String name, FunctionDescriptor type) {
      return Linker.nativeLinker().downcallHandle(
          Linker.nativeLinker().defaultLookup().findOrThrow(name), type);
    }
  }

  /** For the service loader; looks nothing up. */
  public NativePages() {}

  @Override
  public Optional<MemorySegment> map(long bytes, long alignment, Arena arena) {
    if (!System.getProperty("os.name").equals("Linux")
        || !NativePages.class.getModule().isNativeAccessEnabled()
        || bytes > Long.MAX_VALUE - alignment) {
      return Optional.empty();
    }
    // Address space for the alignment; what is never touched takes no memory.
    long span = bytes + alignment;
    long base = mmap(span);
    if (base == FAILED) {
      return Optional.empty();
    }
    long address = (base + alignment - 1) & -alignment;
    advise(address, bytes);
    return Optional.of(MemorySegment.ofAddress(address)
        .reinterpret(bytes, arena, _ -> unmap(base, span)));
  }

  private static long mmap(long bytes) {
    try {
      return (long) Libc.MMAP.invokeExact(0L, bytes, READ_WRITE, PRIVATE_ANONYMOUS, -1, 0L);
    } catch (Throwable impossible) {
      throw new AssertionError("native functions throw nothing", impossible);
    }
  }

  /** Advice that the system does not follow costs nothing but speed. */
  private static void advise(long address, long bytes) {
    try {
      int ignored = (int) Libc.MADVISE.invokeExact(address, bytes, HUGEPAGE);
    } catch (Throwable impossible) {
      throw new AssertionError("native functions throw nothing", impossible);
    }
  }

  private static void unmap(long address, long bytes) {
    try {
      int ignored = (int) Libc.MUNMAP.invokeExact(address, bytes);
    } catch (Throwable impossible) {
      throw new AssertionError("native functions throw nothing", impossible);
    }
  }
}
