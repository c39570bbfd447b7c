package org.tensorlogic.kernel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The memory of one step's operands and result during one run. Entry i is operand i, the last entry
 * is the result. Owned by the run; set by one thread before others read it.
 */
public final class KernelArguments {

  private final MemorySegment[] buffers;
  private final MemorySegment addresses;

  /** Makes room for a number of entries; the table takes 8 bytes for each of them. */
  public KernelArguments(int count, MemorySegment table) {
    this.buffers = new MemorySegment[count];
    this.addresses = table.asSlice(0, 8L * count);
  }

  /**
   * Sets an entry.
   *
   * @param buffer the whole buffer that the entry's layout refers to
   * @param firstByte where element (0, 0, ...) of the layout lies in it
   */
  public void set(int index, MemorySegment buffer, long firstByte) {
    buffers[index] = buffer;
    addresses.setAtIndex(ValueLayout.JAVA_LONG, index, buffer.address() + firstByte);
  }

  /** Returns the number of entries: operands and the result. */
  public int count() {
    return buffers.length;
  }

  /** Returns the whole buffer of an entry, to be read through its layout, offset included. */
  public MemorySegment buffer(int index) {
    return buffers[index];
  }

  /** Returns the table of addresses of each entry's first element, for native kernels. */
  public MemorySegment addresses() {
    return addresses;
  }
}
