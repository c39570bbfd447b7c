package org.tensorlogic.bindings;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the source of a family's one list says of its functions: {@code kernels.inc}. */
final class KernelList {

  private static final Pattern ULPS =
      Pattern.compile("^TL_\\w+\\((\\w+), \\w+, \\w+, (\\d+),", Pattern.MULTILINE);
  private static final Pattern REFERENCE_ONLY =
      Pattern.compile("^// reference only: ([\\w ]+)", Pattern.MULTILINE);

  private final String text;

  private KernelList(String text) {
    this.text = text;
  }

  /** Reads a list of the tree that the tests run in; one without lines where a family has none. */
  static KernelList of(String family) {
    Path root = Path.of("").toAbsolutePath();
    while (!Files.isDirectory(root.resolve("native/kernels"))) {
      root = root.getParent();
    }
    Path list = root.resolve("native/kernels").resolve(family).resolve("kernels.inc");
    try {
      return new KernelList(Files.exists(list) ? Files.readString(list) : "");
    } catch (IOException cause) {
      throw new UncheckedIOException(cause);
    }
  }

  /** Returns the functions that Java alone computes. */
  Set<String> referenceOnly() {
    return REFERENCE_ONLY.matcher(text).results()
        .flatMap(line -> Stream.of(line.group(1).trim().split(" +")))
        .collect(Collectors.toSet());
  }

  /** Returns the worst error of each pointwise function in units of the last place. */
  Map<String, Integer> ulps() {
    var ulps = new HashMap<String, Integer>();
    ULPS.matcher(text).results()
        .forEach(line -> ulps.put(line.group(1), Integer.valueOf(line.group(2))));
    return ulps;
  }
}
