package org.tensorlogic.plan;

import java.util.List;
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
   * @param refusals why providers that were asked before it declined
   * @param operands what it reads
   * @param result what it writes
   * @param flops the arithmetic, 2 per multiply-add
   */
  record Run(Node node, Kernel kernel, String provider, List<String> refusals, List<Value> operands,
      Value result, double flops) implements Step {}

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
}
