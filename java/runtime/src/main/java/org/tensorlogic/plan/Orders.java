package org.tensorlogic.plan;

import java.util.Map;
import org.tensorlogic.einsum.ContractionOrder;
import org.tensorlogic.einsum.EinsumSpec;
import org.tensorlogic.type.DType;

/** Where the planner gets orders of contraction from: a search, or what was found earlier. */
@FunctionalInterface
public interface Orders {

  /**
   * Returns the order that {@link ContractionOrder#search(EinsumSpec, Map, DType, long)} finds, and
   * throws what that throws.
   */
  ContractionOrder of(EinsumSpec spec, Map<Integer, Long> extents, DType dtype, long bytesMax);
}
