package org.tensorlogic.plan;

import org.tensorlogic.type.DType;
import org.tensorlogic.type.Layout;

/**
 * Elements in a slot of memory; views of the same slot differ in their layouts only.
 *
 * @param slot the number of the slot in the program
 * @param dtype the element type
 * @param layout where the elements lie in the slot
 */
public record Value(int slot, DType dtype, Layout layout) {

  /** Returns the place of element (0, 0, ...) in the slot. */
  public long firstByte() {
    return layout.offset() * dtype.bytes();
  }

  /** Returns this value seen through another layout. */
  Value through(Layout view) {
    return new Value(slot, dtype, view);
  }
}
