package org.tensorlogic.lang;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.tensorlogic.engine.Compiled;
import org.tensorlogic.engine.Engine;
import org.tensorlogic.error.Diagnostic;
import org.tensorlogic.error.Requirement;
import org.tensorlogic.exec.Bound;
import org.tensorlogic.exec.Profile;
import org.tensorlogic.io.FileFormat;
import org.tensorlogic.io.Npy;
import org.tensorlogic.io.Table;
import org.tensorlogic.ir.Graph;
import org.tensorlogic.lang.check.CheckedProgram;
import org.tensorlogic.lang.check.CheckedQuery;
import org.tensorlogic.lang.check.Checker;
import org.tensorlogic.lang.check.Definition;
import org.tensorlogic.lang.check.Domain;
import org.tensorlogic.lang.check.EvaluationGroup;
import org.tensorlogic.lang.compile.GraphCompiler;
import org.tensorlogic.lang.compile.Limits;
import org.tensorlogic.lang.syntax.Parser;
import org.tensorlogic.lang.syntax.Problems;
import org.tensorlogic.lang.syntax.Program;
import org.tensorlogic.lang.syntax.Source;
import org.tensorlogic.lang.syntax.Statement;
import org.tensorlogic.memory.Scope;
import org.tensorlogic.memory.Tensor;

/**
 * A program in the tensor logic language, read and checked. Running it compiles one graph of what
 * the queries and output files need and runs it on an engine. Immutable apart from a store of the
 * tables read; not safe for use by several threads at a time.
 */
public final class TensorProgram {
  private final String name;
  private final String text;
  private final ProgramOptions options;
  private final ProgramFiles files;
  private final CheckedProgram program;
  private final List<String> queryTexts;

  private TensorProgram(String name, String text, ProgramFiles files, ProgramOptions options) {
    this.name = name;
    this.text = text;
    this.files = files;
    this.options = options;
    Source source = new Source(name, text);
    Problems problems = new Problems(source);
    Program parsed = Settings.apply(options.settings(), Parser.parse(source, problems));
    this.program = Checker.check(parsed, files, problems);
    this.queryTexts =
        parsed.statements().stream()
            .filter(
                each ->
                    each instanceof Statement.RelationQuery
                        || each instanceof Statement.TensorQuery)
            .map(each -> asWritten(source.slice(each.span())))
            .toList();
  }

  private static String asWritten(String query) {
    String trimmed = query.strip();
    return trimmed.endsWith("?")
        ? trimmed.substring(0, trimmed.length() - 1).strip()
        : trimmed;
  }

  /**
   * Reads and checks a program; files that it names are relative to its folder.
   *
   * @throws org.tensorlogic.error.ProgramException with all problems of the text
   * @throws org.tensorlogic.error.FileException when the program or one of its files cannot be read
   */
  public static TensorProgram load(Path file, ProgramOptions options) {
    try {
      Path folder = file.toAbsolutePath().getParent();
      return parse(file.toString(), Files.readString(file), folder, options);
    } catch (IOException problem) {
      throw FileFormat.failed("read", file, problem);
    }
  }

  /**
   * Checks the text of a program.
   *
   * @param name what messages call it
   * @param folder what names of files are relative to
   * @throws org.tensorlogic.error.ProgramException with all problems of the text
   */
  public static TensorProgram parse(
      String name, String text, Path folder, ProgramOptions options) {
    return new TensorProgram(name, text, new ProgramFiles(folder), options);
  }

  /** Returns what is doubtful but stops nothing, in the order of the text. */
  public List<String> warnings() {
    return program.warnings().stream().map(Diagnostic::format).toList();
  }

  /** Answers all queries in the order of the program and writes the program's output files. */
  public List<Answer> run(Engine engine) {
    return run(engine, program.queries(), queryTexts, program.saves());
  }

  /**
   * Answers one query, such as {@code Ancestor(x, Bob)}; its question mark may be left out. Only
   * what it depends on is computed, and no file is written.
   *
   * @throws org.tensorlogic.error.ProgramException when it does not fit the program
   */
  public List<Answer> run(Engine engine, String query) {
    String asked = asWritten(query) + "?";
    var with = new TensorProgram(name, text + "\n" + asked + "\n", files, options);
    int before = queryTexts.size();
    int after = with.queryTexts.size();
    return with.run(
        engine,
        with.program.queries().subList(before, after),
        with.queryTexts.subList(before, after),
        List.of());
  }

