package org.tensorlogic.io;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Prints a table so that {@link TableReader} gives it back, or refuses what it could not. */
final class TableWriter {

  private final String file;
  private final boolean quotes;
  private final String separator;

  TableWriter(String file, char separator) {
    this.file = file;
    this.quotes = separator != '\t';
    this.separator = String.valueOf(separator);
  }

  CharSequence print(Table table) {
    var text = new StringBuilder();
    var cells = new ArrayList<>(table.columnNames());
    if (table.isWeighted()) {
      cells.add(Table.WEIGHT);
    } else if (!cells.isEmpty() && cells.getLast().equals(Table.WEIGHT)) {
      throw FileFormat.atLine(file, 1, "rename the column",
          "a last column of symbols cannot be named weight, which marks values");
    }
    if (cells.isEmpty()) {
      throw FileFormat.atLine(file, 1, "write it as npy", "a table needs a column at least");
    }
    cells.forEach(cell -> require(cell, 1));
    cells.set(0, "#" + cells.getFirst());
    append(text, cells);
    for (int row = 0; row < table.rows().size(); row++) {
      cells.clear();
      cells.addAll(table.rows().get(row));
      int line = row + 2;
      cells.forEach(cell -> require(cell, line));
      if (table.isWeighted()) {
        cells.add(number(table.weights()[row]));
      }
      append(text, cells);
    }
    return text;
  }

  /** Refuses cells that would be read as something else. */
  private void require(String cell, long line) {
    boolean breaks = cell.indexOf('\t') >= 0 || cell.indexOf('\n') >= 0 || cell.indexOf('\r') >= 0;
    if (cell.isBlank() || !cell.equals(cell.strip()) || breaks) {
      throw FileFormat.atLine(file, line, "rename the symbol",
          "\"%s\" is no cell: empty ones, spaces at an end, tabs and line ends are not written",
          cell.replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r"));
    }
  }

  private void append(StringBuilder text, List<String> cells) {
    text.append(cells.stream().map(this::quoted).collect(Collectors.joining(separator)))
        .append('\n');
  }

  private String quoted(String cell) {
    boolean plain = !quotes || cell.indexOf('"') < 0 && !cell.contains(separator);
    return plain ? cell : '"' + cell.replace("\"", "\"\"") + '"';
  }

  private static String number(double weight) {
    if (Double.isInfinite(weight) || Double.isNaN(weight)) {
      return Double.isNaN(weight) ? "nan" : weight > 0 ? "inf" : "-inf";
    }
    boolean whole = weight == Math.rint(weight) && Math.abs(weight) < 0x1p53
        && Double.doubleToRawLongBits(weight) != Double.doubleToRawLongBits(-0.0);
    return whole ? Long.toString((long) weight) : Double.toString(weight);
  }
}
