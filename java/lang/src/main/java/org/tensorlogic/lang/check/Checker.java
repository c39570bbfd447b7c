package org.tensorlogic.lang.check;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.tensorlogic.error.ProgramException;
import org.tensorlogic.lang.syntax.Expression;
import org.tensorlogic.lang.syntax.Problems;
import org.tensorlogic.lang.syntax.Program;
import org.tensorlogic.lang.syntax.Projection;
import org.tensorlogic.lang.syntax.Statement;
import org.tensorlogic.type.DType;

/**
 * Finds out what a parsed program means.
 *
 * <p>The program is walked three times: for the names and what defines them, for the sets that
 * indices run over, and for the checked equations. Then names are grouped by who reads whom. A
 * statement with a mistake takes no part in the later walks, so that one mistake is reported once.
 */
public final class Checker {
  private final Program program;
  private final DataSource data;
  private final Problems problems;
  private final NameTable names;
  private final DomainInference domains;
  private final Dependencies dependencies = new Dependencies();
  private final Map<Integer, Scope> scopes = new LinkedHashMap<>();
  private final Map<String, List<CheckedEquation>> equations = new LinkedHashMap<>();
  private final Map<String, List<List<Long>>> facts = new HashMap<>();
  private final List<CheckedQuery> queries = new ArrayList<>();
  private final List<CheckedProgram.Save> saves = new ArrayList<>();

  private Checker(Program program, DataSource data, Problems problems) {
    this.program = program;
    this.data = data;
    this.problems = problems;
    this.names = new NameTable(program.source(), problems);
    this.domains = new DomainInference(names, problems);
  }

  /**
   * Checks a program.
   *
   * @param program what the parser could read
   * @param data tells what the files hold
   * @param problems the collector that the parser filled; receives every further mistake
   * @return the program with all names, domains, dtypes and groups
   * @throws ProgramException with everything that is wrong, if anything is
   */
  public static CheckedProgram check(Program program, DataSource data, Problems problems) {
    return new Checker(program, data, problems).run();
  }

  private CheckedProgram run() {
    collectDomains();
    collectNames();
    names.checkKinds();
    inferDomains();
    build();
    dependencies.checkStrata(problems);
    warnOfUndefined();
    List<EvaluationGroup> groups = groups();
    if (!problems.hasErrors()) {
      domains.solver().reportUnsized();
    }
    problems.throwErrors();
    return new CheckedProgram(
        definitions(), groups, queries, saves, dependencies.reads(), problems.warnings());
  }

  private Statement statement(int ordinal) {
    return program.statements().get(ordinal);
  }

  private void collectDomains() {
    for (Statement statement : program.statements()) {
      switch (statement) {
        case Statement.ExtentDomain domain -> domains.declare(domain);
        case Statement.SymbolDomain domain -> domains.declare(domain);
        case Statement.Minimize minimize ->
            problems.error(
                minimize.span(),
                "minimize is not available in this version",
                "equations, rules, recursion and queries are; compute gradients from Java");
        case Statement.Semantics semantics -> semantics(semantics);
        case Statement.Equation _,
            Statement.Rule _,
            Statement.Fact _,
            Statement.RelationQuery _,
            Statement.TensorQuery _,
            Statement.Load _,
            Statement.Save _,
            Statement.TypeDeclaration _,
            Statement.Parameter _ -> { }
      }
    }
  }

  private void semantics(Statement.Semantics semantics) {
    List<String> known =
        List.of("hard_boolean", "soft_differentiable", "fuzzy_godel", "fuzzy_product",
            "fuzzy_lukasiewicz", "probabilistic");
    if (!known.contains(semantics.name())) {
      problems.error(
          semantics.span(),
          "there is no semantics '" + semantics.name() + "'",
          Suggestions.didYouMean(semantics.name(), known,
              "known are " + String.join(", ", known)));
    } else if (!semantics.name().equals(known.getFirst())) {
      problems.error(
          semantics.span(),
          "semantics " + semantics.name() + " is not available in this version",
          "hard_boolean is, and holds without this statement");
    }
  }

