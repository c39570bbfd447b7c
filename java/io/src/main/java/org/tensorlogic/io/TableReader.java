package org.tensorlogic.io;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.tensorlogic.error.FileException;
import org.tensorlogic.type.Shape;

/** Reads one table; lines in messages are where a row begins. */
final class TableReader {

  private final String file;
  private final CSVFormat format;
  private final String separatorName;

  private List<String> names;
  private boolean weighted;
  private int cells = -1;
  private long firstLine;
  private final List<List<String>> rows = new ArrayList<>();
  private final List<Double> weights = new ArrayList<>();
  /** For each row seen its number and line. */
  private final Map<List<String>, Seen> seen = new HashMap<>();
  private final Map<String, String> symbols = new HashMap<>();

  private record Seen(int row, long line) {}

  TableReader(String file, char separator) {
    this.file = file;
    this.format = CSVFormat.DEFAULT.builder().setDelimiter(separator)
        .setQuote(separator == '\t' ? null : '"').setIgnoreEmptyLines(false)
        .setIgnoreSurroundingSpaces(true).get();
    this.separatorName = separator == '\t' ? "a tab" : "a comma";
  }

  Table read(String text) {
    long line = 1;
    try (var parser = CSVParser.builder().setReader(new StringReader(text)).setFormat(format)
        .get()) {
      var records = parser.iterator();
      while (true) {
        line = parser.getCurrentLineNumber() + 1;
        if (!records.hasNext()) {
          break;
        }
        accept(records.next(), line);
      }
    } catch (IOException | UncheckedIOException problem) {
      Throwable cause = problem instanceof UncheckedIOException ? problem.getCause() : problem;
      throw new FileException(FileFormat.atLine(file, line,
          "a cell with quotes is written \"a \"\"b\"\" c\"", "%s", cause.getMessage())
          .diagnostic(), problem);
    }
    if (cells < 0) {
      throw FileFormat.atLine(file, 1, "name the columns in a first line such as #from\tto",
          "the file has neither rows nor a line of names, so its columns are not known");
    }
    return new Table(names, rows, weighted
        ? weights.stream().mapToDouble(Double::doubleValue).toArray() : null);
  }

  private void accept(CSVRecord record, long line) {
    List<String> values = record.toList().stream().map(TableReader::stripped).toList();
    if (values.stream().allMatch(String::isEmpty) && values.size() == 1) {
      return;
    }
    if (cells < 0 && values.getFirst().startsWith("#")) {
      acceptNames(values, line);
      return;
    }
    if (cells < 0) {
      names = Table.plainNames(values.size());
      begin(values.size(), line);
    }
    if (values.size() != cells) {
      throw FileFormat.atLine(file, line, "cells are separated by " + separatorName,
          "the row has %d cells but line %d has %d", values.size(), firstLine, cells);
    }
    int empty = values.indexOf("");
    if (empty >= 0) {
      throw FileFormat.atLine(file, line, "write a symbol, or take the row out",
          "cell %d of %d is empty", empty + 1, cells);
    }
    acceptRow(values, line);
  }

  private static String stripped(String cell) {
    return cell == null ? "" : cell.strip();
  }

  private void acceptNames(List<String> values, long line) {
    var found = new ArrayList<>(values);
    found.set(0, found.getFirst().substring(1).strip());
    begin(found.size(), line);
    if (found.contains("")) {
      throw FileFormat.atLine(file, line, "names are separated by " + separatorName,
          "name %d of %d columns is empty", found.indexOf("") + 1, cells);
    }
    var distinct = new HashSet<String>();
    for (String name : found) {
      if (!distinct.add(name)) {
        throw FileFormat.atLine(file, line, "give each column a name of its own",
            "two columns are named \"%s\"", name);
      }
    }
    weighted = found.getLast().equals(Table.WEIGHT);
    names = weighted ? found.subList(0, found.size() - 1) : found;
  }

  private void begin(int count, long line) {
    cells = count;
    firstLine = line;
    if (count > Shape.MAX_RANK) {
      throw FileFormat.atLine(file, line, "split the table, or check its separator",
          "%d columns came but at most %d are read", count, Shape.MAX_RANK);
    }
  }

  private void acceptRow(List<String> values, long line) {
    List<String> row = values.subList(0, names.size()).stream()
        .map(symbol -> symbols.computeIfAbsent(symbol, same -> same)).toList();
    double weight = weighted ? weight(values.getLast(), line) : 1;
    Seen before = seen.putIfAbsent(row, new Seen(rows.size(), line));
    if (before == null) {
      rows.add(row);
      weights.add(weight);
    } else if (weights.get(before.row()) != weight && !bothNaN(before, weight)) {
      throw FileFormat.atLine(file, line, "keep one of the two rows",
          "row %s has weight %s but line %d gave it %s", row, weight, before.line(),
          weights.get(before.row()));
    }
  }

  private boolean bothNaN(Seen before, double weight) {
    return Double.isNaN(weight) && Double.isNaN(weights.get(before.row()));
  }

  private double weight(String cell, long line) {
    return switch (cell.toLowerCase(java.util.Locale.ROOT)) {
      case "nan" -> Double.NaN;
      case "inf", "infinity", "+inf" -> Double.POSITIVE_INFINITY;
      case "-inf", "-infinity" -> Double.NEGATIVE_INFINITY;
      default -> number(cell, line);
    };
  }

  private double number(String cell, long line) {
    String hint = "write numbers such as 3, -0.5 or 1e-3, and nan, inf or -inf";
    String message = "weight \"%s\" is no number";
    try {
      char last = cell.charAt(cell.length() - 1);
      if (Character.isDigit(last) || last == '.') {
        return Double.parseDouble(cell);
      }
    } catch (NumberFormatException problem) {
      throw new FileException(
          FileFormat.atLine(file, line, hint, message, cell).diagnostic(), problem);
    }
    throw FileFormat.atLine(file, line, hint, message, cell);
  }
}
