package org.tensorlogic.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorlogic.error.ArgumentException;
import org.tensorlogic.error.FileException;
import org.tensorlogic.type.DType;
import org.tensorlogic.type.TensorType;

class NpyTest {

  private static final Path NUMPY = numpyFolder();

  @TempDir
  Path folder;

  private static Path numpyFolder() {
    try {
      return Path.of(NpyTest.class.getResource("numpy").toURI());
    } catch (URISyntaxException problem) {
      throw new IllegalStateException(problem);
    }
  }

  static Stream<List<String>> numpyArrays() throws IOException {
    return Files.readAllLines(NUMPY.resolve("expected.tsv")).stream()
        .map(line -> List.of(line.split("\t", -1)));
  }

  @ParameterizedTest
  @MethodSource("numpyArrays")
  void readsWhatNumpyWrote(List<String> expected) {
    Path file = NUMPY.resolve(expected.getFirst() + ".npy");
    try (Arena arena = Arena.ofConfined()) {
      NpyArray array = Npy.read(file, arena);
      assertThat(array.type()).isEqualTo(type(expected.get(1), expected.get(2)));
      assertThat(Npy.type(file)).isEqualTo(array.type());
      assertThat(values(array)).isEqualTo(values(expected.get(1), expected.get(3)));
    }
  }

  @ParameterizedTest
  @MethodSource("numpyArrays")
  void writesWhatItReads(List<String> expected) throws IOException {
    Path copy = folder.resolve("copy.npy");
    try (Arena arena = Arena.ofConfined()) {
      NpyArray array = Npy.read(NUMPY.resolve(expected.getFirst() + ".npy"), arena);
      Npy.write(copy, array.type(), array.elements());
      NpyArray again = Npy.read(copy, arena);
      assertThat(again.type()).isEqualTo(array.type());
      assertThat(again.elements().mismatch(array.elements())).isEqualTo(-1);
    }
    try (var files = Files.list(folder)) {
      assertThat(files).containsExactly(copy);
    }
  }

  @Test
  void writesTheBytesThatNumpyWrites() throws IOException {
    for (String name : List.of("f8", "f4", "i8", "f8_special", "scalar", "empty")) {
      Path copy = folder.resolve(name + ".npy");
      try (Arena arena = Arena.ofConfined()) {
        NpyArray array = Npy.read(NUMPY.resolve(name + ".npy"), arena);
        Npy.write(copy, array.type(), array.elements());
      }
      assertThat(copy).hasSameBinaryContentAs(NUMPY.resolve(name + ".npy"));
    }
  }

  @Test
  void writesHeapArraysOfAnyKindAndManyChunks() {
    double[] reals = new double[300_000];
    Arrays.setAll(reals, i -> i * 0.5);
    Path file = folder.resolve("heap.npy");
    Npy.write(file, TensorType.of(DType.F64, 3, 100_000), MemorySegment.ofArray(reals));
    try (Arena arena = Arena.ofConfined()) {
      assertThat(Npy.read(file, arena).elements().toArray(ValueLayout.JAVA_DOUBLE))
          .isEqualTo(reals);
    }
  }

  @Test
  void aFailedWriteLeavesTheOldFile() throws IOException {
    Path file = Files.writeString(folder.resolve("old.npy"), "old");
    assertThatThrownBy(() ->
        Npy.write(file, TensorType.of(DType.F64, 3), MemorySegment.ofArray(new double[2])))
        .isInstanceOf(ArgumentException.class)
        .hasMessage("npy: f64[3] needs 3 elements of 8 bytes but 16 bytes came; hint: give as "
            + "many elements as the product of the extents");
    assertThat(file).hasContent("old");
    Path nowhere = folder.resolve("none/x.npy");
    assertThatThrownBy(() ->
        Npy.write(nowhere, TensorType.of(DType.I64, 1), MemorySegment.ofArray(new long[1])))
        .isInstanceOf(FileException.class)
        .hasMessageStartingWith(nowhere + ": cannot write: no such file or folder; hint: ");
  }

