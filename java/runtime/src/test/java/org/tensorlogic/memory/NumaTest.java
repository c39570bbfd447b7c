package org.tensorlogic.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorlogic.memory.NumaNodes.Node;

/** Memory nodes as trees like those of Linux tell them, and what strategies ask the system for. */
class NumaTest {

  private static final NumaNodes TWO =
      new NumaNodes(List.of(new Node(0, List.of(0, 1)), new Node(2, List.of(4, 5))));

  @TempDir
  private Path folder;

  private Path status;
  private final List<String> asked = new ArrayList<>();

  /** Runs on processor 4 and notes what it is asked. */
  private final class Noting implements NumaBinder {
    @Override
    public int processor() {
      return 4;
    }

    @Override
    public boolean bindThread(List<Integer> processors) {
      return asked.add("thread " + processors);
    }

    @Override
    public boolean bindPages(MemorySegment block, Pages pages, List<Integer> nodes) {
      return asked.add(block.byteSize() + " bytes " + pages + " " + nodes);
    }
  }

  @BeforeEach
  void everythingIsAllowed() throws IOException {
    status = folder.resolve("status");
    Files.writeString(status, "Name:\tjava\nCpus_allowed_list:\t0-7\n");
  }

  private void node(int number, String processors) throws IOException {
    Path node = Files.createDirectory(folder.resolve("node" + number));
    Files.writeString(node.resolve("cpulist"), processors + "\n");
  }

  private List<Node> read() {
    return NumaNodes.of(folder, status).nodes();
  }

  @Test
  void readsNodesAndTheirProcessors() throws IOException {
    Files.writeString(folder.resolve("online"), "0-1,3\n");
    node(0, "0-1,4");
    node(1, ""); // memory alone
    node(3, "2,3,5-7");
    assertThat(read()).containsExactly(new Node(0, List.of(0, 1, 4)),
        new Node(3, List.of(2, 3, 5, 6, 7)));
    Files.writeString(status, "Cpus_allowed_list:\t2-4\n");
    assertThat(read()).containsExactly(new Node(0, List.of(4)), new Node(3, List.of(2, 3)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"zero", "-1", "0-99999999", "0-1-2", "0,9"})
  void nonsenseIsNoNode(String online) throws IOException {
    Files.writeString(folder.resolve("online"), online);
    node(0, "0-1");
    assertThat(read()).isEmpty();
    assertThat(NumaNodes.of(folder.resolve("missing"), status).nodes()).isEmpty();
  }

  @Test
  void thisMachineHasANodeOfEveryProcessorOrTellsNone() {
    List<Node> nodes = NumaNodes.system().nodes();
    assertThat(nodes.isEmpty() || nodes.stream().mapToInt(node -> node.processors().size()).sum()
        >= Runtime.getRuntime().availableProcessors()).isTrue();
  }

  private void place(NumaStrategy strategy, NumaNodes nodes, int workers) {
    var policy = new NumaPolicy(strategy, nodes, Optional.of(new Noting()));
    for (int i = 0; i < workers; i++) {
      policy.placeWorker(i);
    }
    try (var pool = new MemoryPool(64L << 20, AllocationStrategy.EXACT_FIT, policy,
        () -> { })) {
      pool.acquire(1024);
      pool.release(pool.acquire(4 << 20));
      pool.acquire(4 << 20);
    }
  }

  /** The caller sits on node 2, so that its other processor comes first. */
  @Test
  void preferringFillsTheNodesInTurn() {
    place(NumaStrategy.LOCAL_PREFERRED, TWO, 5);
    assertThat(asked).containsExactly("thread [4, 5]", "thread [0, 1]", "thread [0, 1]",
        "thread [4, 5]", "thread [4, 5]");
  }

  @Test
  void strictBindsFreshBlocksToTheAskingThreadsNode() {
    place(NumaStrategy.LOCAL_STRICT, TWO, 1);
    assertThat(asked).containsExactly("thread [4, 5]", "4194304 bytes BOUND [2]");
  }

  @Test
  void interleavingLeavesThreadsAlone() {
    place(NumaStrategy.INTERLEAVE, TWO, 3);
    assertThat(asked).containsExactly("4194304 bytes INTERLEAVED [0, 2]");
  }

  @Test
  void oneNodeNeedsNothingAndSaysSo() {
    var one = new NumaNodes(List.of(new Node(0, List.of(0, 1))));
    for (NumaStrategy strategy : NumaStrategy.values()) {
      place(strategy, one, 3);
    }
    place(NumaStrategy.NONE, TWO, 3);
    assertThat(asked).isEmpty();
    assertThat(new NumaPolicy(NumaStrategy.INTERLEAVE, one, Optional.of(new Noting())))
        .hasToString("interleave, without effect: there is one memory node");
    assertThat(new NumaPolicy(NumaStrategy.INTERLEAVE, TWO, Optional.empty()))
        .hasToString("interleave, without effect: nothing here can bind threads and memory");
    assertThat(new NumaPolicy(NumaStrategy.LOCAL_STRICT, TWO, Optional.of(new Noting())))
        .hasToString("local_strict over 2 nodes");
    assertThat(NumaPolicy.of(NumaStrategy.NONE)).hasToString("none");
  }
}
