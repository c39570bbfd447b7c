package org.tensorlogic.kernel.reference;

import org.tensorlogic.ir.Binary;
import org.tensorlogic.ir.Blocked;
import org.tensorlogic.ir.Constant;
import org.tensorlogic.ir.Convert;
import org.tensorlogic.ir.Einsum;
import org.tensorlogic.ir.Fused;
import org.tensorlogic.ir.Input;
import org.tensorlogic.ir.Loop;
import org.tensorlogic.ir.Movement;
import org.tensorlogic.ir.Reduce;
import org.tensorlogic.ir.Select;
import org.tensorlogic.ir.Unary;
import org.tensorlogic.kernel.Kernel;
import org.tensorlogic.kernel.KernelProvider;
import org.tensorlogic.kernel.KernelRequest;
import org.tensorlogic.kernel.Offer;

/**
 * The provider that computes everything, from the definitions of the ops: the last one that engines
 * ask, and the oracle of all others. Reals are computed in double and rounded once to the result's
 * dtype, i64 is exact and wraps. Thread-safe; holds nothing.
 */
public final class ReferenceProvider implements KernelProvider {

  /** Makes the provider. */
  public ReferenceProvider() {}

  @Override
  public String name() {
    return "reference";
  }

  @Override
  public int priority() {
    return 0;
  }

  /** Accepts every op but fused regions, which it computes op by op. */
  @Override
  public Offer offer(KernelRequest request) {
    return request.op() instanceof Fused ? new Offer.Declined("computes regions op by op")
        : new Offer.Accepted(kernel(request));
  }

  @Override
  public String describe() {
    return "plain Java on " + System.getProperty("java.vm.name") + ' '
        + System.getProperty("java.version")
        + "\ncomputes f64, f32, i64 and bool; declines fused regions only";
  }

  private static Kernel kernel(KernelRequest request) {
    return switch (request.op()) {
      case Unary unary -> unary(request, unary);
      case Binary binary -> binary(request, binary);
      case Select select -> select(request);
      case Convert convert -> copy(request);
      case Reduce reduce -> FoldKernel.of(request, reduce);
      case Einsum einsum -> FoldKernel.of(request, einsum);
      case Movement movement -> movement(request, movement);
      case Input input -> throw computesNothing(request);
      case Constant constant -> throw computesNothing(request);
      case Loop loop -> throw computesNothing(request);
      case Fused fused -> throw computesNothing(request);
      case Blocked blocked -> throw computesNothing(request);
    };
  }

  private static Kernel movement(KernelRequest request, Movement movement) {
    return switch (movement) {
      case Movement.Gather gather -> new GatherKernel(request, gather);
      case Movement.Permute permute -> copy(request);
      case Movement.Reshape reshape -> throw computesNothing(request);
      case Movement.Slice slice -> throw computesNothing(request);
      case Movement.Pad pad -> throw computesNothing(request);
      case Movement.Broadcast broadcast -> throw computesNothing(request);
      case Movement.Concat concat -> throw computesNothing(request);
    };
  }

  private static IllegalArgumentException computesNothing(KernelRequest request) {
    return new IllegalArgumentException("a plan asks for no kernel for "
        + request.op().function() + ": it is views and copies");
  }

  private static Kernel unary(KernelRequest request, Unary unary) {
    return new PointwiseKernel(request, (operands, result, count) -> {
      for (int i = 0; i < count; i++) {
        result[i] = unary.apply(operands[0][i]);
      }
    }, (operands, result, count) -> {
      for (int i = 0; i < count; i++) {
        result[i] = unary.applyExact(operands[0][i]);
      }
    });
  }

  private static Kernel binary(KernelRequest request, Binary binary) {
    return new PointwiseKernel(request, (operands, result, count) -> {
      for (int i = 0; i < count; i++) {
        result[i] = binary.apply(operands[0][i], operands[1][i]);
      }
    }, (operands, result, count) -> {
      for (int i = 0; i < count; i++) {
        result[i] = binary.applyExact(operands[0][i], operands[1][i]);
      }
    });
  }

  private static Kernel select(KernelRequest request) {
    return new PointwiseKernel(request, (operands, result, count) -> {
      for (int i = 0; i < count; i++) {
        result[i] = operands[0][i] != 0 ? operands[1][i] : operands[2][i];
      }
    }, (operands, result, count) -> {
      for (int i = 0; i < count; i++) {
        result[i] = operands[0][i] != 0 ? operands[1][i] : operands[2][i];
      }
    });
  }

  /** The same elements; writing converts them where the dtypes differ. */
  private static Kernel copy(KernelRequest request) {
    return new PointwiseKernel(request,
        (operands, result, count) -> System.arraycopy(operands[0], 0, result, 0, count),
        (operands, result, count) -> System.arraycopy(operands[0], 0, result, 0, count));
  }
}
