package org.tensorlogic.kernel;

import java.util.List;
import java.util.Set;
import org.tensorlogic.ir.KernelKey;
import org.tensorlogic.ir.Op;
import org.tensorlogic.type.DType;
import org.tensorlogic.type.Layout;

/**
 * What a step of a plan needs: an op on operands whose places in memory are known. A result never
 * overlaps an operand, but for one case: that of a pointwise op or a region may be an operand of
 * the same layout and element bytes; each element is written after the operand's was read. No
 * result element count is 0. All ops but {@code Fused} have one result. The op is one of {@code
 * Unary}, {@code Binary}, {@code Select}, {@code Convert}, {@code Reduce}, {@code
 * Movement.Gather}, {@code Movement.Permute} (the identity order: a strided copy), {@code Einsum}
 * of one or two operands without repeated indices within an operand and without ellipsis, or {@code
 * Fused}, which every provider may decline. Pointwise operands already have the result's extents
 * (strides may be 0).
 *
 * @param key the name of the kernel
 * @param op the operation
 * @param dtypes the element type of each operand
 * @param operands where the elements of each operand lie, relative to its buffer
 * @param resultDTypes the element type of each result
 * @param results where the elements of each result lie, relative to its buffer
 * @param machine what the kernel is prepared for
 * @param constants the numbers of the operands whose elements never change
 */
public record KernelRequest(KernelKey key, Op op, List<DType> dtypes, List<Layout> operands,
    List<DType> resultDTypes, List<Layout> results, Machine machine, Set<Integer> constants) {

  /** Keeps copies of the collections. */
  public KernelRequest {
    dtypes = List.copyOf(dtypes);
    operands = List.copyOf(operands);
    resultDTypes = List.copyOf(resultDTypes);
    results = List.copyOf(results);
    constants = Set.copyOf(constants);
  }

  /** Makes a request with one result, all of whose operands may change. */
  public KernelRequest(KernelKey key, Op op, List<DType> dtypes, List<Layout> operands,
      DType resultDType, Layout result, Machine machine) {
    this(key, op, dtypes, operands, List.of(resultDType), List.of(result), machine, Set.of());
  }

  /** Returns the element type of the first result, mostly the only one. */
  public DType resultDType() {
    return resultDTypes.getFirst();
  }

  /** Returns where the elements of the first result lie. */
  public Layout result() {
    return results.getFirst();
  }
}
