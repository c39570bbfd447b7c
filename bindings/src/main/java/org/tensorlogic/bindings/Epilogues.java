package org.tensorlogic.bindings;

import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.tensorlogic.kernel.Kernel;
import org.tensorlogic.kernel.KernelRequest;
import org.tensorlogic.kernel.Offer;

/** Steps over the elements of a contraction's result, done tile by tile while caches hold them. */
final class Epilogues {

  private Epilogues() {}

  /**
   * See {@link org.tensorlogic.kernel.KernelProvider#withEpilogue}.
   *
   * @param offer makes the kernel over elements, where one is of use
   */
  static Optional<Kernel> of(NativeKernel product, KernelRequest request, int place,
      Supplier<Offer> offer) {
    if (!isProduct(product.symbol())
        || !(offer.get() instanceof Offer.Accepted(NativeKernel elements, _, _))
        || !isOverElements(elements.symbol())) {
      return Optional.empty();
    }
    // Else more threads would share the elements than share the product.
    long wanted = Math.min(request.machine().threads(), elements.tileCount());
    return product.tileCount() < wanted ? Optional.empty()
        : IntStream.range(0, elements.resultCount())
            .filter(result -> takesPlace(request, elements, place, result)).boxed().findFirst()
            .map(result -> product.withEpilogue(elements, place, result));
  }

  /** Whether a result may take an operand's place, element by element. */
  private static boolean takesPlace(KernelRequest request, NativeKernel elements, int place,
      int result) {
    return request.resultDTypes().get(result).bytes() == request.dtypes().get(place).bytes()
        && (elements.symbol().family().equals("pointwise") || elements.mayOverlay(place, result));
  }

  private static boolean isProduct(NativeSymbol symbol) {
    return symbol.family().equals("contract") && symbol.operandCount() == 2
        && !symbol.name().startsWith("contract_blas");
  }

  private static boolean isOverElements(NativeSymbol symbol) {
    return symbol.scratchBytes() == 0
        && (symbol.family().equals("pointwise") || symbol.name().startsWith("fused_map"));
  }
}
