package org.tensorlogic.ir;

import java.util.List;
import org.tensorlogic.error.Origin;
import org.tensorlogic.type.DType;
import org.tensorlogic.type.Shape;
import org.tensorlogic.type.TensorType;

/**
 * One operation applied to operands. Nodes have identity: equality is sameness, and one builder
 * never makes two nodes of equal ops on the same operands. Immutable; made by a builder only.
 */
public final class Node {

  private final GraphBuilder builder;
  private final int id;
  private final Op op;
  private final List<Node> operands;
  private final TensorType type;
  private final Origin origin;

  Node(GraphBuilder builder, int id, Op op, List<Node> operands, TensorType type, Origin origin) {
    this.builder = builder;
    this.id = id;
    this.op = op;
    this.operands = operands;
    this.type = type;
    this.origin = origin;
  }

  /** Returns the builder that made it and that takes the nodes built upon it. */
  public GraphBuilder builder() {
    return builder;
  }

  /** Returns its number within the builder; operands have smaller ones. */
  public int id() {
    return id;
  }

  /** Returns the operation. */
  public Op op() {
    return op;
  }

  /** Returns what it is applied to. */
  public List<Node> operands() {
    return operands;
  }

  /** Returns one operand. */
  public Node operand(int index) {
    return operands.get(index);
  }

  /** Returns the type of the result. */
  public TensorType type() {
    return type;
  }

  /** Returns the element type of the result. */
  public DType dtype() {
    return type.dtype();
  }

  /** Returns the extents of the result. */
  public Shape shape() {
    return type.shape();
  }

  /** Returns the number of axes of the result. */
  public int rank() {
    return type.rank();
  }

  /** Returns the place in the user's source that it was built from. */
  public Origin origin() {
    return origin;
  }

  @Override
  public int hashCode() {
    return id;
  }

  /** Prints one line: number, op, operands, type. */
  @Override
  public String toString() {
    return Printer.print(this);
  }
}
