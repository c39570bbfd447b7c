package org.tensorlogic.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorlogic.error.GraphException;
import org.tensorlogic.ir.Blocked;
import org.tensorlogic.ir.Fused;
import org.tensorlogic.ir.Graph;
import org.tensorlogic.ir.GraphBytes;
import org.tensorlogic.ir.GraphKey;
import org.tensorlogic.ir.Loop;
import org.tensorlogic.ir.Node;
import org.tensorlogic.ir.Op;
import org.tensorlogic.ir.Verifier;

/** Graphs come back from their bytes as they were; other bytes are refused. */
class GraphBytesTest {

  private static final Map<String, Graph> CASES = GraphCases.all();

  static Set<String> cases() {
    return CASES.keySet();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void comesBackAsItWas(String name) {
    Graph graph = CASES.get(name);
    byte[] bytes = GraphBytes.write(graph);
    Graph again = GraphBytes.read(bytes);
    assertThat(again).hasToString(graph.toString());
    assertThat(GraphKey.of(again)).isEqualTo(GraphKey.of(graph));
    assertThat(GraphBytes.write(again)).isEqualTo(bytes);
  }

  @Test
  void casesHoldEveryKindOfOp() {
    var found = new HashSet<Class<?>>();
    CASES.values().forEach(graph -> collect(graph, found));
    assertThat(found).containsAll(kinds(Op.class).toList());
  }

  private static void collect(Graph graph, Set<Class<?>> found) {
    for (Node node : graph.nodes()) {
      found.add(node.op() instanceof Enum<?> function ? function.getDeclaringClass()
          : node.op().getClass());
      switch (node.op()) {
        case Loop loop -> collect(loop.body(), found);
        case Fused fused -> collect(fused.body(), found);
        case Blocked blocked -> collect(blocked.body(), found);
        case Op other -> assertThat(other.function()).isNotEmpty();
      }
    }
  }

  private static Stream<Class<?>> kinds(Class<?> kind) {
    return kind.isSealed() && kind.isInterface()
        ? Arrays.stream(kind.getPermittedSubclasses()).flatMap(GraphBytesTest::kinds)
        : Stream.of(kind);
  }

  @Test
  void loopsOfOneBodyKeepOneBody() {
    Graph again = GraphBytes.read(GraphBytes.write(CASES.get("loop")));
    assertThat(again.nodes().stream().map(Node::op).filter(Loop.class::isInstance)
        .map(op -> ((Loop) op).body()).toList()).hasSize(2).satisfies(bodies ->
            assertThat(bodies.getFirst()).isSameAs(bodies.getLast()));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void refusesWhatIsCutOff(String name) {
    byte[] bytes = GraphBytes.write(CASES.get(name));
    for (int length = 0; length < bytes.length; length += 1 + bytes.length / 300) {
      byte[] cut = Arrays.copyOf(bytes, length);
      assertThatThrownBy(() -> GraphBytes.read(cut)).isInstanceOf(GraphException.class)
          .hasMessageContaining("are not a graph").hasMessageContaining("hint: ");
    }
    byte[] more = Arrays.copyOf(bytes, bytes.length + 1);
    assertThatThrownBy(() -> GraphBytes.read(more)).isInstanceOf(GraphException.class)
        .hasMessageContaining("bytes are left over");
  }

  @ParameterizedTest
  @MethodSource("cases")
  void whateverIsReadIsLegal(String name) {
    byte[] bytes = GraphBytes.write(CASES.get(name));
    var random = new Random(7);
    int refused = 0;
    for (int trial = 0; trial < 300; trial++) {
      byte[] other = bytes.clone();
      other[random.nextInt(other.length)] ^= (byte) (1 << random.nextInt(8));
      try {
        Verifier.verify(GraphBytes.read(other));
      } catch (GraphException broken) {
        assertThat(broken).hasMessageContaining("hint: ");
        refused++;
      }
    }
    assertThat(refused).isPositive();
  }
}
