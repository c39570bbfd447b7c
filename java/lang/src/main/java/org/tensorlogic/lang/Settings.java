package org.tensorlogic.lang;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.tensorlogic.error.Code;
import org.tensorlogic.error.Diagnostic;
import org.tensorlogic.error.ProgramException;
import org.tensorlogic.lang.check.Suggestions;
import org.tensorlogic.lang.syntax.Expression;
import org.tensorlogic.lang.syntax.Program;
import org.tensorlogic.lang.syntax.Statement;

/** Replaces values of a program's text by settings. */
final class Settings {
  private static final Pattern EXTENT = Pattern.compile("\\d{1,18}");

  private final Map<String, String> settings;
  private final Set<String> used = new HashSet<>();

  private Settings(Map<String, String> settings) {
    this.settings = settings;
  }

  /**
   * Returns the program with the settings in place: an equation of a tensor without axes becomes
   * its number, further equations of that tensor are dropped, and a declared extent is replaced.
   *
   * @throws ProgramException for a name that is neither, and for what is no number
   */
  static Program apply(Map<String, String> settings, Program program) {
    Settings all = new Settings(settings);
    List<Statement> statements = new ArrayList<>();
    program.statements().forEach(each -> all.replaced(each).ifPresent(statements::add));
    for (String name : settings.keySet()) {
      if (!all.used.contains(name)) {
        throw new ProgramException(
            Diagnostic.error(Code.PROGRAM, "there is nothing named '%s' to set", name)
                .hint("%s", hint(name, program)));
      }
    }
    return new Program(program.source(), statements);
  }

  private Optional<Statement> replaced(Statement statement) {
    return switch (statement) {
      case Statement.ExtentDomain domain when settings.containsKey(domain.name()) -> {
        used.add(domain.name());
        yield Optional.of(
            new Statement.ExtentDomain(
                domain.name(), extent(domain.name()), domain.span()));
      }
      case Statement.Equation equation when isScalar(equation) -> {
        if (!settings.containsKey(equation.head().name())) {
          yield Optional.of(equation);
        }
        yield used.add(equation.head().name())
            ? Optional.of(constant(equation))
            : Optional.empty();
      }
      case Statement.Equation _, Statement.ExtentDomain _, Statement.Rule _, Statement.Fact _,
          Statement.RelationQuery _, Statement.TensorQuery _, Statement.Load _, Statement.Save _,
          Statement.SymbolDomain _, Statement.TypeDeclaration _, Statement.Parameter _,
          Statement.Minimize _, Statement.Semantics _ -> Optional.of(statement);
    };
  }

  private static boolean isScalar(Statement.Equation equation) {
    return equation.head().indices().isEmpty();
  }

  private Statement constant(Statement.Equation equation) {
    String text = settings.get(equation.head().name());
    Expression number;
    try {
      number = new Expression.Number(Double.parseDouble(text), equation.span());
    } catch (NumberFormatException problem) {
      throw noNumber(equation.head().name(), text, "a number", problem);
    }
    return new Statement.Equation(
        equation.head(),
        equation.projection(),
        List.of(new Statement.Clause(number, Optional.empty())),
        equation.span());
  }

  private long extent(String name) {
    String text = settings.get(name);
    try {
      return Long.parseLong(EXTENT.matcher(text).matches() ? text : "");
    } catch (NumberFormatException problem) {
      throw noNumber(name, text, "a whole number from 0", problem);
    }
  }

  private static ProgramException noNumber(
      String name, String text, String what, NumberFormatException cause) {
    return new ProgramException(
        Diagnostic.error(Code.PROGRAM, "%s cannot be set to '%s'", name, text)
            .hint("write %s", what),
        cause);
  }

  private static String hint(String name, Program program) {
    Set<String> names = new LinkedHashSet<>();
    for (Statement statement : program.statements()) {
      if (statement instanceof Statement.ExtentDomain domain) {
        names.add(domain.name());
      } else if (statement instanceof Statement.Equation equation && isScalar(equation)) {
        names.add(equation.head().name());
      }
    }
    String similar = Suggestions.didYouMean(name, List.copyOf(names));
    return similar.isEmpty() ? "what can be set: " + String.join(" ", names) : similar;
  }
}
