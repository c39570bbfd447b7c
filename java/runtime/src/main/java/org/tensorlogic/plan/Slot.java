package org.tensorlogic.plan;

import java.lang.foreign.MemorySegment;

/** Where a program finds or puts a block of elements. */
public sealed interface Slot {

  /** Memory that the caller gives: input number {@code index}. */
  record Given(int index) implements Slot {}

  /** Memory that the caller receives: output number {@code index}. */
  record Returned(int index, long bytes) implements Slot {}

  /** Elements that never change, of no bytes where no step reads them here. */
  record Fixed(MemorySegment elements) implements Slot {}

  /** A part of the workspace, for the stages from {@code firstStage} to {@code lastStage}. */
  record Temporary(long offset, long bytes, int firstStage, int lastStage) implements Slot {}
}
