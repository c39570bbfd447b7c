package org.tensorlogic.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.tensorlogic.rewrite.Optimizer;

/** docs/rewriting.md says what the code does. */
class RewritingPageTest {

  private static final String PAGE = Project.read("docs/rewriting.md");

  /** The table of the built-in rules. */
  static String table() {
    return "| rule | meaning | level | exactness |\n|---|---|---|---|\n"
        + Optimizer.rules().stream().map(rule -> "| `%s` | `%s` | %s | %s |\n".formatted(
            rule.name(), rule.meaning().replace("|", "\\|"), rule.level(), rule.exactness()))
            .collect(Collectors.joining());
  }

  @Test
  void listsEveryRule() {
    assertThat(PAGE).endsWith("## Built-in rules\n\n" + table());
  }

  @Test
  void theExampleRunsAndPrintsWhatThePageSays() throws Exception {
    String source = Project.read("examples/java/OwnRule.java");
    assertThat(PAGE).contains("```java\n" + source + "```\n");
    var child = Child.run(Project.file("examples/java/OwnRule.java").toString());
    assertThat(child.err()).isEmpty();
    assertThat(child.out()).contains("logistic 1");
    assertThat(PAGE).contains("```text\n" + child.out().replace("\r\n", "\n") + "```\n");
  }
}
