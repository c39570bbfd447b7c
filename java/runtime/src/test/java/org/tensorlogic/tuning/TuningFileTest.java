package org.tensorlogic.tuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tensorlogic.error.FileException;
import org.tensorlogic.kernel.Choice;
import org.tensorlogic.kernel.Choices;
import org.tensorlogic.memory.CpuInfo;

/** What is kept for a machine, and what becomes of files that are not what they should be. */
class TuningFileTest {

  private static final List<Choice> KNOWN =
      List.of(new FakeChoice("c", List.of("old", "new"), List.of("x", "y")));

  @TempDir
  private Path folder;

  private TuningFile file;
  private TuningTable table;

  @BeforeEach
  void prepare() {
    file = new TuningFile(folder.resolve("deep/er"), "1.2");
    table = new TuningTable(file.host(), 2, List.of(new Finding("c", "x", "new", 0.125, 1e-5)));
  }

  private void refused(String reason) {
    TuningFile.Tuned tuned = file.load(() -> KNOWN);
    assertThat(tuned.choices()).isEqualTo(Choices.NONE);
    assertThat(tuned.note()).startsWith("defaults; ignored " + file.path()).contains(reason)
        .endsWith(": run tl tune again, or tl tune --reset");
  }

  @Test
  void keepsATable() throws IOException {
    file.write(table);
    assertThat(file.read()).contains(table);
    TuningFile.Tuned tuned = file.load(() -> KNOWN);
    assertThat(tuned.choices()).isEqualTo(Choices.NONE.with("c", "x", "new"));
    assertThat(tuned.choices().of("c", "y")).isEmpty();
    assertThat(tuned.note()).isEqualTo("1 of 2 cells are not the default, by " + file.path());
    file.write(new TuningTable(file.host(), 2, List.of()));
    assertThat(file.load(() -> KNOWN).note()).startsWith("0 of 2 cells");
    try (Stream<Path> left = Files.list(file.folder())) {
      assertThat(left).containsExactly(file.path());
    }
    assertThat(file.delete()).isTrue();
    assertThat(file.delete()).isFalse();
    assertThat(file.read()).isEmpty();
  }

  @Test
  void withoutAFileNothingIsAskedFor() {
    TuningFile.Tuned tuned = file.load(() -> {
      throw new AssertionError("asked for the choices");
    });
    assertThat(tuned.choices()).isEqualTo(Choices.NONE);
    assertThat(tuned.note()).isEqualTo("defaults; tl tune measures this machine");
  }

  @Test
  void ignoresWhatWasMeasuredElsewhere() {
    Host here = file.host();
    for (Host other : List.of(new Host("Z80", here.processors(), here.version()),
        new Host(here.cpu(), here.processors() + 1, here.version()),
        new Host(here.cpu(), here.processors(), "1.1"))) {
      file.write(new TuningTable(other, 2, table.findings()));
      refused("it was measured on " + other + ", this is " + here);
    }
  }

  @Test
  void ignoresWhatIsNoChoiceHere() {
    for (Finding found : List.of(new Finding("d", "x", "new", 0.5, 0),
        new Finding("c", "z", "new", 0.5, 0), new Finding("c", "x", "newest", 0.5, 0))) {
      file.write(new TuningTable(file.host(), 2, List.of(found)));
      refused(found.choice() + " " + found.cell() + " cannot be " + found.candidate() + " here");
    }
  }

  @Test
  void ignoresWhatIsNoText() throws IOException {
    file.write(table);
    Files.write(file.path(), new byte[] {'c', 'p', 'u', ':', ' ', (byte) 0xff});
    refused("MalformedInputException");
    Files.write(file.path(), new byte[(1 << 20) + 1]);
    refused("1048577 bytes are no table");
    Files.delete(file.path());
    Files.createDirectory(file.path());
    refused("");
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "format: 1 | format: 2 | it has format 2, not 1",
      "format: 1 | hello | line 3 is not \"name: value\"",
      "version: 1.2 | version: 1.2\\ncpu: Z80 | line 7 tells cpu again",
      "cells: 2 | # gone | it does not tell cells",
      "cells: 2 | cells: two | cells: \"two\" is no number",
      "cells: 2 | cells: 2\\nmood: good | it tells more than is known",
      "c x new | c x | line 8 has 4 words after take, not 5",
      "0.125 | fast | line 8: \"fast\" is no number",
      "0.125 | -0.125 | line 8: a gain of -0.125 and p 1.0E-5 are not between 0 and 1",
      "0.125 | NaN | line 8: a gain of NaN",
      "1.0E-5 | 2 | line 8: a gain of 0.125 and p 2 are not between 0 and 1",
      "1.0E-5 | 0\\ntake: c x old 0.5 0 | line 9 decides on c x again",
  })
  void ignoresWhatIsDamaged(String from, String to, String reason) throws IOException {
    file.write(table);
    String text = table.text();
    assertThat(text).contains(from);
    Files.writeString(file.path(), text.replace(from, to.replace("\\n", "\n")));
    refused(reason);
    assertThatThrownBy(() -> file.read()).isInstanceOf(FileException.class)
        .hasMessageContaining(reason).hasMessageContaining("hint: run tl tune again");
  }

  @Test
  void tellsWhatCannotBeWritten() throws IOException {
    Files.writeString(folder.resolve("deep"), "a file");
    assertThatThrownBy(() -> file.write(table)).isInstanceOf(FileException.class)
        .hasMessageContaining("cannot write ").hasMessageContaining("hint: ");
  }

  @Test
  void theTextIsReadable() {
    assertThat(new TuningTable(new Host("Z80 rev 2", 2, "1.2"), 9, table.findings()).text())
        .isEqualTo("""
            # What `tl tune` measured on this machine; `tl tune --reset` goes back to the defaults.
            # take: choice, cell, what is taken instead of the default, part of time saved, p
            format: 1
            cpu: Z80 rev 2
            processors: 2
            version: 1.2
            cells: 9
            take: c x new 0.125 1.0E-5
            """);
  }

  @Test
  void readsTheModelOfTheProcessor() throws IOException {
    Path info = folder.resolve("cpuinfo");
    Files.writeString(info, "processor\t: 0\ncpu family\t: 25\nmodel\t\t: 1\n"
        + "model name\t: AMD  EPYC\nstepping\t: 1\nprocessor\t: 1\nmodel name\t: other\n");
    assertThat(Host.cpu(CpuInfo.of(info))).isEqualTo("AMD EPYC family 25 model 1 stepping 1");
    assertThat(new Host("AMD EPYC (tm) 7", 16, "").fileName()).isEqualTo(
        "amd-epyc-tm-7-16.tuning");
    Files.writeString(info, "processor\t: 0\nCPU implementer\t: 0x41\nCPU part\t: 0xd0c\n");
    assertThat(Host.cpu(CpuInfo.of(info))).endsWith(" implementer 0x41 part 0xd0c");
    assertThat(Host.cpu(CpuInfo.of(folder.resolve("missing")))).isNotEmpty();
  }
}