  @ParameterizedTest
  @CsvSource(delimiterString = " => ", quoteCharacter = '`', textBlock = """
      {'descr': '<c8', 'fortran_order': False, 'shape': (1,), } => byte 20: dtype '<c8' (complex) \
      is not read; f2 f4 f8 i1 i2 i4 i8 u1 u2 u4 b1 are; hint: save a.real and a.imag
      {'descr': '|O', 'fortran_order': False, 'shape': (1,), } => byte 20: dtype '|O' (Python \
      objects) is not read; f2 f4 f8 i1 i2 i4 i8 u1 u2 u4 b1 are; hint: save symbols as a tsv \
      file, numbers as float64 or int64
      {'descr': '<u8', 'fortran_order': False, 'shape': (1,), } => byte 20: dtype '<u8' (unsigned \
      64-bit) is not read; f2 f4 f8 i1 i2 i4 i8 u1 u2 u4 b1 are; hint: convert it with \
      a.astype('int64')
      {'descr': [('x', '<f8')], 'fortran_order': False, 'shape': (1,), } => byte 20: arrays of \
      records are not read; hint: save one field of it: numpy.save(file, a['field'])
      {'descr': '<f8', 'fortran_order': False} => byte 50: npy header: the header lacks the key \
      shape; hint: write the file with numpy.save
      {'descr': '<f8', 'descr': '<f8'} => byte 27: npy header: the key descr came twice; hint: \
      write the file with numpy.save
      {'descr': '<f8', 'fortran_order': 1, 'shape': (1,)} => byte 44: npy header: True or False \
      is expected but '1' came; hint: write the file with numpy.save
      {'descr': '<f8', 'fortran_order': True, 'shape': (-1,)} => byte 60: npy header: an extent, \
      0 or more is expected but '-' came; hint: write the file with numpy.save
      {'descr': '<f8', 'fortran_order': True, 'shape': (7)} => byte 59: npy header: a shape of \
      one axis is written (7,); hint: write the file with numpy.save
      {'descr': '<f8', 'fortran_order': True, 'shape': (99999999999999999999,)} => byte 60: npy \
      header: extent 99999999999999999999 is larger than a 64-bit number; hint: write the file \
      with numpy.save
      {'descr': '<f8', 'fortran_order': True, 'shape': (4294967296, 4294967296)} => byte 84: \
      shape [4294967296, 4294967296] has more bytes than a 64-bit number counts; hint: the file \
      is damaged
      {'descr': '<f8', 'fortran_order': True, 'shape': (3,)} => byte 64: shape [3] of <f8 \
      promises 88 bytes in all but the file has 64; hint: the file is cut off
      __import__('os') => byte 10: npy header: '{' is expected but '_' came; hint: write the file \
      with numpy.save
      """)
  void refusesHeaders(String header, String message) throws IOException {
    Path file = folder.resolve("bad.npy");
    Files.write(file, withHeader(header));
    assertRefused(file, file + ": " + message);
  }

  @Test
  void refusesWhatIsNoNpyFile() throws IOException {
    Path file = Files.writeString(folder.resolve("x.npy"), "a,b,c,d,e\n");
    assertRefused(file, file + ": byte 0: the magic string \\x93NUMPY is expected but byte 0x61"
        + " came; hint: this is no npy file; numpy.save writes one");
    Files.write(file, new byte[] {(byte) 0x93, 'N', 'U'});
    assertRefused(file, file + ": byte 3: the magic string and version is expected but the file"
        + " ends; hint: the file is cut off");
    byte[] version4 = withHeader("{}");
    version4[6] = 4;
    Files.write(file, version4);
    assertRefused(file, file + ": byte 6: version 1.0, 2.0 or 3.0 is expected but 4.0 came;"
        + " hint: save it again with numpy.save");
    byte[] bytes = Files.readAllBytes(NUMPY.resolve("b1_fortran.npy"));
    bytes[bytes.length - 1] = 2;
    Files.write(file, bytes);
    assertRefused(file, file + ": byte 133: 0 or 1 is expected in a bool array but byte 0x02 came;"
        + " hint: write truth values with a.astype(bool)");
    Files.write(file, Arrays.copyOf(bytes, bytes.length + 1));
    assertRefused(file, file + ": byte 134: shape [2, 3] of |b1 promises 134 bytes in all but the"
        + " file has 135; hint: the shape or dtype is wrong");
  }

  private static void assertRefused(Path file, String message) {
    try (Arena arena = Arena.ofConfined()) {
      assertThatThrownBy(() -> Npy.read(file, arena)).isInstanceOf(FileException.class)
          .hasMessage(message);
    }
  }

  private static byte[] withHeader(String header) {
    byte[] text = header.getBytes(StandardCharsets.ISO_8859_1);
    byte[] start = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, (byte) text.length, 0};
    byte[] all = Arrays.copyOf(start, start.length + text.length);
    System.arraycopy(text, 0, all, start.length, text.length);
    return all;
  }

  private static TensorType type(String dtype, String extents) {
    return TensorType.of(DType.parse(dtype), extents.isEmpty() ? new long[0]
        : Arrays.stream(extents.split(",")).mapToLong(Long::parseLong).toArray());
  }

  private static List<Object> values(String dtype, String text) {
    return text.isEmpty() ? List.of() : Arrays.stream(text.split(",")).<Object>map(value ->
        switch (dtype) {
          case "i64" -> Long.parseLong(value);
          case "bool" -> value.equals("True");
          default -> Double.parseDouble(value.replace("nan", "NaN").replace("inf", "Infinity"));
        }).toList();
  }

  private static List<Object> values(NpyArray array) {
    var values = new ArrayList<Object>();
    MemorySegment elements = array.elements();
    for (long i = 0; i < array.type().shape().count(); i++) {
      values.add(switch (array.type().dtype()) {
        case F64 -> elements.getAtIndex(ValueLayout.JAVA_DOUBLE, i);
        case F32 -> (double) elements.getAtIndex(ValueLayout.JAVA_FLOAT, i);
        case I64 -> elements.getAtIndex(ValueLayout.JAVA_LONG, i);
        case BOOL -> elements.get(ValueLayout.JAVA_BOOLEAN, i);
        case F16, BF16, F8E4M3, F8E5M2, I32, I8, U8 -> throw new AssertionError(array.type());
      });
    }
    return values;
  }
}
