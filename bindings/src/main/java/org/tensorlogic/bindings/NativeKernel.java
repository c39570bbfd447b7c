package org.tensorlogic.bindings;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Reference;
import org.tensorlogic.error.ClosedException;
import org.tensorlogic.error.Code;
import org.tensorlogic.error.Diagnostic;
import org.tensorlogic.kernel.Kernel;
import org.tensorlogic.kernel.KernelArguments;

/** A native function with its descriptor. Immutable; the descriptor lives as long as the kernel. */
final class NativeKernel implements Kernel {

  private final NativeSymbol symbol;
  private final MemorySegment descriptor;
  private final long tileCount;
  private final long scratchBytes;
  private final boolean mayOverlay;

  NativeKernel(NativeSymbol symbol, Descriptor descriptor) {
    this(symbol, descriptor, false);
  }

  NativeKernel(NativeSymbol symbol, Descriptor descriptor, boolean mayOverlay) {
    this.symbol = symbol;
    this.mayOverlay = mayOverlay;
    this.descriptor = Arena.ofAuto().allocateFrom(ValueLayout.JAVA_LONG, descriptor.words());
    this.tileCount = descriptor.tileCount();
    this.scratchBytes = symbol.scratchBytes() + descriptor.scratchBytes();
  }

  @Override
  public String name() {
    return symbol.name();
  }

  @Override
  public long tileCount() {
    return tileCount;
  }

  @Override
  public boolean mayOverlay() {
    return mayOverlay;
  }

  @Override
  public long scratchBytes() {
    return scratchBytes;
  }

  /**
   * {@inheritDoc}
   *
   * @throws ClosedException when a buffer is no longer there
   */
  @Override
  public void run(KernelArguments arguments, long tileBegin, long tileEnd, MemorySegment scratch) {
    requireAlive(arguments);
    try {
      NativeCall.call(symbol.function(), descriptor.address(), arguments.addresses().address(),
          tileBegin, tileEnd, scratch.address());
    } finally {
      Reference.reachabilityFence(this);
      Reference.reachabilityFence(arguments);
      Reference.reachabilityFence(scratch);
    }
  }

  private void requireAlive(KernelArguments arguments) {
    for (int i = 0; i < arguments.count(); i++) {
      if (!arguments.buffer(i).scope().isAlive()) {
        throw new ClosedException(Diagnostic.error(Code.USE_AFTER_CLOSE,
            "%s: the memory of %s was closed before the step ran", name(),
            i < arguments.count() - 1 ? "operand " + i : "the result")
            .hint("close tensors after the run that uses them"));
      }
    }
  }
}
