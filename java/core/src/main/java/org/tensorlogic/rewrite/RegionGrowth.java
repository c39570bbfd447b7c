package org.tensorlogic.rewrite;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeSet;
import org.tensorlogic.ir.Constant;
import org.tensorlogic.ir.Fused;
import org.tensorlogic.ir.Movement;
import org.tensorlogic.ir.Node;

/**
 * The members of a region in the making. Everything that fits is taken first, whoever uses it; then
 * what is used outside before the root's place leaves, and what it was made of with it.
 */
final class RegionGrowth {

  private static final int RESULTS_MAX = 4;
  /** Users of a value beyond these are not looked at: the time grows with the nodes alone. */
  private static final int USERS_MAX = 64;
  /** So many movements in a row are looked through. */
  private static final int MOVEMENTS_MAX = 4;

  private final Node root;
  private final Region.Domain domain;
  private final Region.Outside outside;
  private final int most;
  private final TreeSet<Node> members =
      new TreeSet<>((a, b) -> Integer.compare(a.id(), b.id()));

  private RegionGrowth(Node root, Region.Domain domain, Region.Outside outside, int most) {
    this.root = root;
    this.domain = domain;
    this.outside = outside;
    this.most = most;
  }

  /** Returns the region of a root with so many members at most. */
  static Region grown(Node root, Region.Domain domain, Region.Outside outside, int most) {
    var growth = new RegionGrowth(root, domain, outside, most);
    growth.takeOperands();
    growth.takeSiblings();
    growth.prune();
    List<Node> members = List.copyOf(growth.members);
    return new Region(members, members.stream().filter(growth::isResult).toList());
  }

  private void takeOperands() {
    var waiting = new PriorityQueue<Node>((a, b) -> Integer.compare(b.id(), a.id()));
    members.add(root);
    waiting.addAll(root.operands());
    while (!waiting.isEmpty() && members.size() < most) {
      Node node = waiting.poll();
      if (outside.isFree(node) && !members.contains(node) && domain.takes(node)) {
        members.add(node);
        waiting.addAll(node.operands());
      }
    }
  }

  /** Takes what else is computed of values that are read anyway, and of nothing that costs. */
  private void takeSiblings() {
    var waiting = new ArrayDeque<Node>();
    var seen = new HashSet<Node>();
    members.forEach(member -> wait(member, waiting, seen));
    while (!waiting.isEmpty() && members.size() < most) {
      List<Node> users = outside.users(waiting.poll());
      for (Node user : users.subList(0, Math.min(USERS_MAX, users.size()))) {
        boolean comes = user.id() < root.id() && outside.isFree(user)
            && Fused.computes(user.op()) && domain.takes(user);
        if (comes && members.size() < most && !members.contains(user)
            && user.operands().stream().allMatch(node -> seen.contains(node) || isCheap(node))) {
          members.add(user);
          wait(user, waiting, seen);
        }
      }
    }
  }

  /** Users of a member, and of what it reads of the domain's size, may be siblings. */
  private void wait(Node member, ArrayDeque<Node> waiting, Set<Node> seen) {
    var values = new ArrayList<>(member.operands());
    values.add(member);
    for (Node value : values) {
      if (domain.isFull(value) && !isCheap(value) && seen.add(value)) {
        waiting.add(value);
      }
    }
  }

  private static boolean isCheap(Node node) {
    return node.op() instanceof Constant || node.op() instanceof Movement.Broadcast;
  }

  private void prune() {
    leave();
    List<Node> results = results();
    while (results.size() > RESULTS_MAX) {
      members.remove(results.getFirst());
      leave();
      results = results();
    }
  }

  private void leave() {
    boolean changed = true;
    while (changed) {
      changed = members.removeIf(node -> node != root && (!mayStay(node)
          || node.op() instanceof Movement && !members.contains(node.operand(0))));
    }
  }

  private List<Node> results() {
    return members.stream().filter(this::isResult).toList();
  }

  /** Whether a member's value is read outside, as it is or through movements. */
  private boolean isResult(Node member) {
    return Fused.computes(member.op()) && (member == root || isUsedOutside(member));
  }

  private boolean isUsedOutside(Node member) {
    return outside.isOutput(member) || outside.users(member).stream().anyMatch(user ->
        !members.contains(user) || user.op() instanceof Movement && isUsedOutside(user));
  }

  /** Whether all that use a member outside stand behind the root, or can be put there. */
  private boolean mayStay(Node member) {
    return outside.users(member).stream()
        .allMatch(user -> members.contains(user) || isBehind(user, MOVEMENTS_MAX));
  }

  private boolean isBehind(Node user, int movements) {
    if (user.id() > root.id() || !outside.isFree(user)) { // regions so far have later roots
      return true;
    }
    return movements > 0 && isView(user) && outside.users(user).stream()
        .allMatch(next -> !members.contains(next) && isBehind(next, movements - 1));
  }

  /** Whether a node costs nothing to make where it is wanted. */
  static boolean isView(Node node) {
    return node.op() instanceof Movement && node.operands().size() == 1;
  }
}
