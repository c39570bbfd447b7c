package org.tensorlogic.rewrite;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.tensorlogic.ir.Fused;
import org.tensorlogic.ir.Movement;
import org.tensorlogic.ir.Node;
import org.tensorlogic.ir.Pointwise;
import org.tensorlogic.ir.Reduce;
import org.tensorlogic.type.Dim;
import org.tensorlogic.type.Shape;

/**
 * Nodes that can run as one step, at the place of the last one, the root: all walk one domain, and
 * what is used outside is used behind the root.
 *
 * @param members the nodes in ascending order of their numbers, the root last
 * @param results the members that are used outside, in the same order, the root last; a movement of
 *     a result may be used outside too, and is made of it again
 */
record Region(List<Node> members, List<Node> results) {

  /** More would rarely save memory traffic and would not fit the registers of a program. */
  private static final int MEMBERS_MAX = 32;
  private static final int OPERANDS_MAX = 14;
  /** Longer rows do not fit the second-level cache, and few of them leave workers idle. */
  private static final long ROW_COUNT_MAX = 1 << 18;
  private static final long SINGLE_ROW_COUNT_MAX = 1 << 15;

  /** What the members walk; no axes are reduced where the region has no rows. */
  record Domain(Shape shape, List<Integer> reduced) {

    boolean isFull(Node node) {
      return node.shape().equals(shape);
    }

    boolean isRow(Node node) {
      return !reduced.isEmpty() && Fused.isOfRows(node.shape(), shape, reduced);
    }

    boolean takes(Node node) {
      if (node.op() instanceof Pointwise) {
        return isFull(node) || isRow(node);
      }
      if (node.op() instanceof Reduce reduce) {
        return isFull(node.operand(0)) && reduce.axes().equals(reduced);
      }
      boolean ofRows = node.op() instanceof Movement && isRow(node.operand(0));
      return ofRows && (node.op() instanceof Movement.Reshape && isRow(node)
          || node.op() instanceof Movement.Broadcast broadcast
          && (isRow(node) || isFull(node) && placesRows(node.operand(0), broadcast)));
    }

    /** Whether a broadcast of rows puts each axis where the domain has it. */
    private boolean placesRows(Node rows, Movement.Broadcast broadcast) {
      var kept = new ArrayList<Integer>();
      for (int axis = 0; axis < shape.rank(); axis++) {
        if (rows.rank() == shape.rank() || !reduced.contains(axis)) {
          kept.add(axis);
        }
      }
      return broadcast.axes().equals(kept);
    }
  }

  /**
   * Returns the largest region of a root, or null where it would be the root alone.
   *
   * @param outside what is around it
   */
  static Region of(Node root, Outside outside) {
    if (root.op() instanceof Reduce reduce) {
      var domain = new Domain(root.operand(0).shape(), reduce.axes());
      return isWorthRows(domain) ? grown(root, domain, outside) : null;
    }
    Region rows = ofRows(root, outside);
    return rows != null ? rows : grown(root, new Domain(root.shape(), List.of()), outside);
  }

  /** The graph around a region in the making. */
  interface Outside {

    /** Returns the users of a node. */
    List<Node> users(Node node);

    /** Returns whether a node is an output of the graph. */
    boolean isOutput(Node node);

    /** Returns whether a node is in no region yet. */
    boolean isFree(Node node);
  }

  /** The region over the first reduction found that the root's shape fits; it keeps one. */
  private static Region ofRows(Node root, Outside outside) {
    for (Node reduction : reductionsNear(root)) {
      var domain = new Domain(reduction.operand(0).shape(), ((Reduce) reduction.op()).axes());
      if (isWorthRows(domain) && domain.takes(root)) {
        Region region = grown(root, domain, outside);
        if (region != null && region.members.stream().anyMatch(n -> n.op() instanceof Reduce)) {
          return region;
        }
      }
    }
    return null;
  }

  /** Reductions that pointwise functions, broadcasts and reshapes alone lead to, nearest last. */
  private static List<Node> reductionsNear(Node root) {
    var found = new ArrayList<Node>();
    var seen = new LinkedHashSet<Node>(List.of(root));
    var waiting = new ArrayList<Node>(List.of(root));
    for (int i = 0; i < waiting.size() && i < MEMBERS_MAX; i++) {
      Node node = waiting.get(i);
      if (node.op() instanceof Reduce) {
        found.add(node);
      } else if (node.op() instanceof Pointwise || node.op() instanceof Movement) {
        for (Node operand : node.operands()) {
          if (seen.add(operand)) {
            waiting.add(operand);
          }
        }
      }
    }
    return found;
  }

  private static boolean isWorthRows(Domain domain) {
    List<Integer> reduced = domain.reduced();
    int rank = domain.shape().rank();
    for (int i = 0; i < reduced.size(); i++) {
      if (reduced.get(i) != rank - reduced.size() + i) {
        return false; // not the trailing axes: columns are summed faster side by side
      }
    }
    if (reduced.isEmpty()) {
      return false;
    }
    long inRow = count(domain.shape().dims().subList(rank - reduced.size(), rank));
    long rows = count(domain.shape().dims().subList(0, rank - reduced.size()));
    return inRow <= (rows == 1 ? SINGLE_ROW_COUNT_MAX : ROW_COUNT_MAX);
  }

  /** The product of extents, an unknown one counted as 64. */
  private static long count(List<Dim> dims) {
    long count = 1;
    for (Dim dim : dims) {
      count = Math.min(count, 1L << 40) * (dim.isStatic() ? dim.extent() : 64);
    }
    return count;
  }

  private static Region grown(Node root, Domain domain, Outside outside) {
    for (int most = MEMBERS_MAX; most >= 2; most /= 2) {
      Region region = RegionGrowth.grown(root, domain, outside, most);
      if (region.operands().size() <= OPERANDS_MAX) {
        return region.functions() >= 2 ? region : null;
      }
    }
    return null;
  }

  /** The nodes outside that members read, in order of first use. */
  Set<Node> operands() {
    var operands = new LinkedHashSet<Node>();
    var inside = new HashSet<>(members);
    for (Node member : members) {
      for (Node operand : member.operands()) {
        if (!inside.contains(operand)) {
          operands.add(operand);
        }
      }
    }
    return operands;
  }

  /** The place at which it runs. */
  Node root() {
    return members.getLast();
  }

  private long functions() {
    return members.stream().filter(node -> Fused.computes(node.op())).count();
  }
}
