package org.tensorlogic.io;

import java.util.List;
import org.tensorlogic.error.Origin;

/**
 * A node of the graph JSON.
 *
 * @param index its place in the file's list
 * @param op what it does, or null where that was refused
 * @param inputs the slots that it reads
 * @param output the slot that it writes, or -1 where that was refused
 * @param origin the place in the user's source
 */
record FormNode(int index, FormOp op, List<Integer> inputs, int output, Origin origin) {

  /** Returns how messages name the node; the name that the user gave it is part of the origin. */
  String label() {
    return "node " + index + (op == null ? "" : " (" + op + ")");
  }
}
