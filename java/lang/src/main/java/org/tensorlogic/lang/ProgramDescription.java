package org.tensorlogic.lang;

import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.tensorlogic.lang.check.CheckedEquation;
import org.tensorlogic.lang.check.CheckedProgram;
import org.tensorlogic.lang.check.Definition;
import org.tensorlogic.lang.check.Domain;
import org.tensorlogic.lang.check.EvaluationGroup;
import org.tensorlogic.lang.check.Value;

/** Tells in words what a checked program consists of. */
final class ProgramDescription {
  private final CheckedProgram program;
  private final Map<String, Integer> strata = new HashMap<>();

  private ProgramDescription(CheckedProgram program) {
    this.program = program;
  }

  static String of(CheckedProgram program) {
    return new ProgramDescription(program).text();
  }

  private String text() {
    var out = new StringBuilder("names\n");
    program.definitions().values().forEach(each -> out.append(line(each)));
    out.append("groups in the order of evaluation\n");
    for (EvaluationGroup group : program.groups()) {
      int stratum = stratum(group);
      group.names().forEach(name -> strata.put(name, stratum));
      out.append("  %s, stratum %d, %d equation%s%n".formatted(
          title(group), stratum, group.equations().size(),
          group.equations().size() == 1 ? "" : "s"));
    }
    out.append("%d queries, %d output files%n".formatted(
        program.queries().size(), program.saves().size()));
    return out.toString();
  }

  private static String line(Definition definition) {
    String axes =
        definition.axes().stream().map(Domain::toString).collect(Collectors.joining(", "));
    String facts =
        definition.facts().isEmpty() ? "" : ", %d facts".formatted(definition.facts().size());
    String file = definition.file().map(path -> ", from \"" + path + "\"").orElse("");
    String parameter =
        definition.parameter()
            .map(initial -> ", parameter ~ " + initial.distribution())
            .orElse("");
    return "  %s : %s[%s]%s%s%s%n"
        .formatted(definition.name(), definition.dtype(), axes, facts, file, parameter);
  }

  /** The names of a group and how often it runs. */
  static String title(EvaluationGroup group) {
    String names = String.join(", ", group.names());
    return switch (group.kind()) {
      case ONCE -> names;
      case FIXPOINT -> names + " (recursive, to its fixpoint)";
      case SCAN -> names + " (scan along " + group.scan().orElseThrow() + ")";
    };
  }

  /** How many negations stand below a group. */
  private int stratum(EvaluationGroup group) {
    int highest = 0;
    for (CheckedEquation equation : group.equations()) {
      for (CheckedEquation.Clause clause : equation.clauses()) {
        highest = Math.max(highest, stratum(clause.value(), 0));
        if (clause.guard().isPresent()) {
          highest = Math.max(highest, stratum(clause.guard().get(), 0));
        }
      }
    }
    return highest;
  }

  private int stratum(Value value, int negations) {
    if (value instanceof Value.Element element) {
      return strata.getOrDefault(element.name(), 0) + negations;
    }
    int inside = value instanceof Value.Not ? 1 : negations;
    return value.parts().stream().mapToInt(part -> stratum(part, inside)).max().orElse(0);
  }
}
