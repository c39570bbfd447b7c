package org.tensorlogic.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.tensorlogic.lang.Answer;
import org.tensorlogic.type.DType;

/** Prints an answer for people: the query as heading and an indented table below it. */
final class AnswerText {

  /** Rows and columns of a tensor that fit a terminal; the rest is left to --json. */
  private static final int ROWS_MAX = 24;
  private static final int COLUMNS_MAX = 12;

  private AnswerText() {}

  /** Returns the lines without a last line end. */
  static String of(Answer answer) {
    return switch (answer) {
      case Answer.Truth truth -> truth.query() + ": " + truth.answer();
      case Answer.Bindings relation -> bindings(relation);
      case Answer.Values tensor -> values(tensor);
    };
  }

  private static String bindings(Answer.Bindings relation) {
    var rows = new ArrayList<List<String>>();
    rows.add(relation.variables());
    rows.addAll(relation.bindings());
    int count = relation.bindings().size();
    return relation.query() + "  (" + count + (count == 1 ? " binding)" : " bindings)")
        + (count == 0 ? "" : table(rows, false));
  }

  private static String values(Answer.Values tensor) {
    long[] extents = tensor.shape().extents();
    double[] values = tensor.values();
    if (extents.length == 0) {
      return tensor.query() + ": " + Numbers.text(tensor.dtype(), values[0]);
    }
    var text = new StringBuilder(tensor.query() + "  " + tensor.dtype() + tensor.shape());
    int columns = Math.toIntExact(extents[extents.length - 1]);
    long rowsInBlock = extents.length == 1 ? 1 : extents[extents.length - 2];
    int rows = columns == 0 ? 0 : values.length / columns;
    var block = new ArrayList<List<String>>();
    for (int row = 0; row < Math.min(rows, ROWS_MAX); row++) {
      if (extents.length > 2 && row % rowsInBlock == 0) {
        text.append(table(block, true)).append("\n  ").append(place(extents, row / rowsInBlock));
        block.clear();
      }
      block.add(row(tensor.dtype(), values, row * columns, columns));
    }
    text.append(table(block, true));
    if (rows > ROWS_MAX) {
      text.append("\n  ... ").append(rows - ROWS_MAX).append(" more rows; --json prints all");
    }
    return text.toString();
  }

  /** The leading indices of a block, such as {@code [1, 0, :, :]}. */
  private static String place(long[] extents, long block) {
    var indices = new String[extents.length];
    Arrays.fill(indices, ":");
    long rest = block;
    for (int axis = extents.length - 3; axis >= 0; axis--) {
      indices[axis] = Long.toString(rest % extents[axis]);
      rest /= extents[axis];
    }
    return "[" + String.join(", ", indices) + "]";
  }

  private static List<String> row(DType dtype, double[] values, int first, int columns) {
    var cells = new ArrayList<String>();
    for (int column = 0; column < Math.min(columns, COLUMNS_MAX); column++) {
      cells.add(Numbers.text(dtype, values[first + column]));
    }
    if (columns > COLUMNS_MAX) {
      cells.add("... " + (columns - COLUMNS_MAX) + " more");
    }
    return cells;
  }

  private static String table(List<List<String>> rows, boolean rightAligned) {
    int[] widths = new int[rows.isEmpty() ? 0 : rows.getFirst().size()];
    rows.forEach(row -> Arrays.setAll(widths,
        column -> Math.max(widths[column], row.get(column).length())));
    var text = new StringBuilder();
    for (List<String> row : rows) {
      var line = new StringBuilder(" ");
      for (int column = 0; column < widths.length; column++) {
        String padding = " ".repeat(widths[column] - row.get(column).length());
        line.append(' ').append(rightAligned ? padding : "").append(row.get(column))
            .append(rightAligned ? "" : padding + " ");
      }
      text.append('\n').append(line.toString().stripTrailing());
    }
    return text.toString();
  }
}