  private void collectNames() {
    Set<String> defined = NameTable.defined(program);
    for (int ordinal = 0; ordinal < program.statements().size(); ordinal++) {
      Statement statement = statement(ordinal);
      switch (statement) {
        case Statement.Load load -> names.load(load, data);
        case Statement.TypeDeclaration type -> names.type(type);
        case Statement.Parameter parameter -> parameter(parameter);
        case Statement.Equation _,
            Statement.Rule _,
            Statement.Fact _,
            Statement.RelationQuery _,
            Statement.TensorQuery _ -> collectScope(ordinal, defined);
        case Statement.Save _,
            Statement.ExtentDomain _,
            Statement.SymbolDomain _,
            Statement.Minimize _,
            Statement.Semantics _ -> { }
      }
    }
    collectBareNames();
    for (int ordinal : scopes.keySet()) {
      switch (statement(ordinal)) {
        case Statement.Equation equation ->
            names.projects(
                names.get(equation.head().name()), equation.projection(), equation.span());
        case Statement.Rule rule ->
            names.projects(
                names.get(rule.head().name()),
                Projection.ANY,
                rule.span());
        case Statement.Fact _,
            Statement.RelationQuery _,
            Statement.TensorQuery _,
            Statement.Load _,
            Statement.Save _,
            Statement.ExtentDomain _,
            Statement.SymbolDomain _,
            Statement.TypeDeclaration _,
            Statement.Parameter _,
            Statement.Minimize _,
            Statement.Semantics _ -> { }
      }
    }
  }

  private void collectScope(int ordinal, Set<String> defined) {
    Statement statement = statement(ordinal);
    Scope scope = Scope.of(statement, defined).orElseThrow();
    boolean bare =
        statement instanceof Statement.TensorQuery query && query.read().indices().isEmpty();
    boolean fits = bare || occurs(scope.head());
    for (Reading reading : scope.body()) {
      fits &= occurs(reading);
    }
    NameInfo info = names.get(scope.head().name());
    if (!fits) {
      info.typed |= defined.contains(info.name);
      return;
    }
    scopes.put(ordinal, scope);
    switch (statement) {
      case Statement.Equation equation -> {
        info.equations.add(ordinal);
        names.defines(info, equation.projection().isBoolean(), equation.head().span());
      }
      case Statement.Rule rule -> {
        info.equations.add(ordinal);
        names.defines(info, true, rule.head().span());
      }
      case Statement.Fact fact -> {
        info.facts.add(fact);
        names.defines(info, true, fact.span());
      }
      case Statement.RelationQuery _,
          Statement.TensorQuery _,
          Statement.Load _,
          Statement.Save _,
          Statement.ExtentDomain _,
          Statement.SymbolDomain _,
          Statement.TypeDeclaration _,
          Statement.Parameter _,
          Statement.Minimize _,
          Statement.Semantics _ -> { }
    }
  }

  private boolean occurs(Reading reading) {
    long states =
        reading.indices().size() - (long) reading.axes().size();
    if (states > 1) {
      problems.error(
          reading.span(), reading.name() + " has " + states + " virtual indices",
          "a scan runs along one index");
      return false;
    }
    return names.occurs(reading.name(), reading.axes().size(), reading.use(), reading.span());
  }

  /** Whole tensors that are asked for or saved take the rank that the name has elsewhere. */
  private void collectBareNames() {
    for (Statement statement : program.statements()) {
      if (statement instanceof Statement.Save save) {
        if (!names.checkExtension(save.path(), save.pathSpan(), "written")) {
          continue;
        }
        if (names.get(save.name()) == null) {
          names.occurs(save.name(), 0, Reading.Use.TENSOR, save.span());
        }
        saves.add(
            new CheckedProgram.Save(
                save.path(), save.name(), names.origin(save.span(), save.name())));
      } else if (statement instanceof Statement.TensorQuery query
          && names.get(query.read().name()) == null) {
        names.occurs(query.read().name(), 0, Reading.Use.TENSOR, query.span());
      }
    }
  }

