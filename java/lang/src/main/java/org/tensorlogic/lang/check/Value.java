package org.tensorlogic.lang.check;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.tensorlogic.error.Origin;
import org.tensorlogic.lang.syntax.Comparison;

/**
 * A checked expression: every name is resolved, every constant is a position, and every function
 * has its number of arguments. Variables are positions in the statement's list.
 */
public sealed interface Value {

  /** A number. */
  record Constant(double value) implements Value {}

  /** The position of an index, as a number. */
  record Position(int variable) implements Value {}

  /**
   * An element of a tensor or relation.
   *
   * @param name a key of {@link CheckedProgram#definitions()}
   * @param axes one an axis of the definition
   * @param truth whether it is read with parentheses: true where the element is above 0
   * @param state the step it is read at if the name is the state of a scan
   * @param origin its place
   */
  record Element(String name, List<Axis> axes, boolean truth, Optional<State> state, Origin origin)
      implements Value {}

  /**
   * A step of a scan, from a virtual index {@code *t+1}.
   *
   * @param variable the index that the scan runs along
   * @param offset added to it
   */
  record State(int variable, long offset) {}

  /**
   * A function of its joined and projected arguments.
   *
   * @param along the normalised index for functions of {@link Function.Kind#ALONG}
   */
  record Call(Function function, List<Value> arguments, Optional<Integer> along, Origin origin)
      implements Value {}

  /**
   * Arguments one after the other along an index of the left side.
   *
   * @param parts the arguments
   * @param partVariables for each argument the index that is joined
   * @param along the index of the left side, whose extent is the sum of theirs
   */
  record Concat(List<Value> parts, List<Integer> partVariables, int along, Origin origin)
      implements Value {}

  /** A sum; the flags tell which terms are subtracted. */
  record Sum(List<Value> terms, List<Boolean> negative) implements Value {}

  /** A product; the flags tell which factors divide. */
  record Product(List<Value> factors, List<Boolean> divides) implements Value {}

  /** A comparison, true or false. */
  record Compare(Comparison comparison, Value left, Value right) implements Value {}

  /** True where all parts are above 0. */
  record And(List<Value> parts) implements Value {}

  /** True where any part is above 0. */
  record Or(List<Value> parts) implements Value {}

  /**
   * True where the part is not above 0.
   *
   * @param over the variables for no value of which it may be; they stand nowhere else
   */
  record Not(Value part, Set<Integer> over) implements Value {}

  /** Returns the parts of this value, one level down. */
  default List<Value> parts() {
    return switch (this) {
      case Constant _, Position _, Element _ -> List.of();
      case Call call -> call.arguments();
      case Concat concat -> concat.parts();
      case Sum sum -> sum.terms();
      case Product product -> product.factors();
      case Compare compare -> List.of(compare.left(), compare.right());
      case And and -> and.parts();
      case Or or -> or.parts();
      case Not not -> List.of(not.part());
    };
  }

  /** Returns the variables that occur in this value, each once, in rising order. */
  default IntStream variables() {
    return everyVariable().distinct().sorted();
  }

  private IntStream everyVariable() {
    return switch (this) {
      case Position position -> IntStream.of(position.variable());
      case Element element -> element.axes().stream().flatMapToInt(Axis::variables);
      case Constant _ -> IntStream.empty();
      case Call _, Concat _, Sum _, Product _, Compare _, And _, Or _ ->
          parts().stream().flatMapToInt(Value::everyVariable);
      case Not not -> not.part().everyVariable().filter(v -> !not.over().contains(v));
    };
  }
}
