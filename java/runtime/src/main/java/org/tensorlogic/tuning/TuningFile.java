package org.tensorlogic.tuning;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.tensorlogic.error.Code;
import org.tensorlogic.error.Diagnostic;
import org.tensorlogic.error.FileException;
import org.tensorlogic.kernel.Choice;
import org.tensorlogic.kernel.Choices;

/**
 * The file that keeps a table for this machine.
 *
 * @param folder where files of all machines lie
 * @param version the version of this library
 */
public record TuningFile(Path folder, String version) {

  /** Far above a table of all cells there are. */
  private static final long BYTES_MAX = 1 << 20;

  /**
   * What an engine takes from a file.
   *
   * @param choices what is taken instead of defaults
   * @param note where that comes from, or why nothing does
   */
  public record Tuned(Choices choices, String note) {

    /** The defaults, by wish. */
    public static final Tuned OFF = new Tuned(Choices.NONE, "off");
  }

  /** Returns the user's folder for what can be made again, as the XDG base directories have it. */
  public static Path standardFolder() {
    String cache = System.getenv("XDG_CACHE_HOME");
    return (cache == null || !Path.of(cache).isAbsolute()
        ? Path.of(System.getProperty("user.home"), ".cache") : Path.of(cache))
        .resolve("tensorlogic");
  }

  /** Returns this machine. */
  public Host host() {
    return Host.here(version);
  }

  /** Returns the file's path. */
  public Path path() {
    return folder.resolve(host().fileName());
  }

  /**
   * Returns what an engine takes from the file. It never fails: without a file, or with one that
   * cannot be used, the defaults are taken.
   *
   * @param known the choices there are, asked for where there is a file
   */
  public Tuned load(Supplier<List<Choice>> known) {
    if (!Files.isDirectory(folder) || !Files.exists(path())) {
      return new Tuned(Choices.NONE, "defaults; tl tune measures this machine");
    }
    try {
      TuningTable table = read().orElseThrow();
      requireKnown(table, known.get());
      return new Tuned(table.choices(), table.findings().size() + " of " + table.cells()
          + " cells are not the default, by " + path());
    } catch (FileException unusable) { // dropped: its message is the note
      return new Tuned(Choices.NONE, "defaults; ignored " + unusable.diagnostic().message()
          + ": " + String.join("; ", unusable.diagnostic().hints()));
    }
  }

  /**
   * Returns the table, if there is a file.
   *
   * @throws FileException when it cannot be read, is damaged, or comes from elsewhere
   */
  public Optional<TuningTable> read() {
    Path path = path();
    try {
      if (!Files.exists(path)) {
        return Optional.empty();
      }
      long bytes = Files.size(path);
      if (bytes > BYTES_MAX) {
        throw new FileException(unusable("%s: %d bytes are no table", path, bytes));
      }
      TuningTable table = TuningTable.parse(Files.readString(path), path.toString());
      if (!table.host().equals(host())) {
        throw new FileException(unusable("%s: it was measured on %s, this is %s", path,
            table.host(), host()));
      }
      return Optional.of(table);
    } catch (IOException cause) {
      throw new FileException(unusable("%s: %s", path, cause), cause);
    }
  }

  private void requireKnown(TuningTable table, List<Choice> known) {
    var cells = new HashSet<Choices.Key>();
    var candidates = new HashMap<String, List<String>>();
    for (Choice choice : known) {
      candidates.put(choice.name(), choice.candidates());
      choice.cells().forEach(cell -> cells.add(new Choices.Key(choice.name(), cell)));
    }
    for (Finding found : table.findings()) {
      if (!cells.contains(new Choices.Key(found.choice(), found.cell()))
          || !candidates.get(found.choice()).contains(found.candidate())) {
        throw new FileException(unusable("%s: %s %s cannot be %s here", path(), found.choice(),
            found.cell(), found.candidate()));
      }
    }
  }

  private static Diagnostic unusable(String message, Object... values) {
    return Diagnostic.error(Code.FILE_FORMAT, message, values)
        .hint("run tl tune again, or tl tune --reset");
  }

  /**
   * Writes a table, whole or not at all.
   *
   * @throws FileException when the folder cannot be written
   */
  public void write(TuningTable table) {
    try {
      Files.createDirectories(folder);
      Path fresh = Files.createTempFile(folder, "table", ".new");
      try {
        Files.writeString(fresh, table.text());
        Files.move(fresh, path(), StandardCopyOption.ATOMIC_MOVE);
      } finally {
        Files.deleteIfExists(fresh);
      }
    } catch (IOException cause) {
      throw new FileException(Diagnostic.error(Code.FILE_FORMAT, "cannot write %s: %s", path(),
          cause).hint("name a folder that may be written"), cause);
    }
  }

  /**
   * Deletes the file and returns whether there was one.
   *
   * @throws FileException when it cannot be deleted
   */
  public boolean delete() {
    try {
      return Files.deleteIfExists(path());
    } catch (IOException cause) {
      throw new FileException(Diagnostic.error(Code.FILE_FORMAT, "cannot delete %s: %s", path(),
          cause).hint("delete it by hand"), cause);
    }
  }
}
