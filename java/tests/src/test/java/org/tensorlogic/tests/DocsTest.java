package org.tensorlogic.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorlogic.cli.Main;

/**
 * What the pages show, runs: programs of the language, whole programs in Java, and lines that begin
 * with {@code ./tl}. A text block right below a program is what it prints.
 */
class DocsTest {

  private static final Pattern BLOCK = Pattern.compile(
      "^```(tl|java)\n(.*?)^```\n(?:\n```text\n(.*?)^```\n)?", Pattern.MULTILINE | Pattern.DOTALL);
  private static final Pattern COMMAND = Pattern.compile("^(?:    )?\\./tl (.+?)(?:\\s+#.*)?$",
      Pattern.MULTILINE);

  @TempDir
  private Path folder;

  record Snippet(String page, String language, String text, String printed) {
    @Override
    public String toString() {
      return page + ": " + text.lines().findFirst().orElse("");
    }
  }

  private static List<Path> pages() throws IOException {
    try (var files = Files.list(Project.file("docs"))) {
      return Stream.concat(Stream.of(Project.file("README.md")),
          files.filter(file -> file.toString().endsWith(".md")).sorted()).toList();
    }
  }

  /** The programs; those of add-an-op.md need its edits, and ci/add-op runs them. */
  static List<Snippet> programs() throws IOException {
    var found = new ArrayList<Snippet>();
    for (Path page : pages()) {
      String name = page.getFileName().toString();
      BLOCK.matcher(Files.readString(page)).results()
          .map(block -> new Snippet(name, block.group(1), block.group(2), block.group(3)))
          .filter(snippet -> snippet.language().equals("tl")
              || snippet.text().contains("void main(") && !name.equals("add-an-op.md"))
          .forEach(found::add);
    }
    return found;
  }

  static List<String> commands() throws IOException {
    var found = new ArrayList<String>();
    for (Path page : pages()) {
      COMMAND.matcher(Files.readString(page)).results().map(line -> line.group(1))
          .filter(line -> !line.equals("test")).forEach(found::add);
    }
    return found;
  }

  @ParameterizedTest
  @MethodSource("programs")
  void programPrintsWhatThePageSays(Snippet snippet) throws Exception {
    if (snippet.language().equals("java")) {
      Path file = Files.writeString(folder.resolve("Snippet.java"), snippet.text());
      Child child = Child.run(file.toString());
      assertThat(child.code()).as(child.err()).isZero();
      if (snippet.printed() != null) {
        assertThat(child.out()).isEqualToNormalizingNewlines(snippet.printed());
      }
    } else {
      Path file = Files.writeString(folder.resolve("snippet.tl"), snippet.text());
      assertThat(snippet.printed()).as("what the program prints").isNotNull();
      assertThat(tl("run", file.toString())).isEqualToNormalizingNewlines(snippet.printed());
    }
  }

  @ParameterizedTest
  @MethodSource("commands")
  void commandSucceeds(String line) {
    String[] words = Stream.of(line.split("\\s+"))
        .map(word -> word.startsWith("examples/") ? Project.file(word).toString() : word)
        .toArray(String[]::new);
    assertThat(tl(words)).isNotEmpty();
  }

  @Test
  void readmeShowsTheProgramOfTheExamples() throws IOException {
    String hello = Files.readString(Project.file("examples/java/Hello.java")).strip();
    assertThat(programs()).filteredOn(snippet -> snippet.page().equals("README.md"))
        .singleElement().satisfies(snippet ->
            assertThat(hello).endsWith(snippet.text().strip()));
  }

  private static String tl(String... words) {
    var out = new StringWriter();
    var err = new StringWriter();
    int code = Main.execute(new PrintWriter(out), new PrintWriter(err), words);
    assertThat(code).as(err.toString()).isZero();
    return out.toString();
  }
}
