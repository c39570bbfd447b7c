package org.tensorlogic.tests;

import static org.tensorlogic.ir.Ops.add;
import static org.tensorlogic.ir.Ops.and;
import static org.tensorlogic.ir.Ops.binary;
import static org.tensorlogic.ir.Ops.broadcast;
import static org.tensorlogic.ir.Ops.convert;
import static org.tensorlogic.ir.Ops.div;
import static org.tensorlogic.ir.Ops.exp;
import static org.tensorlogic.ir.Ops.mul;
import static org.tensorlogic.ir.Ops.neg;
import static org.tensorlogic.ir.Ops.not;
import static org.tensorlogic.ir.Ops.or;
import static org.tensorlogic.ir.Ops.pow;
import static org.tensorlogic.ir.Ops.scalar;
import static org.tensorlogic.ir.Ops.select;
import static org.tensorlogic.ir.Ops.sub;
import static org.tensorlogic.ir.Ops.unary;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.tensorlogic.ir.Binary;
import org.tensorlogic.ir.Convert;
import org.tensorlogic.ir.GraphBuilder;
import org.tensorlogic.ir.Literal;
import org.tensorlogic.ir.Movement;
import org.tensorlogic.ir.Node;
import org.tensorlogic.ir.Ops;
import org.tensorlogic.ir.Reduce;
import org.tensorlogic.ir.Reduction;
import org.tensorlogic.ir.Unary;
import org.tensorlogic.type.DType;
import org.tensorlogic.type.Shape;
import org.tensorlogic.type.TensorType;

/** One graph for each built-in rule that the rule changes. Inputs named p hold positive numbers. */
final class RewriteCases {

  private static final Map<String, Function<GraphBuilder, Node>> CASES = cases();

  private RewriteCases() {}

  /** Returns the graphs by the names of their rules. */
  static Map<String, Function<GraphBuilder, Node>> all() {
    return CASES;
  }

  private static Map<String, Function<GraphBuilder, Node>> cases() {
    var cases = new LinkedHashMap<String, Function<GraphBuilder, Node>>();
    folding(cases);
    units(cases);
    signs(cases);
    powers(cases);
    scales(cases);
    laws(cases);
    choices(cases);
    chains(cases);
    reductions(cases);
    contractions(cases);
    return cases;
  }

  private static Node x(GraphBuilder b) {
    return b.input("x", DType.F32, 3, 4);
  }

  private static Node y(GraphBuilder b) {
    return b.input("y", DType.F32, 3, 4);
  }

  private static Node z(GraphBuilder b) {
    return b.input("z", DType.F32, 3, 4);
  }

  private static Node p(GraphBuilder b) {
    return b.input("p", DType.F32, 3, 4);
  }

  private static Node i(GraphBuilder b) {
    return b.input("i", DType.I64, 3, 4);
  }

  private static Node j(GraphBuilder b) {
    return b.input("j", DType.I64, 3, 4);
  }

  private static Node s(GraphBuilder b) {
    return b.input("s", DType.BOOL, 3, 4);
  }

  private static Node t(GraphBuilder b) {
    return b.input("t", DType.BOOL, 3, 4);
  }

  private static Node u(GraphBuilder b) {
    return b.input("u", DType.BOOL, 3, 4);
  }

  private static Node truth(GraphBuilder b, boolean value) {
    return b.constant(DType.BOOL, value ? 1 : 0);
  }

  private static Node times(Node x, double number) {
    return mul(x, scalar(x, number));
  }

  private static Node plus(Node x, double number) {
    return add(x, scalar(x, number));
  }

  private static Node pow3(Node x, double number) {
    return pow(x, scalar(x, number));
  }

  private static Node literal(GraphBuilder b) {
    return b.constant(TensorType.of(DType.F32, 2, 3), Literal.of(1, 2, 3, 4, 5, 0.1));
  }

  private static void folding(Map<String, Function<GraphBuilder, Node>> cases) {
    cases.put("merge-commuted", b -> sub(exp(add(x(b), y(b))), add(y(b), x(b))));
    cases.put("fold-exact", b -> mul(Ops.slice(Ops.slice(x(b), 0, 0, 2, 1), 1, 0, 3, 1),
        add(literal(b), scalar(literal(b), 0.1))));
    cases.put("fold-function", b -> mul(Ops.slice(Ops.slice(x(b), 0, 0, 2, 1), 1, 0, 3, 1),
        exp(literal(b))));
    cases.put("fold-convert", b -> mul(Ops.slice(x(b), 0, 0, 2, 1),
        convert(b.constant(TensorType.of(DType.I64, 2, 4), Literal.of(1L, 2, 3, 4, 5, 6, 7, 8)),
            DType.F32)));
    cases.put("fold-movement", b -> mul(Ops.slice(x(b), 1, 0, 2, 1),
        Ops.permute(literal(b), List.of(1, 0))));
    cases.put("fold-reduce", b -> mul(Ops.slice(x(b), 1, 0, 3, 1), Ops.sum(literal(b), 0)));
  }

