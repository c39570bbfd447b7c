package org.tensorlogic.error;

/**
 * The place in a user's source that something was built from.
 *
 * @param file the file's name as the user would write it
 * @param line the line, from 1
 * @param column the column, from 1, or 0 where only the line is known
 * @param name a name that the user gave to it, or the empty string
 */
public record Origin(String file, int line, int column, String name) {

  /** Nothing is known of the place. */
  public static final Origin UNKNOWN = new Origin("", 0, 0, "");

  private static final StackWalker WALKER = StackWalker.getInstance();

  /** Returns the calling code's place: the first frame outside this system's own packages. */
  public static Origin ofCaller() {
    return WALKER.walk(frames -> {
      for (var walk = frames.iterator(); walk.hasNext();) {
        var frame = walk.next();
        if (!isOwn(frame.getClassName())) {
          return new Origin(frame.getFileName() == null ? "" : frame.getFileName(),
              Math.max(frame.getLineNumber(), 0), 0, "");
        }
      }
      return UNKNOWN;
    });
  }

  /** Returns whether a place is known. */
  public boolean isKnown() {
    return !file.isEmpty() || !name.isEmpty();
  }

  private static boolean isOwn(String className) {
    for (String own : OWN) {
      if (className.startsWith(own)) {
        return true;
      }
    }
    return false;
  }

  private static final java.util.List<String> OWN = java.util.List.of(
      "org.tensorlogic.error.", "org.tensorlogic.ir.", "org.tensorlogic.autodiff.",
      "org.tensorlogic.rewrite.", "org.tensorlogic.engine.", "java.", "jdk.");

  /** Prints {@code file:line:column (name)} with the parts that are known. */
  @Override
  public String toString() {
    var place = new StringBuilder(file);
    if (line > 0) {
      place.append(':').append(line);
    }
    if (column > 0) {
      place.append(':').append(column);
    }
    if (!name.isEmpty()) {
      place.append(place.isEmpty() ? "" : " ").append('(').append(name).append(')');
    }
    return place.toString();
  }
}
