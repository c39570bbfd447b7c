package org.tensorlogic.lang.check;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.tensorlogic.error.Diagnostic;
import org.tensorlogic.error.Origin;
import org.tensorlogic.error.ProgramException;
import org.tensorlogic.error.TensorLogicException;
import org.tensorlogic.lang.syntax.Problems;
import org.tensorlogic.lang.syntax.Program;
import org.tensorlogic.lang.syntax.Projection;
import org.tensorlogic.lang.syntax.Source;
import org.tensorlogic.lang.syntax.Span;
import org.tensorlogic.lang.syntax.Statement;
import org.tensorlogic.type.DType;

/** Every name of a program with its rank, its kind and what defines it. */
final class NameTable {
  private static final List<String> READABLE = List.of(".tsv", ".csv", ".npy", ".txt");
  private static final List<String> LATER =
      List.of(".npz", ".safetensors", ".mtx", ".json");

  private final Map<String, NameInfo> names = new LinkedHashMap<>();
  private final Source source;
  private final Problems problems;

  NameTable(Source source, Problems problems) {
    this.source = source;
    this.problems = problems;
  }

  Collection<NameInfo> all() {
    return names.values();
  }

  NameInfo get(String name) {
    return names.get(name);
  }

  List<String> definedNames() {
    return names.values().stream().filter(NameInfo::isDefined).map(info -> info.name).toList();
  }

  /** The names that any statement of a program defines. */
  static Set<String> defined(Program program) {
    Set<String> defined = new LinkedHashSet<>();
    for (Statement statement : program.statements()) {
      switch (statement) {
        case Statement.Equation equation -> defined.add(equation.head().name());
        case Statement.Rule rule -> defined.add(rule.head().name());
        case Statement.Fact fact -> defined.add(fact.atom().name());
        case Statement.Load load -> defined.add(load.name());
        case Statement.TypeDeclaration type -> defined.add(type.name());
        case Statement.Parameter parameter -> defined.add(parameter.name());
        case Statement.RelationQuery _,
            Statement.TensorQuery _,
            Statement.Save _,
            Statement.ExtentDomain _,
            Statement.SymbolDomain _,
            Statement.Minimize _,
            Statement.Semantics _ -> { }
      }
    }
    return defined;
  }

  Origin origin(Span span, String name) {
    return new Origin(source.name(), source.line(span.start()), source.column(span.start()), name);
  }

  /** Notes an occurrence; false if its rank differs from that of the first one. */
  boolean occurs(String name, int rank, Reading.Use use, Span span) {
    NameInfo info = names.computeIfAbsent(name, _ -> new NameInfo(name, rank, span));
    info.usedAsAtom |= use == Reading.Use.ATOM;
    if (info.rank == rank) {
      return true;
    }
    problems.error(
        span,
        "%s has %s here but %s at %s"
            .formatted(name, axes(rank, use), axes(info.rank, use), origin(info.first, "")),
        "one name has one number of axes");
    return false;
  }

  private static String axes(int rank, Reading.Use use) {
    String noun = use == Reading.Use.ATOM ? " argument" : " index";
    String nouns = use == Reading.Use.ATOM ? " arguments" : " indices";
    return rank == 1 ? 1 + noun : rank + nouns;
  }

  void type(Statement.TypeDeclaration type) {
    if (!occurs(type.name(), type.axes().size(), Reading.Use.TENSOR, type.span())) {
      return;
    }
    NameInfo info = names.get(type.name());
    info.typed = true;
    if (type.elementType().isPresent()) {
      if (!type.elementType().get().computes()) {
        problems.error(
            type.span(),
            "element type " + type.elementType().get().text() + " is not available in this version",
            "f64, f32, i64 and bool are");
      }
      if (info.declared.isPresent() && info.declared.get() != type.elementType().get()) {
        problems.error(
            type.span(),
            "%s is declared %s before".formatted(type.name(), info.declared.get().text()),
            "declare a type once");
      }
      info.declared = type.elementType();
    }
  }