  private static void units(Map<String, Function<GraphBuilder, Node>> cases) {
    cases.put("add-integer-zero", b -> plus(i(b), 0));
    cases.put("add-negative-zero", b -> plus(x(b), -0.0));
    cases.put("add-zero", b -> plus(x(b), 0));
    cases.put("sub-zero", b -> sub(x(b), scalar(x(b), 0)));
    cases.put("sub-from-zero", b -> sub(scalar(x(b), 0), x(b)));
    cases.put("mul-one", b -> times(x(b), 1));
    cases.put("div-one", b -> div(x(b), scalar(x(b), 1)));
    cases.put("mul-minus-one", b -> times(x(b), -1));
    cases.put("mul-integer-zero", b -> times(i(b), 0));
    cases.put("mul-zero", b -> times(x(b), 0));
    cases.put("sub-integer-self", b -> sub(i(b), i(b)));
    cases.put("sub-self", b -> sub(x(b), x(b)));
    cases.put("div-self", b -> div(p(b), p(b)));
    cases.put("div-power-of-two", b -> div(x(b), scalar(x(b), 8)));
    cases.put("div-constant", b -> div(x(b), scalar(x(b), 3)));
    cases.put("add-add-constant", b -> plus(plus(x(b), 2), 3));
    cases.put("mul-mul-constant", b -> times(times(x(b), 2), 3));
    cases.put("add-add-integer", b -> plus(plus(i(b), 2), 3));
    cases.put("mul-mul-integer", b -> times(times(i(b), 2), 3));
    cases.put("factor", b -> add(mul(x(b), y(b)), mul(z(b), x(b))));
  }

  private static void signs(Map<String, Function<GraphBuilder, Node>> cases) {
    cases.put("neg-neg", b -> neg(neg(x(b))));
    cases.put("add-neg", b -> add(neg(y(b)), x(b)));
    cases.put("sub-neg", b -> sub(x(b), neg(y(b))));
    cases.put("neg-sub", b -> neg(sub(x(b), y(b))));
    cases.put("mul-neg-neg", b -> mul(neg(x(b)), neg(y(b))));
    cases.put("div-neg-neg", b -> div(neg(x(b)), neg(p(b))));
    cases.put("abs-neg", b -> Ops.abs(neg(x(b))));
    cases.put("square-sign", b -> Ops.square(Ops.abs(x(b))));
    for (Unary function : new Unary[] {Unary.ABS, Unary.RELU, Unary.SIGN, Unary.STEP}) {
      cases.put(function + "-" + function, b -> unary(function, unary(function, x(b))));
    }
    cases.put("abs-square", b -> Ops.abs(Ops.square(x(b))));
    cases.put("round-round", b -> unary(Unary.ROUND, Ops.floor(x(b))));
    cases.put("min-max-self", b -> Ops.max(x(b), x(b)));
  }

  private static void powers(Map<String, Function<GraphBuilder, Node>> cases) {
    cases.put("mul-self", b -> mul(x(b), x(b)));
    cases.put("pow-zero", b -> pow3(x(b), 0));
    cases.put("pow-one", b -> pow3(x(b), 1));
    cases.put("pow-two", b -> pow3(x(b), 2));
    cases.put("pow-three", b -> pow3(x(b), 3));
    cases.put("pow-four", b -> pow3(x(b), 4));
    cases.put("pow-minus-one", b -> pow3(p(b), -1));
    cases.put("pow-half", b -> pow3(p(b), 0.5));
    cases.put("sqrt-square", b -> Ops.sqrt(Ops.square(x(b))));
    cases.put("square-sqrt", b -> Ops.square(Ops.sqrt(p(b))));
    cases.put("reciprocal-sqrt", b -> div(scalar(p(b), 1), Ops.sqrt(p(b))));
    cases.put("exp-log", b -> exp(Ops.log(p(b))));
    cases.put("log-exp", b -> Ops.log(exp(p(b))));
    cases.put("mul-exp-exp", b -> mul(exp(x(b)), exp(y(b))));
  }

