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

  private final String name;
  private final NativeSymbol symbol;
  private final Descriptor told;
  private final MemorySegment descriptor;
  private final long scratchBytes;
  private final FusedProgram.Order order;
  private final int resultCount;

  NativeKernel(NativeSymbol symbol, Descriptor descriptor) {
    this(symbol, descriptor, FusedProgram.Order.UNKNOWN, 1);
  }

  /** Makes the kernel of a fused program, which reads and writes in this order. */
  NativeKernel(NativeSymbol symbol, Descriptor descriptor, FusedProgram.Order order,
      int resultCount) {
    this(symbol.name(), symbol, descriptor, order, resultCount);
  }

  private NativeKernel(String name, NativeSymbol symbol, Descriptor descriptor,
      FusedProgram.Order order, int resultCount) {
    this.name = name;
    this.symbol = symbol;
    this.told = descriptor;
    this.order = order;
    this.resultCount = resultCount;
    this.descriptor = Arena.ofAuto().allocateFrom(ValueLayout.JAVA_LONG, descriptor.words());
    this.scratchBytes = symbol.scratchBytes() + descriptor.scratchBytes();
  }

  /**
   * Returns this contraction with the kernel of another step behind it, element by element.
   *
   * @param elements a kernel over elements that needs no scratch
   * @param place which of its operands is this one's result
   * @param result which of its results takes that place
   */
  NativeKernel withEpilogue(NativeKernel elements, int place, int result) {
    return new NativeKernel(name + " + " + elements.name, symbol,
        told.withEpilogue(elements.symbol.function().address(), elements.told, place,
            elements.resultCount, result), FusedProgram.Order.UNKNOWN, elements.resultCount);
  }

  int resultCount() {
    return resultCount;
  }

  /** Returns the row of the kernel table. */
  NativeSymbol symbol() {
    return symbol;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public long tileCount() {
    return told.tileCount();
  }

  @Override
  public boolean mayOverlay(int operand, int result) {
    return order.isReadBefore(operand, result);
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

  private String nameOf(int argument, int operands) {
    return argument < operands ? "operand " + argument
        : resultCount == 1 ? "the result" : "result " + (argument - operands);
  }

  private void requireAlive(KernelArguments arguments) {
    for (int i = 0; i < arguments.count(); i++) {
      if (!arguments.buffer(i).scope().isAlive()) {
        throw new ClosedException(Diagnostic.error(Code.USE_AFTER_CLOSE,
            "%s: the memory of %s was closed before the step ran", name(),
            nameOf(i, arguments.count() - resultCount))
            .hint("close tensors after the run that uses them"));
      }
    }
  }
}
