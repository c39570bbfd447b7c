package org.tensorlogic.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs several commands in one process, so that the cache that the virtual machine writes at its
 * end (JEP 514) holds the classes of them all.
 */
final class Rehearsal {

  private Rehearsal() {}

  /** Runs the commands, which are separated by {@code --}, up to the first that fails. */
  public static void main(String[] arguments) {
    var out = new PrintWriter(System.out);
    var err = new PrintWriter(System.err, true);
    var words = new ArrayList<String>();
    for (String word : List.of(arguments)) {
      if (word.equals("--")) {
        run(out, err, words);
        words.clear();
      } else {
        words.add(word);
      }
    }
    run(out, err, words);
  }

  private static void run(PrintWriter out, PrintWriter err, List<String> words) {
    int code = Main.execute(out, err, words.toArray(String[]::new));
    if (code != 0) {
      System.exit(code);
    }
  }
}