  private static void scales(Map<String, Function<GraphBuilder, Node>> cases) {
    cases.put("div-repeated", b -> {
      Node x = x(b);
      Node most = Ops.reduce(Reduction.MAX, x, List.of(1));
      Node e = exp(sub(x, Ops.insertAxes(most, x.shape(), List.of(1))));
      Node softmax = div(e, Ops.insertAxes(Ops.sum(e, 1), x.shape(), List.of(1)));
      Node deviation = Ops.sqrt(plus(Ops.sum(Ops.square(softmax), 1), 1e-5));
      return div(softmax, Ops.insertAxes(deviation, x.shape(), List.of(1)));
    });
    cases.put("scale-einsum", b -> times(Ops.einsum("ia,ib->ab", x(b),
        b.input("v", DType.F32, 3, 9)), 0.3));
  }

  private static void laws(Map<String, Function<GraphBuilder, Node>> cases) {
    cases.put("double-negation", b -> not(not(s(b))));
    cases.put("and-self", b -> and(s(b), s(b)));
    cases.put("or-self", b -> or(s(b), s(b)));
    cases.put("and-absorption", b -> and(or(t(b), s(b)), s(b)));
    cases.put("or-absorption", b -> or(s(b), and(t(b), s(b))));
    cases.put("and-true", b -> and(s(b), truth(b, true)));
    cases.put("or-false", b -> or(truth(b, false), s(b)));
    cases.put("and-false", b -> and(s(b), truth(b, false)));
    cases.put("or-true", b -> or(s(b), truth(b, true)));
    cases.put("contradiction", b -> and(not(s(b)), s(b)));
    cases.put("excluded-middle", b -> or(s(b), not(s(b))));
    cases.put("and-de-morgan", b -> and(not(s(b)), not(t(b))));
    cases.put("or-de-morgan", b -> or(not(s(b)), not(t(b))));
    cases.put("and-complement", b -> and(s(b), or(not(s(b)), t(b))));
    cases.put("or-complement", b -> or(and(not(s(b)), t(b)), s(b)));
    cases.put("and-twice", b -> and(s(b), and(t(b), s(b))));
    cases.put("or-twice", b -> or(or(s(b), t(b)), t(b)));
    cases.put("and-distribution", b -> or(and(s(b), t(b)), and(u(b), s(b))));
    cases.put("or-distribution", b -> and(or(s(b), t(b)), or(u(b), s(b))));
  }

  private static void choices(Map<String, Function<GraphBuilder, Node>> cases) {
    cases.put("select-same", b -> select(s(b), x(b), x(b)));
    cases.put("select-not", b -> select(not(s(b)), x(b), y(b)));
    cases.put("select-true", b -> select(truth(b, true), x(b), y(b)));
    cases.put("select-false", b -> select(truth(b, false), x(b), y(b)));
    cases.put("xor-self", b -> binary(Binary.XOR, s(b), s(b)));
    cases.put("xor-false", b -> binary(Binary.XOR, s(b), truth(b, false)));
    cases.put("xor-true", b -> binary(Binary.XOR, s(b), truth(b, true)));
    cases.put("compare-self", b -> binary(Binary.LE, i(b), i(b)));
    cases.put("differ-self", b -> binary(Binary.NE, i(b), i(b)));
    cases.put("less-self", b -> binary(Binary.LT, x(b), x(b)));
    cases.put("not-eq", b -> not(binary(Binary.EQ, x(b), y(b))));
    cases.put("not-ne", b -> not(binary(Binary.NE, x(b), y(b))));
    cases.put("not-lt", b -> not(binary(Binary.LT, i(b), j(b))));
    cases.put("not-le", b -> not(binary(Binary.LE, i(b), j(b))));
    cases.put("not-gt", b -> not(binary(Binary.GT, i(b), j(b))));
    cases.put("not-ge", b -> not(binary(Binary.GE, i(b), j(b))));
    cases.put("convert-same", b -> b.add(new Convert(DType.F32), x(b)));
    cases.put("convert-back", b -> convert(convert(x(b), DType.F64), DType.F32));
    cases.put("convert-convert", b -> convert(convert(s(b), DType.I64), DType.F32));
  }

