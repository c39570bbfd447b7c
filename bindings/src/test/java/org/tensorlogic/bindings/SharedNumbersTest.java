package org.tensorlogic.bindings;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Numbers that both sides of the border know are the same. */
class SharedNumbersTest {

  private static final String CONTRACT = "contract/packing.h";
  private static final String DIRECT = "contract/direct-inl.h";
  private static final String FUSED = "fused/program.h";
  private static final String REDUCE = "reduce/reduce-inl.h";

  private static long javaNumber(String name) throws ReflectiveOperationException {
    String[] parts = name.split("\\.");
    var field = Class.forName("org.tensorlogic.bindings." + parts[0]).getDeclaredField(parts[1]);
    return ((Number) field.get(null)).longValue();
  }

  /** A product of numbers, the only kind of expression that these constants are. */
  private static long nativeNumber(String file, String name) throws Exception {
    Path root = Path.of("").toAbsolutePath();
    while (!Files.isDirectory(root.resolve("native/kernels"))) {
      root = root.getParent();
    }
    Matcher found = Pattern.compile("inline constexpr \\w+ " + name + " = ([\\d* ]+);")
        .matcher(Files.readString(root.resolve("native/kernels").resolve(file)));
    assertThat(found.find()).as("%s in %s", name, file).isTrue();
    return Arrays.stream(found.group(1).split("\\*"))
        .mapToLong(part -> Long.parseLong(part.strip())).reduce(1, Math::multiplyExact);
  }

  @ParameterizedTest
  @CsvSource({
      "ContractTiles.COLUMNS, " + CONTRACT + ", kColumnBlock",
      "ContractTiles.DEPTH_BLOCK, " + CONTRACT + ", kDepthBlock",
      "ContractTiles.PACK_SHARES, " + CONTRACT + ", kPackShares",
      "ContractTiles.PACK_BYTES, " + CONTRACT + ", kVectorBytesMax",
      "ContractTiles.ROW_GROUP, " + CONTRACT + ", kGroupRows",
      "ContractTiles.IN_PLACE_BYTES, " + DIRECT + ", kDirectBytes",
      "ContractTiles.THIN_ROWS, " + DIRECT + ", kThinRows",
      "ContractTiles.THIN_COLUMNS, " + DIRECT + ", kThinColumns",
      "ContractTiles.NARROW, " + DIRECT + ", kDotRows",
      "Descriptor.REDUCE_STRIP_BYTES, " + REDUCE + ", kStripBytes",
      "FusedProgram.REGISTER_BYTES, " + FUSED + ", kRegisterBytes",
      "FusedProgram.REGISTERS_MAX, " + FUSED + ", kRegistersMax",
      "FusedProgram.OPERANDS_MAX, " + FUSED + ", kOperandsMax",
      "FusedProgram.RESULTS_MAX, " + FUSED + ", kResultsMax",
      "FusedProgram.ROW_VALUES_MAX, " + FUSED + ", kRowValuesMax",
      "FusedProgram.GROUPED_ROWS_MAX, " + FUSED + ", kGroupedRowsMax"})
  void bothSidesKnowTheSameNumber(String java, String file, String name) throws Exception {
    assertThat(javaNumber(java)).isEqualTo(nativeNumber(file, name));
  }
}
