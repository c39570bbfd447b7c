package org.tensorlogic.lang;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.tensorlogic.lang.check.Axis;
import org.tensorlogic.lang.check.CheckedQuery;
import org.tensorlogic.lang.check.Definition;
import org.tensorlogic.lang.check.Domain;
import org.tensorlogic.lang.check.IndexVariable;
import org.tensorlogic.lang.compile.GraphCompiler;
import org.tensorlogic.memory.Tensor;
import org.tensorlogic.type.DType;
import org.tensorlogic.type.Shape;

/** Reads the answer of a query off the whole tensor that it asks. */
final class Answers {
  private final String query;
  private final Definition definition;
  private final Tensor tensor;
  private final long[] extents;

  /**
   * Makes a reader.
   *
   * @param query as written, without the question mark
   * @param tensor of the definition
   */
  Answers(String query, Definition definition, Tensor tensor) {
    this.query = query;
    this.definition = definition;
    this.tensor = tensor;
    this.extents = tensor.layout().shape().extents();
  }

  Answer of(CheckedQuery asked) {
    return switch (asked) {
      case CheckedQuery.Bindings bindings -> bindings(bindings);
      case CheckedQuery.Part part -> part(part);
    };
  }

  private Answer bindings(CheckedQuery.Bindings asked) {
    int[] shown =
        IntStream.range(0, asked.variables().size())
            .filter(variable -> !isAnonymous(asked.variables().get(variable)))
            .toArray();
    double[] values = tensor.toDoubles();
    var found = new TreeSet<long[]>(order(asked, shown));
    var place = new long[extents.length];
    for (int i = 0; i < values.length; i++) {
      if (values[i] > 0) {
        place(i, place);
        long[] binding = binding(asked, place);
        if (binding != null) {
          found.add(binding);
        }
      }
    }
    if (shown.length == 0) {
      return new Answer.Truth(query, !found.isEmpty());
    }
    List<String> names =
        IntStream.of(shown).mapToObj(each -> asked.variables().get(each).name()).toList();
    List<List<String>> rows = new ArrayList<>();
    for (long[] binding : found) {
      rows.add(
          IntStream.of(shown)
              .mapToObj(each -> asked.variables().get(each).domain().label(binding[each]))
              .toList());
    }
    return new Answer.Bindings(query, names, rows);
  }

  private static boolean isAnonymous(IndexVariable variable) {
    return variable.name().matches("_\\d+");
  }

  private void place(long offset, long[] place) {
    long rest = offset;
    for (int axis = place.length - 1; axis >= 0; axis--) {
      place[axis] = rest % extents[axis];
      rest /= extents[axis];
    }
  }

  /** The values of the variables at a place, or null where the query's pattern does not fit it. */
  private static long[] binding(CheckedQuery.Bindings asked, long[] place) {
    var binding = new long[asked.variables().size()];
    Arrays.fill(binding, -1);
    for (int axis = 0; axis < place.length; axis++) {
      Axis how = asked.axes().get(axis);
      if (how instanceof Axis.Fixed fixed && fixed.position() != place[axis]) {
        return null;
      }
      if (how instanceof Axis.Along along) {
        long known = binding[along.variable()];
        if (known >= 0 && known != place[axis]) {
          return null;
        }
        binding[along.variable()] = place[axis];
      }
    }
    return binding;
  }

  private static Comparator<long[]> order(CheckedQuery.Bindings asked, int[] shown) {
    Comparator<long[]> order = (a, b) -> 0;
    for (int variable : shown) {
      Domain domain = asked.variables().get(variable).domain();
      Comparator<long[]> next =
          domain.isSymbolic()
              ? Comparator.comparing(row -> domain.label(row[variable]))
              : Comparator.comparingLong(row -> row[variable]);
      order = order.thenComparing(next);
    }
    return order;
  }

  private Answer part(CheckedQuery.Part asked) {
    long[] shape =
        asked.variables().stream().mapToLong(IndexVariable::extent).toArray();
    double[] values = tensor.toDoubles();
    int count = Math.toIntExact(Shape.countOf(shape));
    var selected = new double[count];
    var index = new long[shape.length];
    for (int i = 0; i < count; i++) {
      long offset = 0;
      for (int axis = 0; axis < extents.length; axis++) {
        offset = offset * extents[axis] + position(asked.axes().get(axis), index);
      }
      selected[i] = values[Math.toIntExact(offset)];
      advance(index, shape);
    }
    return new Answer.Values(query, definitionDType(), Shape.of(shape), selected);
  }

  private DType definitionDType() {
    return GraphCompiler.dtype(definition);
  }

  private static void advance(long[] index, long[] shape) {
    for (int axis = shape.length - 1; axis >= 0 && ++index[axis] == shape[axis]; axis--) {
      index[axis] = 0;
    }
  }

  private static long position(Axis axis, long[] index) {
    return switch (axis) {
      case Axis.Along along -> index[along.variable()];
      case Axis.Fixed fixed -> fixed.position();
      case Axis.Strided strided -> strided.start() + strided.step() * index[strided.variable()];
      case Axis.Shifted _, Axis.Combined _, Axis.Quotient _ ->
          throw new IllegalStateException("the checker refuses " + axis + " in a query");
    };
  }
}
