package org.tensorlogic.tests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorlogic.einsum.EinsumSpec;
import org.tensorlogic.einsum.Semiring;
import org.tensorlogic.engine.Engine;
import org.tensorlogic.memory.Scope;
import org.tensorlogic.memory.Tensor;
import org.tensorlogic.testkit.RandomTensors;
import org.tensorlogic.testkit.Tolerance;
import org.tensorlogic.type.DType;
import org.tensorlogic.type.Shape;
import org.tensorlogic.type.TensorType;

/**
 * Two hundred einsum specs over all semirings against float64 results worked out by NumPy;
 * generator and tolerances are those of the data's README.
 */
class EinsumCasesTest {

  private static List<JsonNode> cases() throws IOException {
    var mapper = new ObjectMapper();
    var cases = new ArrayList<JsonNode>();
    for (String line : Files.readAllLines(
        Project.file("java/tests/src/test/data/einsum/cases.jsonl"))) {
      cases.add(mapper.readTree(line));
    }
    return cases;
  }

  @ParameterizedTest
  @ValueSource(strings = {"reference", "native"})
  void agreesWithNumPy(String provider) throws IOException {
    List<JsonNode> cases = cases();
    assertThat(cases).hasSize(200);
    var failures = new ArrayList<String>();
    try (Engine engine = Engines.of(provider)) {
      for (JsonNode item : cases) {
        for (Semiring semiring : Semiring.values()) {
          for (DType dtype : semiring == Semiring.OR_AND ? List.of(DType.BOOL)
              : List.of(DType.F32, DType.F64)) {
            try {
              check(engine, item, semiring, dtype);
            } catch (AssertionError | RuntimeException failure) {
              failures.add(failure.toString());
            }
          }
        }
      }
    }
    assertThat(failures).as("%s of 2600", failures.size()).isEmpty();
  }

  private static void check(Engine engine, JsonNode item, Semiring semiring, DType dtype) {
    String spec = item.get("spec").textValue();
    String title = "case %s \"%s\" %s %s".formatted(item.get("id"), spec, semiring.text(), dtype);
    try (var scope = new Scope()) {
      var operands = new ArrayList<Tensor>();
      for (JsonNode shape : item.get("shapes")) {
        var type = TensorType.of(dtype, extents(shape));
        operands.add(scope.own(RandomTensors.place(engine, type, elements(
            "einsum/" + item.get("id") + "/" + operands.size(), (int) type.shape().count(),
            semiring, item.get("threshold").longValue()))));
      }
      Tensor result = scope.own(engine.einsum(spec, semiring, operands));
      assertThat(result.type().shape()).as(title).isEqualTo(Shape.of(extents(item.get("shape"))));
      double summed = summed(spec, operands);
      compare(title, item.get("results").get(semiring.text()), result.toDoubles(),
          bound(semiring, dtype, operands.size(), summed, item.get("scale").doubleValue()));
    }
  }

  private static long[] extents(JsonNode shape) {
    return StreamSupport.stream(shape.spliterator(), false).mapToLong(JsonNode::longValue)
        .toArray();
  }

  /** How many products one result element joins. */
  private static double summed(String spec, List<Tensor> operands) {
    var binding = EinsumSpec.parse(spec)
        .bind(operands.stream().map(operand -> operand.type().shape()).toList());
    return binding.spec().summed().stream()
        .mapToDouble(index -> binding.extents().get(index).extent()).reduce(1, (a, b) -> a * b);
  }

  private static Tolerance bound(Semiring semiring, DType dtype, int n, double k, double scale) {
    double eps = 2 * dtype.unitRoundoff();
    return switch (semiring) {
      case OR_AND, MAX_MIN -> Tolerance.EXACT;
      case MAX_PLUS, MIN_PLUS -> new Tolerance(0, n * n * eps);
      case MAX_PRODUCT -> new Tolerance(0, n * eps);
      case SUM_PRODUCT -> new Tolerance(0, (n + 8 + Math.sqrt(k)) * eps * scale);
      case LOG_SUM_EXP -> {
        double factor = (n * n + 8 + Math.sqrt(k)) * eps;
        yield new Tolerance(factor, factor);
      }
    };
  }

  private static double[] elements(String tag, int count, Semiring semiring, long threshold) {
    long seed = 0xCBF29CE484222325L;
    for (byte letter : tag.getBytes(StandardCharsets.US_ASCII)) {
      seed = (seed ^ letter) * 0x100000001B3L;
    }
    var values = new double[count];
    for (int i = 0; i < count; i++) {
      long z = seed + (i + 1) * 0x9E3779B97F4A7C15L;
      z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
      z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
      long b = (z ^ z >>> 31) >>> 40;
      values[i] = switch (semiring) {
        case SUM_PRODUCT, MAX_PLUS, MIN_PLUS, MAX_MIN, LOG_SUM_EXP -> 2 * b * 0x1p-24 - 1;
        case MAX_PRODUCT -> b * 0x1p-24;
        case OR_AND -> b < threshold ? 1 : 0;
      };
    }
    return values;
  }

  private static double number(JsonNode node) {
    return switch (node.asText()) {
      case "inf" -> Double.POSITIVE_INFINITY;
      case "-inf" -> Double.NEGATIVE_INFINITY;
      default -> node.doubleValue();
    };
  }

  private static double[] numbers(JsonNode node) {
    return StreamSupport.stream(node.spliterator(), false)
        .mapToDouble(EinsumCasesTest::number).toArray();
  }

  private static void compare(String title, JsonNode expected, double[] came, Tolerance bound) {
    if (expected.has("values")) {
      bound.check(title, numbers(expected.get("values")), came);
      return;
    }
    int m = came.length;
    bound.check(title + " first", numbers(expected.get("first")),
        Arrays.copyOf(came, 8));
    bound.check(title + " last", numbers(expected.get("last")),
        Arrays.copyOfRange(came, m - 8, m));
    double sum = 0;
    double squares = 0;
    double dot = 0;
    double magnitude = 0;
    for (int i = 0; i < m; i++) {
      sum += came[i];
      squares += came[i] * came[i];
      dot += came[i] * (i * 7919L % 10007 / 10007.0);
      magnitude = Math.max(magnitude, Math.abs(came[i]));
    }
    double each = bound.absolute() + bound.relative() * magnitude;
    var whole = new Tolerance(m * 0x1p-52, m * each + m * magnitude * m * 0x1p-53);
    whole.check(title + " sum", new double[] {number(expected.get("sum"))}, new double[] {sum});
    whole.check(title + " dot", new double[] {number(expected.get("dot"))}, new double[] {dot});
    new Tolerance(m * 0x1p-52, Math.sqrt(m) * each).check(title + " l2",
        new double[] {number(expected.get("l2"))}, new double[] {Math.sqrt(squares)});
  }
}
