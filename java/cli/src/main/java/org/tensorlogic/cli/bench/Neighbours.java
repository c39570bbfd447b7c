package org.tensorlogic.cli.bench;

/** Threads outside the engine's pool that keep a processor busy each until they are closed. */
final class Neighbours implements AutoCloseable {

  private volatile boolean closed;

  /** Starts so many; 0 for none. */
  Neighbours(int count) {
    for (int i = 0; i < count; i++) {
      Thread.ofPlatform().daemon().name("neighbour-" + i).start(this::spin);
    }
  }

  private void spin() {
    long turns = 0;
    while (!closed) {
      turns++;
    }
    assert turns >= 0;
  }

  @Override
  public void close() {
    closed = true;
  }
}
