package org.tensorlogic.bindings;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.tensorlogic.einsum.EinsumSpec;
import org.tensorlogic.einsum.Semiring;
import org.tensorlogic.error.TypeException;
import org.tensorlogic.ir.Binary;
import org.tensorlogic.ir.Convert;
import org.tensorlogic.ir.Einsum;
import org.tensorlogic.ir.Fused;
import org.tensorlogic.ir.GraphBuilder;
import org.tensorlogic.ir.KernelKey;
import org.tensorlogic.ir.Movement;
import org.tensorlogic.ir.Node;
import org.tensorlogic.ir.Op;
import org.tensorlogic.ir.Ops;
import org.tensorlogic.ir.Reduce;
import org.tensorlogic.ir.Reduction;
import org.tensorlogic.ir.Select;
import org.tensorlogic.ir.Unary;
import org.tensorlogic.type.DType;
import org.tensorlogic.type.Shape;
import org.tensorlogic.type.TensorType;

/** What each native kernel computes, derived from the ops themselves and typed nowhere. */
final class NativeMeanings {

  /**
   * What a native kernel computes.
   *
   * @param op the operation, on scalars where its attributes name axes
   * @param dtypes the element type of each operand
   */
  record Meaning(Op op, List<DType> dtypes) {}

  private NativeMeanings() {}

  /** Returns every symbol that an op has on dtypes that it accepts, in alphabetical order. */
  static Map<String, Meaning> all() {
    var meanings = new TreeMap<String, Meaning>();
    for (Op op : ops()) {
      for (DType dtype : DType.values()) {
        add(meanings, op, operands(op, dtype));
      }
    }
    for (DType dtype : List.of(DType.F32, DType.F64)) {
      meanings.put(NativeKeys.blas(dtype),
          new Meaning(product(Semiring.SUM_PRODUCT), List.of(dtype, dtype)));
    }
    for (DType dtype : List.of(DType.F32, DType.F64, DType.BOOL)) {
      meanings.put(NativeKeys.pack(dtype), // an operand of any product
          new Meaning(product(Semiring.OR_AND), List.of(dtype)));
    }
    for (DType dtype : DType.values()) {
      if (dtype.computes()) {
        meanings.put(new KernelKey("fused", "map", dtype).symbol(),
            new Meaning(choice(dtype, false), List.of(dtype)));
        meanings.put(new KernelKey("fused", "rows", dtype).symbol(),
            new Meaning(choice(dtype, true), List.of(dtype)));
      }
    }
    return Collections.unmodifiableMap(meanings);
  }

  /** Returns the symbols of pairs that fused programs may have, by what comes second. */
  static Map<String, Meaning> pairs() {
    var pairs = new TreeMap<String, Meaning>();
    for (Binary first : Binary.values()) {
      for (DType dtype : List.of(DType.F32, DType.F64)) {
        for (Op second : pointwise()) {
          var key = new KernelKey("pointwise", first.function() + '_' + second.function(), dtype);
          pairs.put(key.symbol(),
              new Meaning(second, Collections.nCopies(second instanceof Binary ? 3 : 2, dtype)));
        }
      }
    }
    return pairs;
  }

  private static List<Op> pointwise() {
    var ops = new ArrayList<Op>(List.of(Unary.values()));
    ops.addAll(List.of(Binary.values()));
    return ops;
  }

  /** A fused region of one operand that is chosen where it equals itself, or in rows with all. */
  private static Fused choice(DType dtype, boolean rows) {
    var body = new GraphBuilder();
    Node x = body.input("x", dtype, 4);
    boolean logical = dtype == DType.BOOL;
    Node same = logical ? Ops.or(x, x) : Ops.eq(x, x);
    Node all = rows ? Ops.insertAxes(Ops.reduce(Reduction.ALL, same, List.of(0)), x.shape(),
        List.of(0)) : same;
    return new Fused(body.build(Ops.select(all, x, Ops.scalar(x, 0))));
  }

  private static void add(Map<String, Meaning> meanings, Op op, List<DType> dtypes) {
    Shape shape = op instanceof Movement.Gather ? Shape.of(1) : Shape.SCALAR;
    List<TensorType> types = dtypes.stream().map(dtype -> new TensorType(dtype, shape)).toList();
    if (accepts(op, types)) {
      op.kernel(types)
          .ifPresent(key -> meanings.putIfAbsent(NativeKeys.symbol(key), new Meaning(op, dtypes)));
    }
  }

  private static boolean accepts(Op op, List<TensorType> types) {
    try {
      return types.stream().allMatch(type -> type.dtype().computes()) && op.infer(types) != null;
    } catch (TypeException refused) { // dropped: a refusal is the answer
      return false;
    }
  }

  private static List<Op> ops() {
    List<Op> ops = pointwise();
    ops.add(new Select());
    ops.add(new Movement.Permute(List.of()));
    ops.add(new Movement.Gather(0));
    for (DType target : DType.values()) {
      ops.add(new Convert(target));
    }
    for (Reduction reduction : Reduction.values()) {
      ops.add(new Reduce(reduction, List.of()));
    }
    for (Semiring semiring : Semiring.values()) {
      ops.add(product(semiring));
    }
    return ops;
  }

  private static Op product(Semiring semiring) {
    return new Einsum(new EinsumSpec(List.of(List.of(), List.of()), List.of()), semiring);
  }

  private static List<DType> operands(Op op, DType dtype) {
    return switch (op) {
      case Select select -> List.of(DType.BOOL, dtype, dtype);
      case Binary binary -> List.of(dtype, dtype);
      case Einsum einsum -> List.of(dtype, dtype);
      case Movement.Gather gather -> List.of(dtype, DType.I64);
      case Op other -> List.of(dtype);
    };
  }
}
