package org.tensorlogic.memory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The memory nodes that have processors which this process may use.
 *
 * @param nodes in the order of their numbers; none where the system does not tell
 */
public record NumaNodes(List<Node> nodes) {

  /** A system of more processors than this tells nonsense. */
  private static final int PROCESSORS_MAX = 1 << 16;

  /** A node and its processors. */
  public record Node(int number, List<Integer> processors) {}

  /** Keeps a copy. */
  public NumaNodes {
    nodes = List.copyOf(nodes);
  }

  /** Returns the nodes of this machine. */
  public static NumaNodes system() {
    return of(Path.of("/sys/devices/system/node"), Path.of("/proc/self/status"));
  }

  /**
   * Reads a folder such as {@code /sys/devices/system/node}, as Linux documents it.
   *
   * @param status such as {@code /proc/self/status}, which tells what the process may use
   */
  static NumaNodes of(Path folder, Path status) {
    var nodes = new ArrayList<Node>();
    try {
      List<Integer> allowed = allowed(status);
      for (int number : numbers(Files.readString(folder.resolve("online")))) {
        var processors = new ArrayList<>(
            numbers(Files.readString(folder.resolve("node" + number).resolve("cpulist"))));
        processors.retainAll(allowed);
        if (!processors.isEmpty()) {
          nodes.add(new Node(number, List.copyOf(processors)));
        }
      }
    } catch (IOException | NumberFormatException untold) { // dropped: other systems do not tell
      nodes.clear();
    }
    return new NumaNodes(nodes);
  }

  private static List<Integer> allowed(Path status) throws IOException {
    String field = "Cpus_allowed_list:";
    for (String line : Files.readAllLines(status)) {
      if (line.startsWith(field)) {
        return numbers(line.substring(field.length()));
      }
    }
    throw new IOException(status + " has no " + field);
  }

  /** Numbers and ranges with commas between, such as {@code 0-3,8}. */
  private static List<Integer> numbers(String list) {
    var numbers = new ArrayList<Integer>();
    for (String range : list.strip().split(",")) {
      if (!range.isEmpty()) {
        int dash = range.indexOf('-');
        int first = Integer.parseInt(dash < 0 ? range : range.substring(0, dash));
        int last = Integer.parseInt(range.substring(dash + 1));
        if (first < 0 || last > PROCESSORS_MAX) {
          throw new NumberFormatException(range);
        }
        for (int i = first; i <= last; i++) {
          numbers.add(i);
        }
      }
    }
    return numbers;
  }

  /** Returns the node of a processor, or the first one where none has it. */
  Node of(int processor) {
    return nodes.stream().filter(node -> node.processors().contains(processor)).findFirst()
        .orElse(nodes.getFirst());
  }
}
