/**
 * The native kernels. A program on the module path adds the modules that hold the libraries and
 * lets this one call them: {@code --add-modules ALL-MODULE-PATH
 * --enable-native-access=org.tensorlogic.bindings}; one on the class path says
 * {@code --enable-native-access=ALL-UNNAMED}.
 */
module org.tensorlogic.bindings {
  requires transitive org.tensorlogic.runtime;
  requires org.bytedeco.javacpp;

  exports org.tensorlogic.bindings;

  provides org.tensorlogic.kernel.KernelProvider with org.tensorlogic.bindings.NativeProvider;
  provides org.tensorlogic.memory.NumaBinder with org.tensorlogic.bindings.NativeNuma;
  provides org.tensorlogic.memory.PageSource with org.tensorlogic.bindings.NativePages;
}
