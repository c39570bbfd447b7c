package org.tensorlogic.benchmarks;

import org.tensorlogic.engine.Compiled;
import org.tensorlogic.engine.Engine;
import org.tensorlogic.engine.EngineConfig;
import org.tensorlogic.ir.GraphBuilder;
import org.tensorlogic.ir.Node;
import org.tensorlogic.memory.Tensor;

/** A compiled graph of one output with its resident inputs, on an engine of its own. */
record Workload(Engine engine, Compiled compiled, Tensor... inputs) implements AutoCloseable {

  /** Compiles the graph of an output; the inputs stand in the order of their creation. */
  static Workload of(int threads, GraphBuilder builder, Node output, float[]... inputs) {
    Engine engine = Engine.create(EngineConfig.defaults().withThreads(threads));
    Compiled compiled = engine.compile(builder.build(output));
    var nodes = compiled.graph().inputs().values().toArray(Node[]::new);
    var tensors = new Tensor[nodes.length];
    for (int i = 0; i < nodes.length; i++) {
      tensors[i] = engine.tensor(inputs[i], nodes[i].shape().extents());
    }
    return new Workload(engine, compiled, tensors);
  }

  /** Runs once; the result belongs to the caller. */
  Tensor run() {
    return compiled.run(inputs);
  }

  @Override
  public void close() {
    engine.close();
  }
}
