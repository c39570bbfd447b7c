package org.tensorlogic.lang;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.tensorlogic.error.Code;
import org.tensorlogic.error.Diagnostic;
import org.tensorlogic.error.FileException;
import org.tensorlogic.io.Npy;
import org.tensorlogic.io.Table;
import org.tensorlogic.io.Text;
import org.tensorlogic.lang.check.DataSource;
import org.tensorlogic.lang.check.FileContent;
import org.tensorlogic.type.TensorType;

/** The files of one program. Tables are read once and kept; arrays are read when they are used. */
final class ProgramFiles implements DataSource {
  private final Path folder;
  private final Map<String, Table> tables = new LinkedHashMap<>();

  ProgramFiles(Path folder) {
    this.folder = folder;
  }

  /** The place of a file: relative names count from the program's folder. */
  Path path(String name) {
    try {
      return folder.resolve(name);
    } catch (InvalidPathException refused) {
      throw new FileException(Diagnostic.error(Code.FILE_FORMAT, "\"%s\" names no file: %s",
          name.replace('\0', '?'), refused.getReason())
          .hint("take the character out of the name"), refused);
    }
  }

  private Path existing(String name) {
    Path path = path(name);
    if (!Files.exists(path)) {
      throw new FileException(
          Diagnostic.error(Code.FILE_FORMAT, "%s: no such file or folder", path)
              .hint("names in a program count from its folder, %s", folder.toAbsolutePath()));
    }
    return path;
  }

  static boolean isArray(String name) {
    return extension(name).equals("npy");
  }

  static boolean isTable(String name) {
    return Set.of("tsv", "csv").contains(extension(name));
  }

  private static String extension(String name) {
    return name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
  }

  /** The format of a file is not among those that this version has. */
  static FileException unknown(String name, String verb) {
    return new FileException(
        Diagnostic.error(Code.FILE_FORMAT, "%s: files of this format cannot be %s", name, verb)
            .hint("the formats are .tsv .csv .npy, and .txt for reading"));
  }

  @Override
  public FileContent describe(String name) {
    if (isArray(name)) {
      TensorType type = Npy.type(existing(name));
      List<Long> extents = new ArrayList<>();
      for (long extent : type.shape().extents()) {
        extents.add(extent);
      }
      return new FileContent.Array(type.dtype(), extents);
    }
    Table table = table(name);
    List<FileContent.Column> columns = new ArrayList<>();
    for (int column = 0; column < table.rank(); column++) {
      columns.add(column(table, column));
    }
    return new FileContent.Table(columns, table.isWeighted());
  }

  private static FileContent.Column column(Table table, int column) {
    List<FileContent.Appearance> appearances = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (int row = 0; row < table.rows().size(); row++) {
      String symbol = table.rows().get(row).get(column);
      if (seen.add(symbol)) {
        appearances.add(new FileContent.Appearance(symbol, row));
      }
    }
    return new FileContent.Column(appearances);
  }

  /** The rows of a table or text file. */
  Table table(String name) {
    Table known = tables.get(name);
    if (known != null) {
      return known;
    }
    Table table;
    if (isTable(name)) {
      table = Table.read(existing(name));
    } else if (extension(name).equals("txt")) {
      table = Text.read(existing(name));
    } else {
      throw unknown(name, "read");
    }
    tables.put(name, table);
    return table;
  }
}
