package org.tensorlogic.io;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.tensorlogic.ir.Node;

/** What a node becomes in the graph JSON. */
sealed interface FormShape {

  /** Returns the nodes whose slots it needs. */
  List<Node> operands();

  /** An input's slot. */
  record Source() implements FormShape {
    @Override
    public List<Node> operands() {
      return List.of();
    }
  }

  /** The slot of an input whose dtype the reader converts by itself. */
  record Same(Node input) implements FormShape {
    @Override
    public List<Node> operands() {
      return List.of();
    }
  }

  /** A slot named {@code const_<value>}. */
  record Number(double value) implements FormShape {
    @Override
    public List<Node> operands() {
      return List.of();
    }
  }

  /** A node that writes a slot of its own. */
  record Written(ObjectNode op, List<Node> operands) implements FormShape {}
}
