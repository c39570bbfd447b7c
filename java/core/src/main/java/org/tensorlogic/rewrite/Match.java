package org.tensorlogic.rewrite;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.ToIntFunction;
import org.tensorlogic.error.Requirement;
import org.tensorlogic.ir.Constant;
import org.tensorlogic.ir.GraphBuilder;
import org.tensorlogic.ir.Node;

/** A node that a rule's pattern matches, with the nodes that its variables captured. */
public final class Match {

  private final Node node;
  private final ToIntFunction<Node> uses;
  private final List<String> names = new ArrayList<>();
  private final List<Node> captured = new ArrayList<>();
  private Node replacement;

  private Match(Node node, ToIntFunction<Node> uses) {
    this.node = node;
    this.uses = uses;
  }

  /* Matching is a search with backtracking in continuation-passing style: rest is what is still to
   * be matched once this pattern is, and last of all the replacement, which may refuse. */

  /** Returns the replacement of a node by a rule, or null where the rule does not apply to it. */
  static Node replace(Rule rule, Node node, ToIntFunction<Node> uses) {
    var match = new Match(node, uses);
    match.matches(rule.pattern(), node, () -> {
      match.replacement = rule.replacement().of(match);
      return match.replacement != null;
    });
    return match.replacement;
  }

  private boolean matches(Pattern pattern, Node at, BooleanSupplier rest) {
    return switch (pattern) {
      case Pattern.Any _ -> rest.getAsBoolean();
      case Pattern.Variable variable ->
          matches(variable.inside(), at, () -> bind(variable.name(), at, rest));
      case Pattern.Where where -> matches(where.inside(), at,
          () -> where.predicate().test(at) && rest.getAsBoolean());
      case Pattern.UnaryOp unary -> at.op() == unary.function()
          && matches(unary.operand(), at.operand(0), rest);
      case Pattern.BinaryOp binary -> at.op() == binary.function() && (
          both(binary, at.operand(0), at.operand(1), rest)
          || binary.function().isCommutative() && at.operand(0) != at.operand(1)
          && both(binary, at.operand(1), at.operand(0), rest));
      case Pattern.OpOf kind -> kind.kind().isInstance(at.op()) && (kind.operands().isEmpty()
          ? rest.getAsBoolean()
          : kind.operands().size() == at.operands().size() && all(kind.operands(), 0, at, rest));
      case Pattern.Constant _ -> at.op() instanceof Constant && rest.getAsBoolean();
      case Pattern.Number number -> {
        var value = Numbers.of(at);
        yield value.isPresent() && number.test().test(value.getAsDouble()) && rest.getAsBoolean();
      }
      case Pattern.Sequence sequence -> chain(sequence.links(), 0, at, rest);
      case Pattern.Alternative either ->
          either.choices().stream().anyMatch(choice -> matches(choice, at, rest));
    };
  }

  private boolean both(Pattern.BinaryOp binary, Node left, Node right, BooleanSupplier rest) {
    return matches(binary.left(), left, () -> matches(binary.right(), right, rest));
  }

  private boolean all(List<Pattern> patterns, int index, Node at, BooleanSupplier rest) {
    return index == patterns.size() ? rest.getAsBoolean()
        : matches(patterns.get(index), at.operand(index),
            () -> all(patterns, index + 1, at, rest));
  }

  private boolean chain(List<Pattern> links, int index, Node at, BooleanSupplier rest) {
    return matches(links.get(index), at, () -> index + 1 == links.size() ? rest.getAsBoolean()
        : !at.operands().isEmpty() && chain(links, index + 1, at.operand(0), rest));
  }

  private boolean bind(String name, Node at, BooleanSupplier rest) {
    int known = names.indexOf(name);
    if (known >= 0) {
      return captured.get(known) == at && rest.getAsBoolean();
    }
    names.add(name);
    captured.add(at);
    if (rest.getAsBoolean()) {
      return true;
    }
    names.removeLast();
    captured.removeLast();
    return false;
  }

  /** Returns the node that the whole pattern matched. */
  public Node node() {
    return node;
  }

  /**
   * Returns the node that a variable captured.
   *
   * @throws org.tensorlogic.error.ArgumentException when the pattern has no such variable
   */
  public Node get(String name) {
    int known = names.indexOf(name);
    Requirement.requireArgument(known >= 0, () -> "name the variables as the pattern does",
        "the pattern captures %s but not \"%s\"", names, name);
    return captured.get(known);
  }

  /** Returns whether a variable of this name captured a node. */
  public boolean captures(String name) {
    return names.contains(name);
  }

  /** Returns the builder that takes the replacement's nodes. */
  public GraphBuilder builder() {
    return node.builder();
  }

  /** Returns whether only the matched nodes use a node, so that replacing them makes it vanish. */
  public boolean isUsedOnce(Node inner) {
    return uses.applyAsInt(inner) <= 1;
  }
}
