package org.tensorlogic.rewrite;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.tensorlogic.ir.Fused;
import org.tensorlogic.ir.Movement;
import org.tensorlogic.ir.Node;
import org.tensorlogic.ir.Pointwise;
import org.tensorlogic.ir.Reduce;
import org.tensorlogic.type.Dim;
import org.tensorlogic.type.Shape;

/**
 * Nodes that can run as one step: all walk one domain, and only the root is used outside.
 *
 * @param root the node whose value the region yields
 * @param members the nodes in ascending order of their numbers, the root last
 */
record Region(Node root, List<Node> members) {

  /** More would rarely save memory traffic and would not fit the registers of a program. */
  private static final int MEMBERS_MAX = 32;
  private static final int OPERANDS_MAX = 14;
  /** Longer rows do not fit the second-level cache, and few of them leave workers idle. */
  private static final long ROW_COUNT_MAX = 1 << 18;
  private static final long SINGLE_ROW_COUNT_MAX = 1 << 15;

  /** What the members walk; no axes are reduced where the region has no rows. */
  private record Domain(Shape shape, List<Integer> reduced) {

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
   * @param users the users of a node
   * @param isOutput whether a node is an output of the graph
   */
  static Region of(Node root, Users users, Predicate<Node> isOutput) {
    if (root.op() instanceof Reduce reduce) {
      var domain = new Domain(root.operand(0).shape(), reduce.axes());
      return isWorthRows(domain) ? grown(root, domain, users, isOutput) : null;
    }
    Region rows = ofRows(root, users, isOutput);
    return rows != null ? rows
        : grown(root, new Domain(root.shape(), List.of()), users, isOutput);
  }

  /** The users of each node of a graph. */
  interface Users {
    List<Node> of(Node node);
  }

  /** The region over the first reduction found that the root's shape fits; it keeps one. */
  private static Region ofRows(Node root, Users users, Predicate<Node> isOutput) {
    for (Node reduction : reductionsNear(root)) {
      var domain = new Domain(reduction.operand(0).shape(), ((Reduce) reduction.op()).axes());
      if (isWorthRows(domain) && domain.takes(root)) {
        Region region = grown(root, domain, users, isOutput);
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

  /* Everything that fits is taken first, whoever uses it; then nodes that are used outside leave,
   * and what they were made of with them, until the root alone is used outside. */
  private static Region grown(Node root, Domain domain, Users users, Predicate<Node> isOutput) {
    for (int most = MEMBERS_MAX; most >= 2; most /= 2) {
      TreeSet<Node> members = closure(root, domain, most);
      prune(root, members, users, isOutput);
      var region = new Region(root, List.copyOf(members));
      if (region.operands().size() <= OPERANDS_MAX) {
        return region.functions() >= 2 ? region : null;
      }
    }
    return null;
  }

  private static TreeSet<Node> closure(Node root, Domain domain, int most) {
    var members = new TreeSet<Node>((a, b) -> Integer.compare(a.id(), b.id()));
    var waiting = new PriorityQueue<Node>((a, b) -> Integer.compare(b.id(), a.id()));
    members.add(root);
    waiting.addAll(root.operands());
    while (!waiting.isEmpty() && members.size() < most) {
      Node node = waiting.poll();
      if (!members.contains(node) && domain.takes(node)) {
        members.add(node);
        waiting.addAll(node.operands());
      }
    }
    return members;
  }

  private static void prune(Node root, Set<Node> members, Users users,
      Predicate<Node> isOutput) {
    boolean changed = true;
    while (changed) {
      changed = members.removeIf(node -> node != root && (isOutput.test(node)
          || !members.containsAll(users.of(node))
          || node.op() instanceof Movement && !members.contains(node.operand(0))));
    }
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

  private long functions() {
    return members.stream().filter(node -> Fused.computes(node.op())).count();
  }
}
