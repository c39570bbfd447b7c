package org.tensorlogic.ir;

import org.tensorlogic.error.Code;
import org.tensorlogic.error.Diagnostic;
import org.tensorlogic.error.GraphException;

/**
 * Graphs as bytes, for keeping them from one process to the next by one version of this system. All
 * that {@link GraphKey} compares is kept: graphs of equal bytes have equal keys, and a graph that
 * is read gives the bytes that it was read from.
 */
public final class GraphBytes {

  private GraphBytes() {}

  /** Returns the bytes of a graph. */
  public static byte[] write(Graph graph) {
    var writer = new GraphWriter();
    writer.graph(graph);
    return writer.bytes();
  }

  /**
   * Returns the graph of bytes. Its nodes are made anew with all checks of a builder, so that it is
   * legal whatever the bytes are.
   *
   * @throws GraphException when they are not those of a graph
   */
  public static Graph read(byte[] bytes) {
    try {
      return new GraphReader(bytes).whole();
    } catch (RuntimeException broken) {
      throw new GraphException(Diagnostic.error(Code.GRAPH,
          "these %d bytes are not a graph (%s)", bytes.length, broken.getMessage())
          .hint("read only bytes that GraphBytes.write of this version made"), broken);
    }
  }
}
