package org.tensorlogic.cli.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * What the first elements, the sum and the norm of inputs and results must be. The figures were
 * computed in float64 by another program, from the same inputs.
 */
final class Golden {

  /**
   * The figures of one tensor.
   *
   * @param first the first elements, up to four
   * @param sum the sum of all
   * @param norm the root of the sum of squares
   * @param tolerance the error that is allowed, relative to the largest element
   */
  record Figures(double[] first, double sum, double norm, double tolerance) {

    /** Returns the worst deviation of elements, relative to the largest one. */
    double error(float[] elements) {
      double largest = 0;
      double total = 0;
      double squares = 0;
      for (float element : elements) {
        largest = Math.max(largest, Math.abs(element));
        total += element;
        squares += (double) element * element;
      }
      double worst = Math.abs(total - sum) / elements.length;
      worst = Math.max(worst, Math.abs(Math.sqrt(squares) - norm) / Math.sqrt(elements.length));
      for (int i = 0; i < first.length; i++) {
        worst = Math.max(worst, Math.abs(elements[i] - first[i]));
      }
      return Double.isNaN(total) || largest == 0 ? Double.POSITIVE_INFINITY : worst / largest;
    }

    /** An exact result is summed in another order here: that alone is forgiven. */
    boolean accepts(double error) {
      return error <= Math.max(tolerance, 0x1p-40);
    }
  }

  private final Map<String, Figures> figures = new HashMap<>();

  /** Reads the figures that come with the program. */
  Golden() {
    try (InputStream in = Golden.class.getResourceAsStream("golden.tsv")) {
      new String(in.readAllBytes(), StandardCharsets.UTF_8).lines()
          .filter(line -> !line.startsWith("#")).map(line -> line.split("\t")).forEach(this::add);
    } catch (IOException problem) {
      throw new UncheckedIOException(problem);
    }
  }

  private void add(String[] columns) {
    var first = new double[columns.length - 4];
    for (int i = 0; i < first.length; i++) {
      first[i] = Double.parseDouble(columns[4 + i]);
    }
    figures.put(columns[0], new Figures(first, Double.parseDouble(columns[1]),
        Double.parseDouble(columns[2]), Double.parseDouble(columns[3])));
  }

  /** Returns the figures of a workload's result. */
  Figures result(String workload) {
    return figures.get(workload);
  }

  /** Returns the figures of a workload's input, to which its tolerance is 0. */
  Figures input(String workload, String input) {
    return figures.get(workload + "/" + input);
  }
}
