package org.tensorlogic.engine;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.tensorlogic.einsum.ContractionOrder;
import org.tensorlogic.einsum.EinsumSpec;
import org.tensorlogic.error.GraphException;
import org.tensorlogic.exec.GraphRunner;
import org.tensorlogic.exec.Jit;
import org.tensorlogic.exec.Resources;
import org.tensorlogic.ir.Graph;
import org.tensorlogic.ir.GraphBytes;
import org.tensorlogic.ir.Node;
import org.tensorlogic.plan.KernelRegistry;
import org.tensorlogic.plan.Orders;
import org.tensorlogic.rewrite.OptimizationLevel;
import org.tensorlogic.rewrite.Optimizer;
import org.tensorlogic.type.DType;
import org.tensorlogic.type.TensorType;

/**
 * What compiling and planning found, kept in a folder: optimised graphs and orders of contraction.
 * Safe for any number of threads.
 */
final class KeptCompilations implements Orders {

  /** Fewer nodes are optimised about as soon as a file is read: 196 took 40 ms either way. */
  private static final int NODES_MIN = 256;
  /** The order of fewer operands is found sooner. */
  private static final int OPERANDS_MIN = 7;

  private final CompiledFolder folder;

  private KeptCompilations(CompiledFolder folder) {
    this.folder = folder;
  }

  /** Returns what is kept in a folder by engines of this build and setup on this hardware. */
  static KeptCompilations in(Path folder, EngineConfig config, KernelRegistry registry) {
    var setup = new StringBuilder();
    for (Object term : List.of(Version.TEXT, Build.of(Optimizer.class),
        System.getProperty("os.arch"), config.jit().initial(), config.einsumBytesMax())) {
      setup.append(term).append('\n');
    }
    registry.providers().forEach(provider -> setup.append(provider.name()).append('\n')
        .append(provider.identity()).append('\n'));
    return new KeptCompilations(
        new CompiledFolder(folder, config.compiledFolderBytesMax(), setup.toString()));
  }

  CompileStatistics.Folder statistics() {
    return folder.statistics();
  }

  /** Returns what runs a graph, optimised now or before. */
  GraphRunner runner(Graph graph, Resources resources, Jit jit) {
    if (graph.nodes().size() < NODES_MIN || jit.config().initial() == OptimizationLevel.NONE) {
      return new GraphRunner(graph, resources, jit);
    }
    byte[] key = folder.key("graph", GraphBytes.write(graph));
    byte[] value = folder.find(key);
    if (value != null) {
      Graph optimised = optimised(value, graph);
      if (optimised != null) {
        return new GraphRunner(graph, optimised, resources, jit);
      }
      folder.refuse();
    }
    var fresh = new GraphRunner(graph, resources, jit);
    folder.keep(key, GraphBytes.write(fresh.optimised().graph()));
    return fresh;
  }

  private static Graph optimised(byte[] value, Graph source) {
    try {
      Graph graph = GraphBytes.read(value);
      return ends(graph.inputs()).equals(ends(source.inputs()))
          && ends(graph.outputs()).equals(ends(source.outputs())) ? graph : null;
    } catch (GraphException refused) { // dropped: the caller counts it and optimises anew
      return null;
    }
  }

  private static List<Map.Entry<String, TensorType>> ends(Map<String, Node> nodes) {
    return nodes.entrySet().stream()
        .map(end -> Map.entry(end.getKey(), end.getValue().type())).toList();
  }

  @Override
  public ContractionOrder of(EinsumSpec spec, Map<Integer, Long> extents, DType dtype,
      long bytesMax) {
    if (spec.operands().size() < OPERANDS_MIN) {
      return ContractionOrder.search(spec, extents, dtype, bytesMax);
    }
    byte[] key = folder.key("order", "%s %s %s %d".formatted(spec, extents, dtype, bytesMax)
        .getBytes(StandardCharsets.UTF_8));
    byte[] value = folder.find(key);
    if (value != null) {
      try {
        return ContractionOrder.of(spec, extents, steps(value));
      } catch (IllegalArgumentException refused) { // dropped: counted, and searched anew
        folder.refuse();
      }
    }
    ContractionOrder found = ContractionOrder.search(spec, extents, dtype, bytesMax);
    folder.keep(key, bytes(found));
    return found;
  }

  private static byte[] bytes(ContractionOrder order) {
    var bytes = ByteBuffer.allocate(order.steps().size() * 2 * Integer.BYTES);
    order.steps().forEach(step -> bytes.putInt(step.operands().getFirst())
        .putInt(step.operands().size() == 1 ? -1 : step.operands().getLast()));
    return bytes.array();
  }

  private static List<List<Integer>> steps(byte[] value) {
    var steps = new ArrayList<List<Integer>>();
    var bytes = ByteBuffer.wrap(value);
    while (bytes.remaining() >= 2 * Integer.BYTES) {
      int first = bytes.getInt();
      int second = bytes.getInt();
      steps.add(second < 0 ? List.of(first) : List.of(first, second));
    }
    return steps;
  }
}
