package org.tensorlogic.bindings;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * Calls native functions of the one type that kernels have. Every further type of function would
 * cost the start of a process some 10 ms.
 */
final class NativeCall {

  /** One handle for all; pointers are numbers, so that a call makes no garbage. */
  private static final MethodHandle CALL = handle();

  private NativeCall() {}

  @SuppressWarnings("restricted")
  private static MethodHandle handle() {
    return Linker.nativeLinker().downcallHandle(FunctionDescriptor.ofVoid(ValueLayout.JAVA_LONG,
        ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG,
        ValueLayout.JAVA_LONG));
  }

  /** Calls a function of {@code tl_kernel_function}; whoever calls keeps the memory alive. */
  static void call(MemorySegment function, long descriptor, long buffers,
      long tileBegin, long tileEnd, long scratch) {
    try {
      CALL.invokeExact(function, descriptor, buffers, tileBegin, tileEnd, scratch);
    } catch (RuntimeException | Error unchecked) {
      throw unchecked;
    } catch (Throwable checked) {
      throw new AssertionError("native functions throw nothing", checked);
    }
  }
}