  private static void chains(Map<String, Function<GraphBuilder, Node>> cases) {
    List<Integer> swap = List.of(1, 0);
    cases.put("move-nothing", b -> b.add(new Movement.Slice(1, 0, 4, 1), x(b)));
    cases.put("permute-permute", b -> Ops.permute(Ops.permute(b.input("c", DType.F32, 2, 3, 4),
        List.of(1, 2, 0)), List.of(0, 2, 1)));
    cases.put("reshape-reshape", b -> Ops.reshape(Ops.reshape(x(b), Shape.of(2, 6)),
        Shape.of(12)));
    cases.put("slice-slice", b -> Ops.slice(Ops.slice(x(b), 1, 3, 4, -1), 1, 1, 2, 2));
    cases.put("broadcast-broadcast", b -> broadcast(broadcast(b.input("v", DType.F32, 4),
        Shape.of(3, 4), List.of(1)), Shape.of(4, 2, 3), List.of(2, 0)));
    cases.put("permute-broadcast", b -> Ops.permute(broadcast(x(b), Shape.of(3, 2, 4),
        List.of(0, 2)), List.of(2, 0, 1)));
    cases.put("broadcast-permute", b -> broadcast(Ops.permute(x(b), swap), Shape.of(4, 2, 3),
        List.of(0, 2)));
    cases.put("broadcast-reshape", b -> broadcast(Ops.reshape(x(b), Shape.of(3, 1, 4)),
        Shape.of(3, 2, 4), List.of(0, 1, 2)));
    cases.put("slice-broadcast", b -> Ops.slice(broadcast(x(b), Shape.of(3, 9, 4),
        List.of(0, 2)), 1, 2, 5, 1));
    cases.put("slice-concat", b -> Ops.slice(Ops.concat(1, List.of(x(b), y(b))), 1, 7, 2, -2));
    cases.put("pointwise-broadcast", b -> mul(exp(broadcast(x(b), Shape.of(3, 2, 4),
        List.of(0, 2))), scalar(x(b), 2)));
    cases.put("slice-pointwise", b -> Ops.slice(mul(x(b), y(b)), 0, 1, 2, 1));
  }

  private static void reductions(Map<String, Function<GraphBuilder, Node>> cases) {
    cases.put("reduce-nothing", b -> b.add(new Reduce(Reduction.SUM, List.of()), x(b)));
    cases.put("reduce-unit", b -> Ops.sum(Ops.slice(x(b), 0, 1, 1, 1), 0));
    cases.put("reduce-reduce", b -> Ops.sum(Ops.sum(b.input("c", DType.F32, 2, 3, 4), 1), 1));
    cases.put("reduce-broadcast", b -> Ops.sum(broadcast(Ops.reshape(x(b), Shape.of(3, 1, 4)),
        Shape.of(5, 3, 7, 4), List.of(1, 2, 3)), 0, 2, 3));
  }

  private static Node matrix(GraphBuilder b, String name, long rows, long columns) {
    return b.input(name, DType.F32, rows, columns);
  }

  private static void contractions(Map<String, Function<GraphBuilder, Node>> cases) {
    cases.put("einsum-nothing", b -> Ops.einsum("ij->ij", x(b)));
    cases.put("einsum-permute", b -> Ops.einsum("ij->ji", x(b)));
    cases.put("einsum-reduce", b -> Ops.einsum("ijk->ki", b.input("c", DType.F32, 2, 3, 4)));
    cases.put("einsum-of-permute", b -> Ops.einsum("ij,jk->ik", Ops.permute(x(b), List.of(1, 0)),
        y(b)));
    cases.put("einsum-of-broadcast", b -> Ops.einsum("ijl,jk->ik", broadcast(
        b.input("v", DType.F32, 3), Shape.of(2, 3, 5), List.of(1)), y(b)));
    cases.put("einsum-of-identity", b -> Ops.einsum("ij,jk->ik",
        Ops.identity(i(b), 3), i(b)));
    cases.put("einsum-of-floating-identity", b -> Ops.einsum("jk,ij->ik", y(b),
        Ops.identity(y(b), 3)));
    cases.put("einsum-of-einsum", b -> Ops.einsum("ik,k->i", Ops.matmul(matrix(b, "a", 5, 6),
        matrix(b, "c", 6, 7)), b.input("v", DType.F32, 7)));
    cases.put("reduce-einsum", b -> Ops.sum(Ops.matmul(matrix(b, "a", 5, 6),
        matrix(b, "c", 6, 7)), 1));
    cases.put("reduce-product", b -> Ops.sum(mul(
        broadcast(matrix(b, "a", 5, 6), Shape.of(5, 6, 7), List.of(0, 1)),
        broadcast(matrix(b, "c", 6, 7), Shape.of(5, 6, 7), List.of(1, 2))), 1));
  }
}
