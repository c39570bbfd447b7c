package org.tensorlogic.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tensorlogic.error.FileException;
import org.tensorlogic.error.TensorLogicException;
import org.tensorlogic.type.DType;
import org.tensorlogic.type.TensorType;

class TableTest {

  @TempDir
  Path folder;

  private Table read(String name, String text) throws IOException {
    return Table.read(Files.writeString(folder.resolve(name), text));
  }

  @Test
  void aRelationMergesEqualRowsAndSkipsEmptyLines() throws IOException {
    Table table = read("x.tsv", "\nAlice\tBob\r\n\r\n  \nBob\tNew York \nAlice\tBob");
    assertThat(table.columnNames()).containsExactly("c0", "c1");
    assertThat(table.rows()).containsExactly(List.of("Alice", "Bob"), List.of("Bob", "New York"));
    assertThat(table.isWeighted()).isFalse();
    assertThat(table.symbols(1)).containsExactly("Bob", "New York");
  }

  @Test
  void aNamedWeightColumnGivesValues() throws IOException {
    Table table = read("x.tsv", "# from\tto\tweight\n0\tA\t1.5\n12\tB\t-inf\n0\tA\t1.50\n");
    assertThat(table.columnNames()).containsExactly("from", "to");
    assertThat(table.weights()).containsExactly(1.5, Double.NEGATIVE_INFINITY);
    assertThat(table.isInteger(0)).isTrue();
    assertThat(table.extent(0)).isEqualTo(13);
    assertThat(table.isInteger(1)).isFalse();
    assertThat(table.extent(1)).isEqualTo(2);
  }

  @Test
  void tsvQuotesNothingAndCsvQuotesCells() throws IOException {
    assertThat(read("x.tsv", "a \"b\tc,d\n").rows()).containsExactly(List.of("a \"b", "c,d"));
    assertThat(read("x.csv", "\"a \"\"b\"\"\", \"c,d\" \n").rows())
        .containsExactly(List.of("a \"b\"", "c,d"));
  }

  @Test
  void onlyTheFirstLineNamesColumns() throws IOException {
    assertThat(read("x.tsv", "#name\n#tag\n01\n-1\n").rows())
        .containsExactly(List.of("#tag"), List.of("01"), List.of("-1"));
    assertThat(read("x.tsv", "#a\tb\n").rows()).isEmpty();
    assertThat(read("x.tsv", "\uFEFF#a\tb\n").columnNames()).containsExactly("a", "b");
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
      x.tsv | a~b;;c | :3: the row has 1 cells but line 1 has 2; hint: cells are separated by a tab
      x.csv | "a;b",c;d | :3: the row has 1 cells but line 1 has 2; hint: cells are separated by \
      a comma
      x.tsv | a~;b~c | :1: cell 2 of 2 is empty; hint: write a symbol, or take the row out
      x.tsv | #a~weight;x~1;y~one | :3: weight "one" is no number; hint: write numbers such as 3, \
      -0.5 or 1e-3, and nan, inf or -inf
      x.tsv | #a~weight;x~0x1p3d | :2: weight "0x1p3d" is no number; hint: write numbers such as \
      3, -0.5 or 1e-3, and nan, inf or -inf
      x.tsv | #a~weight;x~1;;x~2 | :4: row [x] has weight 2.0 but line 2 gave it 1.0; hint: keep \
      one of the two rows
      x.tsv | #a~a;x~1 | :1: two columns are named "a"; hint: give each column a name of its own
      """)
  void refusesTables(String name, String text, String message) throws IOException {
    Path file = folder.resolve(name);
    Files.writeString(file, text.replace(';', '\n').replace('~', '\t'));
    assertThatThrownBy(() -> Table.read(file)).isInstanceOf(FileException.class)
        .hasMessage(file + message);
  }

  @Test
  void refusesFilesThatAreNoTables() throws IOException {
    Path file = Files.writeString(folder.resolve("x.csv"), "a,b\nc,\"d\ne");
    assertThatThrownBy(() -> Table.read(file)).isInstanceOf(FileException.class)
        .hasMessageStartingWith(file + ":2: ");
    Files.write(file, "ok\ncaf\u00e9\n".getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(() -> Table.read(file)).isInstanceOf(FileException.class).hasMessage(file
        + ": byte 6: UTF-8 is expected but byte 0xe9 in line 2 is none;"
        + " hint: save the file as UTF-8");
    Files.writeString(file, "\n \n");
    assertThatThrownBy(() -> Table.read(file)).isInstanceOf(FileException.class)
        .hasMessageStartingWith(file + ":1: the file has neither rows nor a line of names");
    assertThatThrownBy(() -> Table.read(folder.resolve("none.tsv")))
        .isInstanceOf(FileException.class)
        .hasMessageStartingWith(folder.resolve("none.tsv")
            + ": cannot read: no such file or folder; hint: ");
    assertThatThrownBy(() -> Table.read(folder.resolve("x.xls")))
        .isInstanceOf(TensorLogicException.class).hasMessageContaining("must end in .tsv or .csv");
  }

  @Test
  void whatIsWrittenIsReadBack() {
    var table = new Table(List.of("a", "#b"), List.of(List.of("#x", "y \"z\""),
        List.of("1,5", "#")), new double[] {0.1, Double.NaN});
    for (String name : List.of("out.tsv", "out.csv")) {
      table.write(folder.resolve(name));
      assertThat(Table.read(folder.resolve(name))).isEqualTo(table);
    }
    assertThatThrownBy(() -> new Table(List.of("a"), List.of(List.of("x\ty")), null)
        .write(folder.resolve("bad.tsv"))).isInstanceOf(FileException.class)
        .hasMessageContaining("bad.tsv:2: \"x\\ty\" is no cell");
    assertThat(folder.resolve("bad.tsv")).doesNotExist();
  }

  @Test
  void tensorsBecomeRows() throws IOException {
    var truth = Table.of(TensorType.of(DType.BOOL, 2, 2),
        MemorySegment.ofArray(new byte[] {0, 1, 1, 0}), List.of("x", "y"),
        List.of(List.of("A", "B"), List.of()));
    Path file = folder.resolve("out.tsv");
    truth.write(file);
    assertThat(file).hasContent("#x\ty\nA\t1\nB\t0\n");
    Table.of(TensorType.of(DType.F32, 2), MemorySegment.ofArray(new float[] {0.5f, -3}),
        List.of("i"), List.of(List.of())).write(file);
    assertThat(file).hasContent("#i\tweight\n0\t0.5\n1\t-3\n");
    Table.of(TensorType.of(DType.I64), MemorySegment.ofArray(new long[] {7}), List.of(),
        List.of()).write(file);
    assertThat(file).hasContent("#weight\n7\n");
    assertThat(Table.read(file).weights()).containsExactly(7);
    assertThatThrownBy(() -> Table.of(TensorType.of(DType.I64, 1),
        MemorySegment.ofArray(new long[] {(1L << 53) + 1}), List.of("i"), List.of(List.of())))
        .hasMessage("table: 9007199254740993 is not exact as a weight; "
            + "hint: write the tensor as npy");
  }

  @Test
  void textBecomesPositionsAndTokens() throws IOException {
    Path file = Files.writeString(folder.resolve("x.txt"), " The cat,\n\tsat\u00a0down. \r\n");
    assertThat(Text.read(file).rows()).containsExactly(List.of("0", "The"), List.of("1", "cat,"),
        List.of("2", "sat"), List.of("3", "down."));
    assertThat(Text.tokens("")).isEmpty();
  }
}
