package org.tensorlogic.memory;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.ServiceLoader;
import org.tensorlogic.memory.NumaBinder.Pages;

/** Carries a strategy out on a machine. With less than two nodes it does nothing. Thread-safe. */
public final class NumaPolicy {

  /** Binds nothing. */
  public static final NumaPolicy NONE =
      new NumaPolicy(NumaStrategy.NONE, new NumaNodes(List.of()), Optional.empty());

  private final NumaStrategy strategy;
  private final NumaNodes nodes;
  private final Optional<NumaBinder> binder;
  /** The node of every processor, those of the engine's first node first. */
  private final List<NumaNodes.Node> seats = new ArrayList<>();

  /** Makes a policy for nodes of any kind; without a binder it does nothing. */
  public NumaPolicy(NumaStrategy strategy, NumaNodes nodes, Optional<NumaBinder> binder) {
    this.strategy = strategy;
    this.nodes = nodes;
    this.binder = strategy == NumaStrategy.NONE || nodes.nodes().size() < 2 ? Optional.empty()
        : binder;
    this.binder.ifPresent(present -> {
      int first = nodes.nodes().indexOf(nodes.of(present.processor()));
      for (int i = 0; i < nodes.nodes().size(); i++) {
        NumaNodes.Node node = nodes.nodes().get((first + i) % nodes.nodes().size());
        node.processors().forEach(_ -> seats.add(node));
      }
    });
  }

  /** Returns the policy of a strategy on this machine. */
  public static NumaPolicy of(NumaStrategy strategy) {
    return strategy == NumaStrategy.NONE ? NONE : new NumaPolicy(strategy, NumaNodes.system(),
        ServiceLoader.load(NumaBinder.class, NumaPolicy.class.getClassLoader()).findFirst());
  }

  /**
   * Binds the calling thread as one of an engine's workers.
   *
   * @param index its number among the workers; the first seat is the calling thread's
   */
  public void placeWorker(int index) {
    if (strategy == NumaStrategy.LOCAL_PREFERRED || strategy == NumaStrategy.LOCAL_STRICT) {
      binder.ifPresent(present ->
          present.bindThread(seats.get((index + 1) % seats.size()).processors()));
    }
  }

  /** Places the pages of a fresh block. */
  void placeBlock(MemorySegment block) {
    binder.ifPresent(present -> {
      if (strategy == NumaStrategy.LOCAL_STRICT) {
        present.bindPages(block, Pages.BOUND,
            List.of(nodes.of(present.processor()).number()));
      } else if (strategy == NumaStrategy.INTERLEAVE) {
        present.bindPages(block, Pages.INTERLEAVED,
            nodes.nodes().stream().map(NumaNodes.Node::number).toList());
      }
    });
  }

  /** Returns what the strategy comes to, for {@code info}. */
  @Override
  public String toString() {
    String name = strategy.name().toLowerCase(Locale.ROOT);
    if (strategy == NumaStrategy.NONE) {
      return name;
    }
    return name + (binder.isPresent() ? " over " + nodes.nodes().size() + " nodes"
        : nodes.nodes().size() < 2 ? ", without effect: there is one memory node"
        : ", without effect: nothing here can bind threads and memory");
  }
}
