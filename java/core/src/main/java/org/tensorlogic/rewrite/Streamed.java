package org.tensorlogic.rewrite;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.function.Predicate;
import org.tensorlogic.ir.Blocked;
import org.tensorlogic.ir.Constant;
import org.tensorlogic.ir.Convert;
import org.tensorlogic.ir.Einsum;
import org.tensorlogic.ir.GraphBuilder;
import org.tensorlogic.ir.Node;
import org.tensorlogic.ir.Op;
import org.tensorlogic.ir.Movement;
import org.tensorlogic.ir.Pointwise;
import org.tensorlogic.ir.Reduce;
import org.tensorlogic.type.Dim;

/**
 * Nodes that can be computed in blocks along one axis of a root, each block by itself, and only the
 * root is used outside.
 *
 * @param root the node whose value the region yields
 * @param axis the axis of the root along which the blocks lie
 * @param members the axis along which each member is cut, the root first, users before operands
 * @param operands what members read from outside, and how it is cut
 */
record Streamed(Node root, int axis, Map<Node, Integer> members, Set<Cut> operands) {

  /** Less than this stays in the caches anyway. */
  private static final long INNER_BYTES_MIN = 1 << 20;
  /**
   * Half a second-level cache of 1 MiB: operands and packed panels take the rest. Not read from the
   * system: extents of blocks decide which kernel multiplies them, and by that the bits.
   */
  private static final long BLOCK_BYTES = 512 << 10;
  /** Fewer blocks would leave workers idle, and save little memory. */
  private static final long BLOCKS_MIN = 4;
  private static final long BLOCKS_WANTED = 8;
  /** Regions end here, so that the time to find them grows with the nodes alone. */
  private static final int MEMBERS_MAX = 128;
  /** The rows that contractions take at a time. */
  private static final long ROWS = 16;

  /** The users of each node of a graph. */
  interface Users {
    List<Node> of(Node node);
  }

  /** A value and the axis along which it is cut, or {@link Blocked#WHOLE}. */
  record Cut(Node node, int axis) {}

  /**
   * Returns the region of a root that is worth most, or null where none is worth it.
   *
   * @param users the users of a node
   * @param isOutput whether a node is an output of the graph
   */
  static Streamed of(Node root, Users users, Predicate<Node> isOutput) {
    Streamed large = null;
    for (int axis = 0; axis < root.rank(); axis++) {
      if (root.shape().dim(axis).isStatic()) {
        Streamed region = grown(root, axis, users, isOutput);
        if (region.isWorth() && region.bytesOfUnit() <= BLOCK_BYTES) {
          return region;
        }
        large = large == null && region.isWorth() ? region : large;
      }
    }
    return large;
  }

  /* Nodes are met in descending order, so that when one comes, all its users have been judged: it
   * is a member where all of them are and want it cut along one axis. Views of outer values may
   * have other users as well, since they cost nothing to make twice. */
  private static Streamed grown(Node root, int axis, Users users,
      Predicate<Node> isOutput) {
    var members = new LinkedHashMap<Node, Integer>();
    var wanted = new HashMap<Node, Set<Integer>>(Map.of(root, Set.of(axis)));
    var waiting = new PriorityQueue<Node>((a, b) -> Integer.compare(b.id(), a.id()));
    waiting.add(root);
    while (!waiting.isEmpty() && members.size() < MEMBERS_MAX) {
      Node node = waiting.poll();
      Set<Integer> cuts = wanted.get(node);
      int cut = cuts.iterator().next();
      boolean inside = node == root || !isOutput.test(node)
          && members.keySet().containsAll(users.of(node)) || isOuterView(node, cut);
      List<Integer> operandCuts = cuts.size() == 1 && inside && cut != Blocked.WHOLE
          && node.shape().isStatic() ? cutsOfOperands(node, cut) : List.of();
      if (!operandCuts.isEmpty()) {
        members.put(node, cut);
        for (int i = 0; i < operandCuts.size(); i++) {
          Node operand = node.operand(i);
          if (!wanted.containsKey(operand)) {
            waiting.add(operand);
          }
          wanted.computeIfAbsent(operand, _ -> new LinkedHashSet<>()).add(operandCuts.get(i));
        }
      }
    }
    return new Streamed(root, axis, members, operands(members));
  }

  private static boolean isOuterView(Node node, int cut) {
    return node.op() instanceof Movement.Broadcast
        && (node.operand(0).op() instanceof Constant
            || cutsOfOperands(node, cut).equals(List.of(Blocked.WHOLE)));
  }

  private static Set<Cut> operands(Map<Node, Integer> members) {
    var operands = new LinkedHashSet<Cut>();
    members.forEach((member, cut) -> {
      List<Integer> cuts = cutsOfOperands(member, cut);
      for (int i = 0; i < cuts.size(); i++) {
        if (!members.containsKey(member.operand(i))) {
          operands.add(new Cut(member.operand(i), cuts.get(i)));
        }
      }
    });
    return operands;
  }

  /** How the operands are cut where the result is; empty where blocks need other blocks. */
  private static List<Integer> cutsOfOperands(Node node, int cut) {
    return switch (node.op()) {
      case Pointwise _, Convert _ -> node.operands().stream().map(_ -> cut).toList();
      case Einsum einsum when !einsum.spec().hasEllipsis() -> cuts(einsum, cut);
      case Reduce reduce -> List.of(axesWithout(node.operand(0).rank(), reduce.axes()).get(cut));
      case Movement.Permute permute -> List.of(permute.order().get(cut));
      case Movement.Broadcast broadcast -> {
        int from = broadcast.axes().indexOf(cut);
        boolean repeats = from < 0
            || !node.operand(0).shape().dim(from).equals(node.shape().dim(cut));
        yield List.of(repeats ? Blocked.WHOLE : from);
      }
      case Movement.Reshape _ -> throughUnits(node, cut);
      default -> List.of(); // open: what else there is does not work block by block
    };
  }