  void load(Statement.Load load, DataSource data) {
    if (!checkExtension(load.path(), load.pathSpan(), "read")) {
      return;
    }
    FileContent content = describe(load, data);
    if (!occurs(load.name(), content.rank(), Reading.Use.TENSOR, load.span())) {
      return;
    }
    NameInfo info = names.get(load.name());
    if (info.load.isPresent()) {
      problems.error(
          load.span(),
          "%s is read from \"%s\" before".formatted(load.name(), info.load.get().path()),
          "read each file into a name of its own and add the names in an equation");
      return;
    }
    info.load = Optional.of(load);
    info.content = Optional.of(content);
    boolean relation =
        switch (content) {
          case FileContent.Table table -> !table.weighted();
          case FileContent.Array array -> array.dtype() == DType.BOOL;
        };
    defines(info, relation, load.span());
  }

  /** Whether a file of this name can be read or written; else says what can. */
  boolean checkExtension(String path, Span span, String verb) {
    if (READABLE.stream().anyMatch(path::endsWith)) {
      return true;
    }
    boolean later = LATER.stream().anyMatch(path::endsWith);
    problems.error(
        span,
        later
            ? "\"%s\" cannot be %s: its format is not available in this version"
                .formatted(path, verb.equals("read") ? "read" : "written")
            : "\"%s\" has no known format".formatted(path),
        "the extension chooses the format: .tsv, .csv or .npy");
    return false;
  }

  private FileContent describe(Statement.Load load, DataSource data) {
    try {
      return data.describe(load.path());
    } catch (TensorLogicException failure) {
      Diagnostic cause = failure.diagnostic();
      Diagnostic placed =
          Diagnostic.error(cause.code(), "%s = \"%s\": %s",
                  load.name(), load.path(), cause.message())
              .at(origin(load.pathSpan(), ""));
      for (String hint : cause.hints()) {
        placed = placed.hint("%s", hint);
      }
      throw new ProgramException(placed, failure);
    }
  }

  /** Notes that a statement makes a name a relation or a numeric tensor. */
  void defines(NameInfo info, boolean relation, Span span) {
    if (relation && info.relationAt == null) {
      info.relationAt = span;
    }
    if (!relation && info.tensorAt == null) {
      info.tensorAt = span;
    }
  }

  /** Refuses names that are both a relation and a numeric tensor. */
  void checkKinds() {
    for (NameInfo info : names.values()) {
      boolean both = info.relationAt != null && info.tensorAt != null;
      boolean numeric = info.declared.isPresent() && info.declared.get() != DType.BOOL;
      if (both && info.declared.isEmpty()) {
        boolean relationFirst = info.relationAt.start() < info.tensorAt.start();
        Span first = relationFirst ? info.relationAt : info.tensorAt;
        Span second = relationFirst ? info.tensorAt : info.relationAt;
        problems.error(
            second,
            "%s is a %s at %s but a %s here"
                .formatted(
                    info.name,
                    relationFirst ? "relation" : "numeric tensor",
                    origin(first, ""),
                    relationFirst ? "numeric tensor" : "relation"),
            "use two names, or declare type %s : bool".formatted(typed(info)));
      } else if (numeric && info.relationAt != null) {
        problems.error(
            info.relationAt,
            "%s is declared %s but defined as a relation here"
                .formatted(info.name, info.declared.get().text()),
            "declare it bool, or define it by equations");
      }
    }
  }

  private static String typed(NameInfo info) {
    StringBuilder out = new StringBuilder(info.name);
    for (int axis = 0; axis < info.rank; axis++) {
      out.append(axis == 0 ? "[" : ",").append((char) ('i' + Math.min(axis, 16)));
    }
    return out.append(info.rank > 0 ? "]" : "").toString();
  }

  /** Notes the projection of an equation; all equations of a name have the same one. */
  void projects(NameInfo info, Projection projection, Span span) {
    boolean logical = info.isRelation() && projection != Projection.ALL;
    Projection joined = logical ? Projection.ANY : projection;
    if (info.projection == null) {
      info.projection = joined;
    } else if (info.projection != joined) {
      problems.error(
          span,
          "%s is projected by %s here but by %s before"
              .formatted(info.name, projection.text(), info.projection.text()),
          "all equations of one name use the same projection; give the parts names of their own");
    }
  }
}
