package org.tensorlogic.einsum;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tensorlogic.error.ShapeException;
import org.tensorlogic.type.Dim;
import org.tensorlogic.type.Shape;

/**
 * A spec without ellipsis and the extent of each of its indices. Immutable.
 *
 * @param spec the spec with the axes under ellipses named
 * @param extents the extent of every index, in order of first occurrence
 */
public record EinsumBinding(EinsumSpec spec, Map<Integer, Dim> extents) {

  /** Keeps a copy of the map, in its order. */
  public EinsumBinding {
    spec.requireExpanded();
    extents = Collections.unmodifiableMap(new LinkedHashMap<>(extents));
  }

  /** Returns the shape of a tensor whose axes have these indices. */
  public Shape shape(List<Integer> term) {
    var dims = new ArrayList<Dim>(term.size());
    for (int index : term) {
      dims.add(extents.get(index));
    }
    return new Shape(dims);
  }

  /** Returns the shape of the result. */
  public Shape result() {
    return shape(spec.result());
  }

  /**
   * Returns the extents as numbers, as {@link ContractionOrder#search} wants them.
   *
   * @throws ShapeException when one is not known yet
   */
  public Map<Integer, Long> knownExtents() {
    var known = new LinkedHashMap<Integer, Long>();
    extents.forEach((index, dim) -> known.put(index, dim.extent()));
    return known;
  }
}
