package org.tensorlogic.lang.check;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.tensorlogic.lang.syntax.Index;
import org.tensorlogic.lang.syntax.Problems;
import org.tensorlogic.lang.syntax.Span;
import org.tensorlogic.lang.syntax.Statement;

/** Tells the {@link DomainSolver} all that a program says about its axes and indices. */
final class DomainInference {
  private record VariableKey(int statement, String base) {}

  private final NameTable names;
  private final Problems problems;
  private final DomainSolver solver;
  private final Map<VariableKey, Integer> variables = new HashMap<>();
  private final Map<String, Integer> typeIndices = new HashMap<>();

  DomainInference(NameTable names, Problems problems) {
    this.names = names;
    this.problems = problems;
    this.solver = new DomainSolver(problems);
  }

  DomainSolver solver() {
    return solver;
  }

  void declare(Statement.ExtentDomain domain) {
    if (isNew(domain.name(), domain.span())) {
      solver.declare(
          domain.name(), Domain.ofExtent(domain.name(), domain.extent()), domain.span());
    }
  }

  void declare(Statement.SymbolDomain domain) {
    Set<String> symbols = new LinkedHashSet<>();
    for (Index.Symbol symbol : domain.symbols()) {
      if (!symbols.add(symbol.text())) {
        problems.error(
            symbol.span(),
            "'" + symbol.text() + "' stands twice in domain " + domain.name(),
            "each symbol has one position");
      }
    }
    if (isNew(domain.name(), domain.span())) {
      Domain declared = Domain.ofSymbols(domain.name(), List.copyOf(symbols));
      solver.declare(domain.name(), declared, domain.span());
    }
  }

  private boolean isNew(String name, Span span) {
    boolean fresh = !solver.declaredNames().contains(name);
    if (!fresh) {
      problems.error(span, "domain " + name + " is declared twice", "declare each domain once");
    }
    return fresh;
  }

  /** The cells of the axes of a name. */
  List<Integer> axes(NameInfo info) {
    while (info.axisCells.size() < info.rank) {
      info.axisCells.add(solver.cell(null, info.first));
    }
    return info.axisCells;
  }

  void type(String name, List<Index> declared, Span span) {
    List<Integer> axes = axes(names.get(name));
    for (int axis = 0; axis < axes.size(); axis++) {
      int cell = axes.get(axis);
      switch (declared.get(axis)) {
        case Index.Variable variable -> solver.union(
            typeIndex(base(variable.name()), variable.span()), cell, variable.span(),
            variable.name());
        case Index.Symbol symbol -> {
          OptionalLong domain = solver.declared(symbol.text());
          if (domain.isEmpty()) {
            problems.error(
                symbol.span(),
                "there is no domain '" + symbol.text() + "'",
                Suggestions.didYouMean(symbol.text(), solver.declaredNames(),
                    "declare it: domain %s = {Alice, Bob}".formatted(symbol.text())));
          } else {
            solver.union((int) domain.getAsLong(), cell, symbol.span(), symbol.text());
          }
        }
        case Index.Position position -> {
          int extent = solver.cell(null, position.span());
          solver.addExtent(extent, position.value(), "type " + name);
          solver.union(extent, cell, position.span(), "of axis " + axis + " of " + name);
        }
        case Index.Shifted _,
            Index.Combined _,
            Index.Quotient _,
            Index.Virtual _,
            Index.Slice _ ->
            throw new IllegalStateException("the parser refuses these at " + span);
      }
    }
  }

  /** Types and parameters that name the same index share it, also where no domain declares it. */
  private int typeIndex(String base, Span span) {
    OptionalLong declared = solver.declared(base);
    return declared.isPresent()
        ? (int) declared.getAsLong()
        : typeIndices.computeIfAbsent(base, _ -> solver.cell(base, span));
  }

  void content(NameInfo info, Statement.Load load, int statement) {
    List<Integer> axes = axes(info);
    switch (info.content.orElseThrow()) {
      case FileContent.Array array -> {
        for (int axis = 0; axis < axes.size(); axis++) {
          int extent = solver.cell(null, load.span());
          String text = info.name + " " + array.extents();
          solver.addExtent(extent, array.extents().get(axis), text);
          solver.union(extent, axes.get(axis), load.span(), "of axis " + axis);
        }
      }
      case FileContent.Table table -> {
        for (int axis = 0; axis < axes.size(); axis++) {
          column(axes.get(axis), table.columns().get(axis), statement, axis, load.span());
        }
      }
    }
  }

