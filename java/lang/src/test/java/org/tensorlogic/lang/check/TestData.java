package org.tensorlogic.lang.check;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tensorlogic.error.Code;
import org.tensorlogic.error.Diagnostic;
import org.tensorlogic.error.FileException;
import org.tensorlogic.lang.syntax.Parser;
import org.tensorlogic.lang.syntax.Problems;
import org.tensorlogic.lang.syntax.Program;
import org.tensorlogic.lang.syntax.Source;
import org.tensorlogic.type.DType;

/** Files that exist in memory only, and the way from text to a checked program. */
final class TestData implements DataSource {
  private final Map<String, FileContent> files = new LinkedHashMap<>();

  TestData table(String path, boolean weighted, String... rows) {
    List<Map<String, Long>> columns = new ArrayList<>();
    for (int row = 0; row < rows.length; row++) {
      String[] cells = rows[row].split(" ");
      for (int column = 0; column < cells.length; column++) {
        if (columns.size() <= column) {
          columns.add(new LinkedHashMap<>());
        }
        columns.get(column).putIfAbsent(cells[column], (long) row);
      }
    }
    List<FileContent.Column> made = new ArrayList<>();
    for (Map<String, Long> column : columns) {
      List<FileContent.Appearance> appearances = new ArrayList<>();
      column.forEach((cell, row) -> appearances.add(new FileContent.Appearance(cell, row)));
      made.add(new FileContent.Column(appearances));
    }
    files.put(path, new FileContent.Table(made, weighted));
    return this;
  }

  TestData array(String path, DType dtype, Long... extents) {
    files.put(path, new FileContent.Array(dtype, List.of(extents)));
    return this;
  }

  @Override
  public FileContent describe(String path) {
    FileContent content = files.get(path);
    if (content == null) {
      throw new FileException(
          Diagnostic.error(Code.FILE_FORMAT, "there is no such file").hint("check the folder"));
    }
    return content;
  }

  CheckedProgram check(String text) {
    Source source = new Source("p.tl", text);
    Problems problems = new Problems(source);
    Program program = Parser.parse(source, problems);
    return Checker.check(program, this, problems);
  }

  /** The files that the golden messages read. */
  static TestData standard() {
    return new TestData()
        .array("w34.npy", DType.F32, 3L, 4L)
        .array("x5.npy", DType.F32, 5L)
        .array("x4.npy", DType.F64, 4L)
        .array("n4.npy", DType.I32, 4L)
        .table("isa.tsv", false, "cat mammal", "mammal animal", "dog mammal")
        .table("edges.tsv", true, "0 1", "1 4", "4 0");
  }
}
