package org.tensorlogic.bindings;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import org.tensorlogic.error.Code;
import org.tensorlogic.error.Diagnostic;
import org.tensorlogic.error.KernelException;
import org.tensorlogic.type.DType;

/**
 * OpenBLAS, which is loaded when a product first wants it: that takes 10 to 20 ms, and threads of
 * its own for a while. Loaded at most once in a process; immutable and thread-safe.
 *
 * @param sgemm the address of the product of f32 matrices
 * @param dgemm that of f64 matrices
 */
@SuppressWarnings("restricted") // this record is where Java meets native code
record OpenBlas(long sgemm, long dgemm) {

  /** Holds the outcome; the class is initialised when somebody first asks. */
  private static final class Once {
    private static final Attempt<OpenBlas> OUTCOME = Attempt.of("OpenBLAS", OpenBlas::load);

    private Once() {}
  }

  /**
   * Returns OpenBLAS, loading it the first time.
   *
   * @throws KernelException why it cannot be loaded; the same for every call
   */
  static OpenBlas get() {
    return Once.OUTCOME.get();
  }

  /** Returns the address of the product of matrices of a floating dtype. */
  long gemm(DType dtype) {
    return dtype == DType.F32 ? sgemm : dgemm;
  }

  /** Returns its configuration and core. */
  String description() {
    return text("openblas_get_config") + " core " + text("openblas_get_corename");
  }

  /** With threads of its own it aborts the process at some hundreds of calling threads. */
  private static OpenBlas load() {
    System.load(NativeFiles.here().openBlas().toAbsolutePath().toString());
    call("openblas_set_num_threads", FunctionDescriptor.ofVoid(ValueLayout.JAVA_INT), 1);
    return new OpenBlas(find("cblas_sgemm").address(), find("cblas_dgemm").address());
  }

  private static String text(String function) {
    return NativeLibrary.text(
        (MemorySegment) call(function, FunctionDescriptor.of(ValueLayout.ADDRESS)));
  }

  private static MemorySegment find(String function) {
    return SymbolLookup.loaderLookup().find(function).orElseThrow(() ->
        new KernelException(Diagnostic.error(Code.KERNEL, "OpenBLAS has no function %s", function)
            .hint("use org.bytedeco:openblas in the version that tensorlogic-native depends on")));
  }

  private static Object call(String function, FunctionDescriptor type, Object... arguments) {
    try {
      return Linker.nativeLinker().downcallHandle(find(function), type)
          .invokeWithArguments(arguments);
    } catch (RuntimeException | Error unchecked) {
      throw unchecked;
    } catch (Throwable checked) {
      throw new AssertionError("native functions throw nothing", checked);
    }
  }
}
