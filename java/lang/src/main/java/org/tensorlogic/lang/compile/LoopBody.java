package org.tensorlogic.lang.compile;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tensorlogic.ir.Graph;
import org.tensorlogic.ir.GraphBuilder;
import org.tensorlogic.ir.Loop;
import org.tensorlogic.ir.Node;

/** The body of a loop while it is built: states first, then what it reads from outside. */
final class LoopBody {
  private final GraphBuilder outer;
  private final GraphBuilder builder = new GraphBuilder();
  private final List<Node> operands = new ArrayList<>();
  private final Map<Node, Node> captured = new LinkedHashMap<>();
  private final List<Node> next = new ArrayList<>();

  LoopBody(GraphBuilder outer) {
    this.outer = outer;
  }

  GraphBuilder builder() {
    return builder;
  }

  /** Adds a state; all states come before the first capture. */
  Node state(String label, Node initial) {
    operands.add(initial);
    return builder.input(label, initial.type());
  }

  /** What a value from outside is called inside. */
  Node capture(Node value) {
    return captured.computeIfAbsent(
        value,
        _ -> {
          operands.add(value);
          return builder.input("outer " + value.id(), value.type());
        });
  }

  /** Sets the next value of the states, in their order. */
  void next(Node value) {
    next.add(value);
  }

  /** Closes the body and returns the final states. */
  List<Node> loop(Node change, String label, Limits limits) {
    Map<String, Node> outputs = new LinkedHashMap<>();
    outputs.put("change", change);
    for (int i = 0; i < next.size(); i++) {
      outputs.put("state " + i, next.get(i));
    }
    Graph body = builder.build(outputs);
    List<Node> results = new ArrayList<>();
    for (int i = 0; i < next.size(); i++) {
      var loop = new Loop(body, label, limits.iterationsMax(), limits.tolerance(), i);
      results.add(outer.add(loop, operands));
    }
    return results;
  }
}
