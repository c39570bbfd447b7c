package org.tensorlogic.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import org.junit.jupiter.api.Test;

/** The README's program in Java: short, and its result is the stated one. */
class HelloTest {

  @Test
  void readmeProgramRuns() throws Exception {
    var source = Project.file("examples/java/Hello.java");
    assertThat(Files.readAllLines(source)).filteredOn(line -> !line.isBlank())
        .hasSizeLessThanOrEqualTo(15);
    var child = Child.run(source.toString());
    // x w = [[1, 2 - 3], [4, 5 - 6]], and the slope adds the rows of x where that is positive.
    assertThat(child.out()).isEqualToNormalizingNewlines("""
        f32[2, 2] [1.0, 0.0, 4.0, 0.0]
        f32[3, 2] [5.0, 0.0, 7.0, 0.0, 9.0, 0.0]
        """);
    assertThat(child.code()).isZero();
  }
}