  private void column(
      int cell, FileContent.Column column, int statement, int axis, Span span) {
    solver.setRelational(cell);
    for (FileContent.Appearance appearance : column.appearances()) {
      DomainSolver.Order order = new DomainSolver.Order(statement, appearance.row(), axis);
      OptionalLong integer = Domain.integer(appearance.symbol());
      if (integer.isPresent()) {
        solver.addInteger(cell, integer.getAsLong(), order, span);
      } else {
        solver.addSymbol(cell, appearance.symbol(), order, span);
      }
    }
  }

  void statement(Scope scope, int statement) {
    if (scope.head() != null) {
      reading(scope.head(), statement);
    }
    scope.body().forEach(reading -> reading(reading, statement));
    for (Scope.Meeting meeting : scope.meetings()) {
      int cell = variable(statement, meeting.index(), meeting.span());
      DomainSolver.Order order =
          new DomainSolver.Order(statement, 0, meeting.span().start());
      if (meeting.other().isPresent()) {
        int other = variable(statement, meeting.other().get(), meeting.span());
        solver.compared(cell, other, meeting.span(), meeting.index());
      } else {
        OptionalLong integer = Domain.integer(meeting.symbol());
        if (integer.isPresent()) {
          solver.addInteger(cell, integer.getAsLong(), order, meeting.span());
        } else {
          solver.addSymbol(cell, meeting.symbol(), order, meeting.span());
        }
      }
    }
  }

  /** The joined indices of a concatenation. */
  void joining(Joining joining, int statement, Span span) {
    List<Integer> parts =
        joining.parts().stream().map(part -> variable(statement, part, span)).toList();
    solver.join(variable(statement, joining.along(), span), parts);
  }

  private void reading(Reading reading, int statement) {
    NameInfo info = names.get(reading.name());
    List<Integer> cells = axes(info);
    List<Index> axes = reading.axes();
    reading.state().ifPresent(state -> variable(statement, state.name(), state.span()));
    for (int axis = 0; axis < axes.size(); axis++) {
      if (reading.use() == Reading.Use.ATOM) {
        solver.setRelational(cells.get(axis));
      }
      index(axes.get(axis), cells.get(axis), statement);
    }
  }

  private void index(Index index, int cell, int statement) {
    Span span = index.span();
    DomainSolver.Order order = new DomainSolver.Order(statement, 0, span.start());
    switch (index) {
      case Index.Variable variable -> {
        String key = Scope.key(variable);
        solver.union(variable(statement, key, span), cell, span, variable.name());
      }
      case Index.Shifted shifted ->
          solver.shift(cell, variable(statement, shifted.name(), span));
      case Index.Combined combined -> {
        variable(statement, combined.other(), span);
        solver.shift(cell, variable(statement, combined.name(), span));
      }
      case Index.Quotient quotient ->
          solver.quotient(
              cell, variable(statement, quotient.name(), span), quotient.divisor());
      case Index.Slice slice -> slice.stop().ifPresent(stop -> solver.atLeast(cell, stop));
      case Index.Position position -> solver.addInteger(cell, position.value(), order, span);
      case Index.Symbol symbol -> symbol(cell, symbol, order);
      case Index.Virtual _ ->
          throw new IllegalStateException("a virtual index addresses no axis");
    }
  }

  private void symbol(int cell, Index.Symbol symbol, DomainSolver.Order order) {
    OptionalLong integer = Domain.integer(symbol.text());
    if (integer.isPresent()) {
      solver.addInteger(cell, integer.getAsLong(), order, symbol.span());
    } else {
      solver.addSymbol(cell, symbol.text(), order, symbol.span());
    }
  }

  /** The cell of an index of a statement; primes share the cell of their base. */
  int variable(int statement, String name, Span span) {
    String base = base(name);
    return variables.computeIfAbsent(
        new VariableKey(statement, base),
        _ -> {
          OptionalLong declared = solver.declared(base);
          return declared.isPresent() ? (int) declared.getAsLong() : solver.cell(base, span);
        });
  }

  private static String base(String name) {
    int end = name.length();
    while (end > 1 && name.charAt(end - 1) == '\'') {
      end--;
    }
    return name.substring(0, end);
  }
}