  private void parameter(Statement.Parameter parameter) {
    if (!names.occurs(
        parameter.name(), parameter.axes().size(), Reading.Use.TENSOR, parameter.span())) {
      return;
    }
    NameInfo info = names.get(parameter.name());
    if (info.parameter.isPresent()) {
      problems.error(parameter.span(), parameter.name() + " is a parameter already",
          "declare each parameter once");
    }
    info.parameter = Optional.of(parameter);
    names.defines(info, false, parameter.span());
    Distributions.check(parameter, problems);
  }

  private void inferDomains() {
    for (int ordinal = 0; ordinal < program.statements().size(); ordinal++) {
      switch (statement(ordinal)) {
        case Statement.TypeDeclaration type -> {
          if (names.get(type.name()).rank == type.axes().size()) {
            domains.type(type.name(), type.axes(), type.span());
          }
        }
        case Statement.Parameter parameter -> {
          if (names.get(parameter.name()).rank == parameter.axes().size()) {
            domains.type(parameter.name(), parameter.axes(), parameter.span());
          }
        }
        case Statement.Load load -> {
          NameInfo info = names.get(load.name());
          if (info != null && info.load.equals(Optional.of(load))) {
            domains.content(info, load, ordinal);
          }
        }
        case Statement.Equation _,
            Statement.Rule _,
            Statement.Fact _,
            Statement.RelationQuery _,
            Statement.TensorQuery _,
            Statement.Save _,
            Statement.ExtentDomain _,
            Statement.SymbolDomain _,
            Statement.Minimize _,
            Statement.Semantics _ -> { }
      }
    }
    scopes.forEach(this::inferDomains);
    names.all().forEach(domains::axes);
    domains.solver().solve();
  }

  private void inferDomains(int ordinal, Scope scope) {
    if (scope.head().axes().size() == names.get(scope.head().name()).rank) {
      domains.statement(scope, ordinal);
    }
    if (statement(ordinal) instanceof Statement.Equation equation) {
      for (Statement.Clause clause : equation.clauses()) {
        Optional<Expression.Apply> call = Joining.call(clause.value());
        call.flatMap(concat -> Joining.of(equation, concat))
            .ifPresent(joining -> domains.joining(joining, ordinal, equation.span()));
      }
    }
  }

  private void build() {
    names.all().forEach(info -> dependencies.name(info.name));
    scopes.forEach(
        (ordinal, scope) -> {
          Statement statement = statement(ordinal);
          EquationBuilder builder =
              new EquationBuilder(names, domains, problems, scope, ordinal);
          switch (statement) {
            case Statement.Equation equation -> add(builder.equation(equation), scope);
            case Statement.Rule rule -> add(builder.rule(rule), scope);
            case Statement.Fact fact ->
                builder
                    .fact(fact)
                    .ifPresent(
                        row ->
                            facts
                                .computeIfAbsent(fact.atom().name(), _ -> new ArrayList<>())
                                .add(row));
            case Statement.RelationQuery query -> queries.add(builder.query(query));
            case Statement.TensorQuery query -> queries.add(builder.query(query));
            case Statement.Load _,
                Statement.Save _,
                Statement.ExtentDomain _,
                Statement.SymbolDomain _,
                Statement.TypeDeclaration _,
                Statement.Parameter _,
                Statement.Minimize _,
                Statement.Semantics _ -> { }
          }
        });
  }

  private void add(CheckedEquation equation, Scope scope) {
    equations.computeIfAbsent(equation.name(), _ -> new ArrayList<>()).add(equation);
    scope.body().forEach(reading -> dependencies.reads(equation.name(), reading));
  }

