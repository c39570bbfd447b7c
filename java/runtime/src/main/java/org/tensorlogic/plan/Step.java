package org.tensorlogic.plan;

import java.util.List;
import java.util.Optional;
import org.tensorlogic.ir.Loop;
import org.tensorlogic.ir.Node;
import org.tensorlogic.kernel.Kernel;

/** One line of a program. */
public sealed interface Step {

  /** Returns the node that it helps to compute. */
  Node node();

  /**
   * Runs a kernel.
   *
   * @param node what it computes or a part of it
   * @param kernel the chosen kernel
   * @param provider the name of the provider that offered it
   * @param reasons why providers that were asked before it declined, and its own note
   * @param operands what it reads
   * @param results what it writes, one value but for fused regions
   * @param flops the arithmetic, 2 per multiply-add
   */
  record Run(Node node, Kernel kernel, String provider, List<String> reasons, List<Value> operands,
      List<Value> results, double flops) implements Step {

    /** Returns the first result, mostly the only one. */
    public Value result() {
      return results.getFirst();
    }
  }

  /**
   * Repeats a program until its change is small enough.
   *
   * @param node the first of the loop's nodes
   * @param loop the loop's terms
   * @param body the program of one iteration
   * @param operands the initial states, then the values that stay
   * @param results where each final state goes
   */
  record Repeat(Node node, Loop loop, Program body, List<Value> operands, List<Value> results)
      implements Step {}

  /**
   * Runs a program on each block of operands and result, the blocks in any order on any threads.
   *
   * @param node what it computes
   * @param body the program of a block; its output lies in it as it does in the whole result
   * @param last the program of the last block where that is shorter
   * @param operands what is cut into blocks, or read as a whole by each of them
   * @param axes for each operand the axis along which it is cut, or Blocked.WHOLE
   * @param result what the blocks write
   * @param resultAxis the axis of the result along which its blocks lie
   * @param extent the extent of a block along these axes
   * @param count the number of blocks, the last one included
   */
  record Blocks(Node node, Program body, Optional<Program> last, List<Value> operands,
      List<Integer> axes, Value result, int resultAxis, long extent, long count)
      implements Step {

    /** Returns the arithmetic of all blocks. */
    public double flops() {
      long whole = last.isPresent() ? count - 1 : count;
      return body.flops() * whole + last.map(Program::flops).orElse(0.0);
    }

    /** Returns the bytes of temporaries that a plan without blocks and reuse would hold. */
    public long temporaryBytes() {
      long whole = last.isPresent() ? count - 1 : count;
      return body.temporaryBytes() * whole + last.map(Program::temporaryBytes).orElse(0L);
    }
  }
}
