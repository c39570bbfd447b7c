package org.tensorlogic.memory;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import org.tensorlogic.error.ClosedException;
import org.tensorlogic.error.Code;
import org.tensorlogic.error.Diagnostic;

/** Owns tensors and closes them together, the last one first. Safe for any number of threads. */
public final class Scope implements AutoCloseable {

  private final Deque<Tensor> owned = new ArrayDeque<>();
  private boolean closed;

  /** Makes a scope that owns nothing yet. */
  public Scope() {}

  /** Takes over a tensor and returns it; a closed scope closes it and throws a ClosedException. */
  public synchronized Tensor own(Tensor tensor) {
    if (closed) {
      tensor.close();
      throw new ClosedException(Diagnostic.error(Code.USE_AFTER_CLOSE,
          "a tensor %s was given to a closed scope", tensor.type())
          .hint("close the scope after its last use"));
    }
    owned.push(tensor);
    return tensor;
  }

  /** Takes over some tensors and returns them. */
  public <T extends Collection<Tensor>> T own(T tensors) {
    tensors.forEach(this::own);
    return tensors;
  }

  /** Closes all tensors owned. */
  @Override
  public synchronized void close() {
    closed = true;
    while (!owned.isEmpty()) {
      owned.pop().close();
    }
  }
}