  private List<Answer> run(
      Engine engine,
      List<CheckedQuery> queries,
      List<String> texts,
      List<CheckedProgram.Save> saves) {
    Set<String> names = new LinkedHashSet<>();
    queries.forEach(query -> names.add(query.name()));
    saves.forEach(save -> names.add(save.name()));
    if (names.isEmpty()) {
      return List.of();
    }
    Graph graph = GraphCompiler.compile(program, names, limits());
    try (Scope scope = new Scope()) {
      Map<String, Tensor> given = inputs(engine, graph, scope);
      Map<String, Tensor> results = engine.compile(graph).run(given);
      scope.own(results.values());
      List<Answer> answers = new ArrayList<>();
      for (int i = 0; i < queries.size(); i++) {
        CheckedQuery query = queries.get(i);
        Definition definition = program.definitions().get(query.name());
        answers.add(
            new Answers(texts.get(i), definition, results.get(query.name())).of(query));
      }
      saves.forEach(save -> save(save, results.get(save.name())));
      return answers;
    }
  }

  private Map<String, Tensor> inputs(Engine engine, Graph graph, Scope scope) {
    var inputs = new InputTensors(engine, files, options.seed());
    Map<String, Tensor> given = new LinkedHashMap<>();
    for (String input : graph.inputs().keySet()) {
      given.put(input, scope.own(inputs.of(program.definitions().get(input))));
    }
    return given;
  }

  /**
   * Computes what the queries and output files need: so many runs to warm up, then as many that are
   * profiled. Answers nothing and writes no file.
   */
  public Profile profile(Engine engine, int runs) {
    Set<String> names = neededNames();
    Requirement.requireArgument(
        !names.isEmpty(),
        () -> "add a query, such as Ancestor(x, y)?",
        "profile: %s asks for nothing",
        name);
    Graph graph = GraphCompiler.compile(program, names, limits());
    try (Scope scope = new Scope()) {
      Tensor[] given = inputs(engine, graph, scope).values().toArray(Tensor[]::new);
      try (Bound bound = engine.compile(graph).bind(given)) {
        for (int i = 0; i < runs; i++) {
          bound.run();
        }
        return bound.profile(runs);
      }
    }
  }

  private Set<String> neededNames() {
    Set<String> names = new LinkedHashSet<>();
    program.queries().forEach(query -> names.add(query.name()));
    program.saves().forEach(save -> names.add(save.name()));
    return names;
  }

  private Limits limits() {
    return new Limits(options.iterationsMax(), options.tolerance());
  }

  private void save(CheckedProgram.Save save, Tensor tensor) {
    Definition definition = program.definitions().get(save.name());
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment bytes = tensor.toBytes();
      MemorySegment elements = arena.allocate(Math.max(1, bytes.byteSize()), 64);
      MemorySegment exact = elements.asSlice(0, bytes.byteSize()).copyFrom(bytes);
      if (ProgramFiles.isArray(save.path())) {
        Npy.write(files.path(save.path()), tensor.type(), exact);
      } else if (ProgramFiles.isTable(save.path())) {
        List<String> columns = columns(definition);
        List<List<String>> symbols =
            definition.axes().stream().map(Domain::symbols).toList();
        Table.of(tensor.type(), exact, columns, symbols).write(files.path(save.path()));
      } else {
        throw ProgramFiles.unknown(save.path(), "written").at(save.origin());
      }
    }
  }

  /** The names of the axes' domains, numbered where two axes share one. */
  private static List<String> columns(Definition definition) {
    List<String> names = definition.axes().stream().map(Domain::name).toList();
    return IntStream.range(0, names.size())
        .mapToObj(
            axis ->
                names.indexOf(names.get(axis)) == names.lastIndexOf(names.get(axis))
                    ? names.get(axis)
                    : names.get(axis) + axis)
        .toList();
  }

  /**
   * Returns the plan of each group that the queries and output files need: rewrites, contraction
   * order, FLOPs, bytes and kernels.
   */
  public String explain(Engine engine) {
    Set<String> names = neededNames();
    var out = new StringBuilder();
    for (EvaluationGroup group : program.groupsFor(names)) {
      Compiled compiled =
          engine.compile(GraphCompiler.compile(program, group, limits()));
      out.append(ProgramDescription.title(group)).append('\n');
      group.equations().forEach(each -> out.append("  ").append(each.text()).append('\n'));
      out.append(compiled.explain()).append('\n');
    }
    return out.toString();
  }

  /** Returns names with dtypes and domains, then the groups in the order of evaluation. */
  public String describe() {
    return ProgramDescription.of(program);
  }
}