  private static List<Integer> cuts(Einsum einsum, int cut) {
    int index = einsum.spec().result().get(cut);
    boolean diagonal = einsum.spec().operands().stream()
        .anyMatch(term -> term.indexOf(index) != term.lastIndexOf(index));
    return diagonal ? List.of()
        : einsum.spec().operands().stream().map(term -> term.indexOf(index)).toList();
  }

  /** The axis that is cut before a reshape that only puts in or takes out axes of extent 1. */
  private static List<Integer> throughUnits(Node node, int cut) {
    List<Integer> after = longAxes(node);
    List<Integer> before = longAxes(node.operand(0));
    boolean same = after.stream().map(node.shape()::dim).toList()
        .equals(before.stream().map(node.operand(0).shape()::dim).toList());
    return same && after.contains(cut) ? List.of(before.get(after.indexOf(cut))) : List.of();
  }

  private static List<Integer> longAxes(Node node) {
    var units = new ArrayList<Integer>();
    for (int axis = 0; axis < node.rank(); axis++) {
      if (node.shape().dim(axis).equals(Dim.of(1))) {
        units.add(axis);
      }
    }
    return axesWithout(node.rank(), units);
  }

  /** Returns the axes of a rank but for some. */
  static List<Integer> axesWithout(int rank, List<Integer> axes) {
    var kept = new ArrayList<Integer>();
    for (int axis = 0; axis < rank; axis++) {
      if (!axes.contains(axis)) {
        kept.add(axis);
      }
    }
    return kept;
  }

  /** Returns whether a node is a contraction that is too large for the caches. */
  static boolean isLarge(Node node) {
    if (!(node.op() instanceof Einsum) || !node.shape().isStatic()) {
      return false;
    }
    double bytes = node.dtype().bytes();
    for (Dim dim : node.shape().dims()) {
      bytes *= dim.extent();
    }
    return bytes >= INNER_BYTES_MIN;
  }

  private boolean isWorth() {
    boolean known = operands.stream().allMatch(cut -> cut.node().shape().isStatic());
    long large = members.keySet().stream().filter(node -> node != root)
        .filter(node -> node.op() instanceof Einsum).mapToLong(Streamed::bytes).max().orElse(0);
    if (!known || large < INNER_BYTES_MIN || blocks() < BLOCKS_MIN) {
      return false;
    }
    // What each block must read and pack anew, against what no longer goes to memory and back.
    long again = members.keySet().stream().filter(node -> node.op() instanceof Einsum)
        .flatMap(node -> node.operands().stream())
        .filter(node -> operands.contains(new Cut(node, Blocked.WHOLE)))
        .mapToLong(Streamed::bytes).sum();
    return again * blocks() <= 2 * large;
  }

  private static long bytes(Node node) {
    return node.shape().count() * node.dtype().bytes();
  }

  private long wholeExtent() {
    return root.shape().dim(axis).extent();
  }

  /** The bytes of the two largest values inside, mostly alive together, for an extent of 1. */
  private long bytesOfUnit() {
    return members.keySet().stream().filter(node -> node != root)
        .filter(node -> !(node.op() instanceof Movement))
        .map(Streamed::bytes).sorted((a, b) -> Long.compare(b, a)).limit(2)
        .mapToLong(bytes -> bytes).sum() / Math.max(1, wholeExtent());
  }

  private long blocks() {
    return Math.ceilDiv(wholeExtent(), blockExtent());
  }

  /** The extent of a block: what fits the cache, but enough blocks; by shapes alone. */
  long blockExtent() {
    long fitting = BLOCK_BYTES / Math.max(1, bytesOfUnit());
    long extent = Math.max(1, Math.min(fitting, Math.ceilDiv(wholeExtent(), BLOCKS_WANTED)));
    return extent > ROWS ? extent / ROWS * ROWS : extent;
  }

  /** Returns the op that computes it; its operands are those of {@link #operands}, in order. */
  Blocked op() {
    var builder = new GraphBuilder();
    var made = new HashMap<Cut, Node>();
    for (Cut operand : operands) {
      Node node = operand.node();
      made.put(operand, builder.at(node.origin()).input("operand " + made.size(), node.type()
          .as(Blocked.withExtent(node.shape(), operand.axis(), Blocked.EXTENT))));
    }
    for (Node member : new ArrayList<>(members.keySet()).reversed()) {
      int cut = members.get(member);
      List<Integer> cuts = cutsOfOperands(member, cut);
      var parts = new ArrayList<Node>();
      for (int i = 0; i < cuts.size(); i++) {
        parts.add(made.get(new Cut(member.operand(i), cuts.get(i))));
      }
      made.put(new Cut(member, cut), builder.at(member.origin()).add(block(member, cut), parts));
    }
    return new Blocked(builder.build(made.get(new Cut(root, axis))),
        operands.stream().map(Cut::axis).toList(), axis, blockExtent());
  }

  private static Op block(Node member, int cut) {
    var shape = Blocked.withExtent(member.shape(), cut, Blocked.EXTENT);
    return switch (member.op()) {
      case Movement.Broadcast broadcast -> new Movement.Broadcast(shape, broadcast.axes());
      case Movement.Reshape _ -> new Movement.Reshape(shape);
      default -> member.op(); // open: no other op names extents of its result
    };
  }
}
