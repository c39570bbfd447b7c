package org.tensorlogic.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Tells a person at a terminal that work of more than two seconds goes on; anywhere else it is
 * silent. Closing it clears the line.
 */
final class Progress implements AutoCloseable {

  private static final long FIRST_SECONDS = 2;
  private static final Path STANDARD_ERROR = Path.of("/proc/self/fd/2");

  private final CountDownLatch done = new CountDownLatch(1);
  private final Thread thread;

  private Progress(Thread.Builder builder, Supplier<String> title, PrintWriter err) {
    this.thread = builder.unstarted(() -> report(title, err));
  }

  /** Starts to watch work of a title. */
  static Progress of(String title, PrintWriter err) {
    return of(() -> title, err);
  }

  /** Starts to watch work whose title tells how far it is. */
  static Progress of(Supplier<String> title, PrintWriter err) {
    var progress = new Progress(Thread.ofPlatform().daemon().name("progress"), title, err);
    if (isTerminal()) {
      progress.thread.start();
    }
    return progress;
  }

  private static boolean isTerminal() {
    var console = System.console();
    if (console == null || !console.isTerminal()) {
      return false;
    }
    try {
      String device = Files.exists(STANDARD_ERROR) ? STANDARD_ERROR.toRealPath().toString() : "";
      return device.isEmpty() || device.startsWith("/dev/pts/") || device.startsWith("/dev/tty");
    } catch (IOException _) { // dropped: a pipe has no path
      return false;
    }
  }

  private void report(Supplier<String> title, PrintWriter err) {
    try {
      long seconds = FIRST_SECONDS;
      if (done.await(FIRST_SECONDS, TimeUnit.SECONDS)) {
        return;
      }
      do {
        err.print("\r" + title.get() + ": " + seconds++ + " s");
        err.flush();
      } while (!done.await(1, TimeUnit.SECONDS));
      err.print("\r\u001b[K");
      err.flush();
    } catch (InterruptedException _) { // dropped: the flag is set
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    done.countDown();
    try {
      thread.join();
    } catch (InterruptedException _) { // dropped: the flag is set
      Thread.currentThread().interrupt();
    }
  }
}
