package org.tensorlogic.io;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.IntStream;
import org.tensorlogic.error.Requirement;
import org.tensorlogic.type.TensorType;

/**
 * Rows of symbols: a relation, or with weights a numeric tensor. No two rows are equal. Immutable,
 * except that {@code weights} is not copied.
 *
 * <p>A file is {@code .tsv} (cells split at tabs, nothing is quoted) or {@code .csv} (RFC 4180:
 * cells split at commas, double quotes around a cell), in UTF-8, with any line ends. The first line
 * that is not empty names the columns where it begins with {@code #}; a last column named
 * {@code weight} gives the values. Spaces around cells do not count, empty lines are skipped, equal
 * rows merge. Two equal rows with different weights are an error.
 *
 * @param columnNames one an axis, without the column of weights; without a line of names
 *     {@code c0}, {@code c1}, ...
 * @param rows one symbol a column each, in the file's order, none empty
 * @param weights one value a row, or null for a relation
 */
public record Table(List<String> columnNames, List<List<String>> rows, double[] weights) {

  /** The name of a last column that gives values. */
  public static final String WEIGHT = "weight";

  /** Digits without sign and leading zeros, few enough for a 64-bit number. */
  private static final java.util.regex.Pattern INTEGER =
      java.util.regex.Pattern.compile("0|[1-9][0-9]{0,17}");

  /** Copies the lists and refuses rows of another length, and weights of another count. */
  public Table {
    columnNames = List.copyOf(columnNames);
    rows = rows.stream().map(List::copyOf).toList();
    for (List<String> row : rows) {
      Requirement.requireArgument(row.size() == columnNames.size(),
          () -> "give each row as many symbols as there are columns",
          "table: row %s does not fit the columns %s", row, columnNames);
    }
    Requirement.requireArgument(weights == null || weights.length == rows.size(),
        () -> "give one weight for each row, or null for a relation",
        "table: %d weights came for %d rows", weights == null ? 0 : weights.length, rows.size());
  }

  /** Returns the number of columns without that of weights. */
  public int rank() {
    return columnNames.size();
  }

  /** Returns whether the rows have values. */
  public boolean isWeighted() {
    return weights != null;
  }

  /**
   * Returns whether the entries of a column are indices: there is one, and all are whole numbers
   * from 0 on without leading zeros. Such a column indexes by value, others by symbol.
   */
  public boolean isInteger(int column) {
    return !rows.isEmpty()
        && rows.stream().allMatch(row -> INTEGER.matcher(row.get(column)).matches());
  }

  /** Returns the extent of an axis: one more than the largest integer, or the count of symbols. */
  public long extent(int column) {
    return isInteger(column)
        ? 1 + rows.stream().mapToLong(row -> Long.parseLong(row.get(column))).max().orElse(-1)
        : symbols(column).size();
  }

  /** Returns the distinct entries of a column in order of first appearance. */
  public List<String> symbols(int column) {
    return rows.stream().map(row -> row.get(column)).distinct().toList();
  }

  /**
   * Reads a {@code .tsv} or {@code .csv} file.
   *
   * @throws org.tensorlogic.error.FileException when it cannot be read or is malformed, with the
   *     line; also where it has neither rows nor names, so that the columns are not known
   */
  public static Table read(Path file) {
    return new TableReader(file.toString(), separator(file)).read(TextFile.read(file));
  }

  /**
   * Writes a {@code .tsv} or {@code .csv} file that begins with the names and that {@link #read}
   * gives back.
   *
   * @throws org.tensorlogic.error.FileException when a cell cannot stand in the format, or the
   *     file cannot be written
   */
  public void write(Path file) {
    TextFile.write(file, new TableWriter(file.toString(), separator(file)).print(this));
  }

  private static char separator(Path file) {
    String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    Requirement.requireArgument(name.endsWith(".tsv") || name.endsWith(".csv"),
        () -> "rename the file, or write the tensor as npy",
        "table: \"%s\" must end in .tsv or .csv", file);
    return name.endsWith(".tsv") ? '\t' : ',';
  }

  /**
   * Returns a dense array as rows: of a bool array the places that are true, of a numeric one every
   * place with its element as weight. Elements are row-major, as in {@link NpyArray}.
   *
   * @param columnNames one an axis
   * @param symbols for each axis its symbols by index, or an empty list where the index itself is
   *     written
   * @throws org.tensorlogic.error.ArgumentException when names or symbols do not fit the shape, or
   *     an i64 element is not exact as a double
   */
  public static Table of(TensorType type, MemorySegment elements, List<String> columnNames,
      List<List<String>> symbols) {
    return DenseRows.of(new NpyArray(type, elements), columnNames, symbols);
  }

  /** Returns the names {@code c0}, {@code c1}, ... of this many columns. */
  static List<String> plainNames(int count) {
    return IntStream.range(0, count).mapToObj(column -> "c" + column).toList();
  }

  /** Compares names, rows and weights by value. */
  @Override
  public boolean equals(Object other) {
    return other instanceof Table that && columnNames.equals(that.columnNames)
        && rows.equals(that.rows) && Arrays.equals(weights, that.weights);
  }

  @Override
  public int hashCode() {
    return Objects.hash(columnNames, rows, Arrays.hashCode(weights));
  }

  /** Prints names and counts. */
  @Override
  public String toString() {
    return columnNames + (isWeighted() ? " weighted, " : ", ") + rows.size() + " rows";
  }
}
