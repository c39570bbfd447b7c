package org.tensorlogic.bindings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.tensorlogic.exec.PoolConfig;
import org.tensorlogic.exec.WorkerPool;
import org.tensorlogic.memory.NumaBinder.Pages;
import org.tensorlogic.memory.NumaNodes;
import org.tensorlogic.memory.NumaNodes.Node;
import org.tensorlogic.memory.NumaPolicy;
import org.tensorlogic.memory.NumaStrategy;

/** What Linux says of threads and memory after they were bound, on a machine of any kind. */
class NativeNumaTest {

  private final NativeNuma numa = new NativeNuma();

  /** What the calling thread may run on, such as {@code 0-1}. */
  private static String allowed() {
    try (var lines = Files.lines(Path.of("/proc/thread-self/status"))) {
      return lines.filter(line -> line.startsWith("Cpus_allowed_list:")).findFirst().orElseThrow()
          .split("\\s+")[1];
    } catch (IOException failure) {
      throw new AssertionError(failure);
    }
  }

  private static List<Integer> processors() {
    return NumaNodes.system().nodes().stream().flatMap(node -> node.processors().stream())
        .toList();
  }

  private static <T> T inThread(java.util.concurrent.Callable<T> work) throws Exception {
    var task = new FutureTask<>(work);
    new Thread(task).start();
    return task.get(1, TimeUnit.MINUTES);
  }

  @Test
  void aThreadStaysWhereItIsBound() throws Exception {
    for (int processor : processors()) {
      assertThat(inThread(() -> numa.bindThread(List.of(processor)) + " " + allowed() + " "
          + numa.processor())).isEqualTo("true " + processor + " " + processor);
    }
  }

  @Test
  void whatTheSystemRefusesStaysAsItWas() throws Exception {
    String before = allowed();
    assertThat(inThread(() -> numa.bindThread(List.of(60_000)) + " " + allowed()))
        .isEqualTo("false " + before);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment block = new NativePages().map(1 << 20, 64, arena).orElseThrow();
      assertThat(numa.bindPages(block, Pages.BOUND, List.of(900))).isFalse();
    }
  }

  @Test
  void pagesComeFromWhereTheyAreBound() throws IOException {
    int node = NumaNodes.system().nodes().getFirst().number();
    for (Pages pages : Pages.values()) {
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment block = new NativePages().map(8 << 20, 4096, arena).orElseThrow();
        assumeTrue(numa.bindPages(block, pages, List.of(node)),
            "this process may not call mbind");
        block.fill((byte) 1);
        String address = Long.toHexString(block.address()) + " ";
        try (var lines = Files.lines(Path.of("/proc/self/numa_maps"))) {
          assertThat(lines.filter(line -> line.startsWith(address)).toList()).singleElement()
              .asString().contains((pages == Pages.BOUND ? "bind:" : "interleave:") + node)
              .contains("N" + node + "=");
        }
      }
    }
  }

  /** Two nodes are made of the machine's first and last processor. */
  @Test
  void workersStayOnTheirNodes() throws Exception {
    List<Integer> all = processors();
    var nodes = new NumaNodes(List.of(new Node(0, List.of(all.getFirst())),
        new Node(1, List.of(all.getLast()))));
    String before = allowed();
    for (NumaStrategy strategy : NumaStrategy.values()) {
      Map<String, String> found = new ConcurrentHashMap<>();
      var policy = new NumaPolicy(strategy, nodes, Optional.of(numa));
      var everybody = new CountDownLatch(3);
      try (var pool = new WorkerPool(PoolConfig.of(3), policy)) {
        pool.run(3, (_, _) -> {
          found.put(Thread.currentThread().getName(), allowed());
          everybody.countDown();
          try {
            assertThat(everybody.await(1, TimeUnit.MINUTES)).isTrue();
          } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
          }
        });
      }
      boolean binds = strategy.name().startsWith("LOCAL");
      List<String> workers = List.of(found.remove("tensorlogic-worker-0"),
          found.remove("tensorlogic-worker-1"));
      assertThat(found.values()).as("the caller").containsExactly(before);
      if (binds) {
        assertThat(workers).containsExactlyInAnyOrder("" + all.getFirst(), "" + all.getLast());
      } else {
        assertThat(workers).containsExactly(before, before);
      }
    }
  }
}