  private void warnOfUndefined() {
    List<String> defined = names.definedNames();
    for (NameInfo info : names.all()) {
      if (!info.isDefined()) {
        problems.warning(
            info.first,
            "%s is never defined, so it is %s everywhere"
                .formatted(info.name, info.isRelation() ? "false" : "0"),
            hintOfUndefined(info, defined));
      }
    }
  }

  private static String hintOfUndefined(NameInfo info, List<String> defined) {
    String definition = info.isRelation()
        ? "define it by facts, a rule, or a file: %s = \"facts.tsv\"".formatted(info.name)
        : "define it by an equation, param, or a file: %s = \"data.npy\"".formatted(info.name);
    return Suggestions.didYouMean(info.name, defined, definition);
  }

  private List<EvaluationGroup> groups() {
    List<EvaluationGroup> groups = new ArrayList<>();
    for (List<String> component : dependencies.components()) {
      List<CheckedEquation> all =
          component.stream()
              .flatMap(name -> equations.getOrDefault(name, List.of()).stream())
              .toList();
      if (!all.isEmpty()) {
        groups.add(group(component, all));
      }
    }
    return groups;
  }

  private EvaluationGroup group(List<String> component, List<CheckedEquation> all) {
    Optional<CheckedEquation> scan =
        all.stream().filter(equation -> equation.state().isPresent()).findFirst();
    if (scan.isEmpty()) {
      boolean recursive = dependencies.isRecursive(component);
      return new EvaluationGroup(
          component,
          recursive ? EvaluationGroup.Kind.FIXPOINT : EvaluationGroup.Kind.ONCE,
          all,
          Optional.empty());
    }
    if (dependencies.isRecursiveWithinStep(component)) {
      problems.error(
          names.get(component.getFirst()).first,
          "%s is the state of a scan and also reads itself without a virtual index"
              .formatted(component.getFirst()),
          "read the state before, H[*t,...], in the equation of H[*t+1,...]");
    }
    CheckedEquation first = scan.get();
    Domain domain = first.variables().get(first.state().orElseThrow().variable()).domain();
    return new EvaluationGroup(component, EvaluationGroup.Kind.SCAN, all, Optional.of(domain));
  }

  private Map<String, Definition> definitions() {
    Map<String, DType> dtypes = dtypes();
    Map<String, Definition> definitions = new LinkedHashMap<>();
    for (NameInfo info : names.all()) {
      List<Domain> axes =
          domains.axes(info).stream().map(domains.solver()::domain).toList();
      definitions.put(
          info.name,
          new Definition(
              info.name,
              dtypes.get(info.name),
              axes,
              List.copyOf(facts.getOrDefault(info.name, List.of())),
              info.load.map(Statement.Load::path),
              info.parameter.map(Distributions::initial),
              names.origin(info.first, info.name)));
    }
    return definitions;
  }

  /** Raises the dtypes of equations until nothing changes: i64, then f32, then f64. */
  private Map<String, DType> dtypes() {
    Map<String, DType> fixed = new HashMap<>();
    for (NameInfo info : names.all()) {
      if (info.isRelation()) {
        fixed.put(info.name, DType.BOOL);
      } else if (info.declared.isPresent()) {
        fixed.put(info.name, info.declared.get());
      } else if (info.content.isPresent()) {
        fixed.put(
            info.name,
            switch (info.content.get()) {
              case FileContent.Table _ -> DType.F32;
              case FileContent.Array array -> DTypes.computing(array.dtype());
            });
      } else if (info.equations.isEmpty()) {
        fixed.put(info.name, DType.F32);
      }
    }
    Map<String, DType> found = new HashMap<>(fixed);
    boolean changed = true;
    while (changed) {
      changed = false;
      for (Map.Entry<String, List<CheckedEquation>> entry : equations.entrySet()) {
        if (!fixed.containsKey(entry.getKey())) {
          DType dtype = DTypes.of(entry.getValue(), found);
          changed |= dtype != null && dtype != found.put(entry.getKey(), dtype);
        }
      }
    }
    equations.keySet().forEach(name -> found.putIfAbsent(name, DType.F32));
    return found;
  }
}
