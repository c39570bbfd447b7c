package org.tensorlogic.rewrite;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.tensorlogic.ir.Binary;
import org.tensorlogic.ir.GraphBuilder;
import org.tensorlogic.ir.Node;
import org.tensorlogic.ir.Ops;
import org.tensorlogic.ir.Reduction;
import org.tensorlogic.type.DType;

/** What is known of elements, and that nothing is claimed that is not known. */
class BoundsTest {

  private static final double UNKNOWN = Double.NEGATIVE_INFINITY;

  private final GraphBuilder builder = new GraphBuilder();
  private final Node x = builder.input("x", DType.F32, 4, 4);

  private Node shifted(Reduction shift, List<Integer> along, List<Integer> places) {
    Node most = Ops.reduce(shift, x, along);
    return Ops.exp(Ops.sub(x, Ops.broadcast(most, x.shape(), places)));
  }

  @Test
  void somethingIsKnownOfNumbersFunctionsAndSums() {
    assertThat(Bounds.least(Ops.scalar(x, -2.5))).isEqualTo(-2.5);
    assertThat(Bounds.least(Ops.exp(x))).isZero();
    assertThat(Bounds.least(Ops.mul(x, x))).isZero();
    assertThat(Bounds.least(Ops.sum(Ops.abs(x), 1))).isZero();
    Node variance = Ops.div(Ops.sum(Ops.square(x), 1), Ops.scalar(Ops.sum(x, 1), 4));
    Node deviation = Ops.sqrt(Ops.add(variance, Ops.scalar(variance, 0.25)));
    assertThat(Bounds.least(deviation)).isEqualTo(0.5);
    assertThat(Bounds.least(Ops.binary(Binary.MAX, x, Ops.scalar(x, 3))))
        .isEqualTo(3);
  }

  @Test
  void exponentialsBelowTheirGreatestAddUpToOneOrMore() {
    assertThat(Bounds.least(Ops.sum(shifted(Reduction.MAX, List.of(1), List.of(0)), 1)))
        .isEqualTo(1);
    // The greatest of other rows, of columns, and the smallest: the sum may be anything.
    assertThat(Bounds.least(Ops.sum(shifted(Reduction.MAX, List.of(1), List.of(1)), 1))).isZero();
    assertThat(Bounds.least(Ops.sum(shifted(Reduction.MAX, List.of(0), List.of(1)), 1))).isZero();
    assertThat(Bounds.least(Ops.sum(shifted(Reduction.MIN, List.of(1), List.of(0)), 1))).isZero();
  }

  @Test
  void nothingIsKnownOfInputsDifferencesAndWhatIsMadeOfThem() {
    assertThat(Bounds.least(x)).isEqualTo(UNKNOWN);
    assertThat(Bounds.least(Ops.sub(Ops.exp(x), Ops.exp(x)))).isEqualTo(UNKNOWN);
    assertThat(Bounds.least(Ops.add(Ops.exp(x), x))).isEqualTo(UNKNOWN);
    assertThat(Bounds.least(Ops.mul(Ops.exp(x), x))).isEqualTo(UNKNOWN);
    assertThat(Bounds.least(Ops.sum(x, 1))).isEqualTo(UNKNOWN);
  }
}
