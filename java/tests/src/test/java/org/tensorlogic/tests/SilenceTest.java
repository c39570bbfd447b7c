package org.tensorlogic.tests;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Library code writes nothing to descriptors 1 and 2 and leaves the process's settings alone. */
class SilenceTest {

  @Test
  void nothingIsPrinted() throws Exception {
    var child = Child.run(Silent.class.getName(), Project.file("examples/ancestor.tl").toString());
    assertThat(child.out()).isEmpty();
    assertThat(child.err()).isEmpty();
    assertThat(child.code()).isZero();
  }
}
