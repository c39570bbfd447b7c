package org.tensorlogic.lang.check;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.tensorlogic.lang.syntax.Problems;
import org.tensorlogic.lang.syntax.Span;

/**
 * Finds which axes and indices run over the same set, and what the sets are. Axes and indices are
 * cells of a union-find; a cell carries the symbols, integers and extents that were seen at it.
 *
 * <p>Extents that are only derived (a shift, a quotient, a concatenation) come last: they fill
 * cells about which nothing else is known, and never contradict anything.
 */
final class DomainSolver {
  /** When a symbol is first met: statement, then row and column of a file. */
  record Order(int statement, long row, int column) implements Comparable<Order> {
    private static final Comparator<Order> NATURAL =
        Comparator.comparingInt(Order::statement)
            .thenComparingLong(Order::row)
            .thenComparingInt(Order::column);

    @Override
    public int compareTo(Order other) {
      return NATURAL.compare(this, other);
    }
  }

  private record Place(Order order, Span span) {
    static Place earlier(Place a, Place b) {
      return a.order().compareTo(b.order()) <= 0 ? a : b;
    }
  }

  private record Evidence(long extent, String text) {}

  private record Same(int cell, int other) {}

  private record Quotient(int cell, int variable, long divisor) {}

  private record Ending(int cell, long extent) {}

  private record Joined(int cell, List<Integer> parts) {}

  private record SameIfSymbolic(int cell, int other, Span span, String index) {}

  private static final class Cell {
    private final Map<String, Place> symbols = new LinkedHashMap<>();
    private final Map<Long, Place> integers = new LinkedHashMap<>();
    private Evidence evidence;
    private Domain declared;
    private String index;
    private Span span;
    private long derived = -1;
    private boolean relational;
    private boolean broken;
    private Domain domain;

    boolean isSized() {
      return evidence != null || !symbols.isEmpty() || derived >= 0;
    }

    void absorb(Cell gone) {
      gone.symbols.forEach((symbol, place) -> symbols.merge(symbol, place, Place::earlier));
      gone.integers.forEach((value, place) -> integers.merge(value, place, Place::earlier));
      if (evidence == null || declared == null && gone.declared != null) {
        evidence = gone.evidence == null ? evidence : gone.evidence;
      }
      declared = declared == null ? gone.declared : declared;
      relational |= gone.relational;
      broken |= gone.broken;
      if (index == null && gone.index != null) {
        index = gone.index;
        span = gone.span;
      }
    }
  }

  private final Problems problems;
  private final List<Cell> cells = new ArrayList<>();
  private final List<Integer> parents = new ArrayList<>();
  private final Map<String, Integer> declarations = new LinkedHashMap<>();
  private final List<Same> shifts = new ArrayList<>();
  private final List<Quotient> quotients = new ArrayList<>();
  private final List<Ending> slices = new ArrayList<>();
  private final List<Cell> unsized = new ArrayList<>();
  private final List<Joined> joins = new ArrayList<>();
  private final List<SameIfSymbolic> comparisons = new ArrayList<>();

  DomainSolver(Problems problems) {
    this.problems = problems;
  }

  int cell(String index, Span span) {
    Cell cell = new Cell();
    cell.index = index;
    cell.span = span;
    cells.add(cell);
    parents.add(parents.size());
    return parents.size() - 1;
  }

  void declare(String name, Domain domain, Span span) {
    int cell = cell(name, span);
    Cell data = cells.get(cell);
    data.evidence = new Evidence(domain.extent(), "domain " + name);
    data.declared = domain;
    declarations.put(name, cell);
  }

  /** The cell of a declared domain: of its own name, or of an index written with a small letter. */
  OptionalLong declared(String index) {
    Integer cell = declarations.get(index);
    if (cell == null && !index.isEmpty()) {
      cell = declarations.get(Character.toUpperCase(index.charAt(0)) + index.substring(1));
    }
    return cell == null ? OptionalLong.empty() : OptionalLong.of(cell);
  }

  List<String> declaredNames() {
    return List.copyOf(declarations.keySet());
  }

  void addSymbol(int cell, String symbol, Order order, Span span) {
    root(cell).symbols.merge(symbol, new Place(order, span), Place::earlier);
  }

  void addInteger(int cell, long value, Order order, Span span) {
    root(cell).integers.merge(value, new Place(order, span), Place::earlier);
  }

  void addExtent(int cell, long extent, String text) {
    root(cell).evidence = new Evidence(extent, text);
  }

  /** Notes that a slice ends at a position; it counts only where nothing else is known. */
  void atLeast(int cell, long extent) {
    slices.add(new Ending(cell, extent));
  }

  void setRelational(int cell) {
    root(cell).relational = true;
  }

  void shift(int cell, int variable) {
    shifts.add(new Same(cell, variable));
  }

  void quotient(int cell, int variable, long divisor) {
    quotients.add(new Quotient(cell, variable, divisor));
  }

  void join(int cell, List<Integer> parts) {
    joins.add(new Joined(cell, parts));
  }

  void compared(int cell, int other, Span span, String index) {
    comparisons.add(new SameIfSymbolic(cell, other, span, index));
  }

  /** Makes two cells one; {@code index} and {@code span} tell where they meet. */
  void union(int a, int b, Span span, String index) {
    int first = find(a);
    int second = find(b);
    if (first == second) {
      return;
    }
    boolean agree = agree(cells.get(first), cells.get(second), span, index);
    boolean swap = cells.get(first).symbols.size() < cells.get(second).symbols.size();
    int kept = swap ? second : first;
    int gone = swap ? first : second;
    parents.set(gone, kept);
    cells.get(kept).absorb(cells.get(gone));
    cells.get(kept).broken |= !agree;
  }

  private boolean agree(Cell a, Cell b, Span span, String index) {
    if (a.broken || b.broken || a.evidence == null || b.evidence == null) {
      return true;
    }
    if (a.evidence.extent() != b.evidence.extent()) {
      problems.error(
          span,
          "index %s is %d in %s but %d in %s"
              .formatted(
                  index,
                  a.evidence.extent(),
                  a.evidence.text(),
                  b.evidence.extent(),
                  b.evidence.text()),
          "one index has one extent; is an operand transposed, or should it be another index?");
      return false;
    }
    boolean symbolic =
        a.declared != null
            && b.declared != null
            && a.declared != b.declared
            && (a.declared.isSymbolic() || b.declared.isSymbolic());
    if (symbolic) {
      problems.error(
          span,
          "index %s runs over two domains, %s and %s"
              .formatted(index, a.declared.name(), b.declared.name()),
          "use one domain, or two indices");
    }
    return !symbolic;
  }

  int find(int cell) {
    int root = cell;
    while (parents.get(root) != root) {
      root = parents.get(root);
    }
    int at = cell;
    while (parents.get(at) != root) {
      int next = parents.get(at);
      parents.set(at, root);
      at = next;
    }
    return root;
  }

  /** Settles all cells; afterwards {@link #domain} answers. */
  void solve() {
    attachDeclared();
    for (SameIfSymbolic pair : comparisons) {
      boolean symbolic =
          !root(pair.cell()).symbols.isEmpty() || !root(pair.other()).symbols.isEmpty();
      if (symbolic) {
        union(pair.cell(), pair.other(), pair.span(), pair.index());
      }
    }
    boolean sized = true;
    while (sized) {
      sized = derive(false) || derive(true);
    }
    slices.forEach(slice -> give(slice.cell(), slice.extent()));
    for (int cell = 0; cell < cells.size(); cell++) {
      if (find(cell) == cell) {
        settle(cells.get(cell));
      }
    }
  }

  /** The set that a cell runs over; of extent 0 where an error was reported. */
  Domain domain(int cell) {
    return root(cell).domain;
  }

  private Cell root(int cell) {
    return cells.get(find(cell));
  }

  /** A set that shares a symbol with one declared domain is that domain. */
  private void attachDeclared() {
    Map<String, Integer> owners = new LinkedHashMap<>();
    declarations.values().forEach(
        cell -> {
          Domain domain = cells.get(cell).declared;
          List<String> symbols = domain == null ? List.of() : domain.symbols();
          symbols.forEach(symbol -> owners.merge(symbol, cell, (old, _) -> -1));
        });
    for (int cell = 0; cell < cells.size(); cell++) {
      Cell data = root(cell);
      if (data.declared == null) {
        List<Integer> candidates =
            data.symbols.keySet().stream()
                .map(symbol -> owners.getOrDefault(symbol, -1))
                .filter(owner -> owner >= 0)
                .map(this::find)
                .distinct()
                .toList();
        if (candidates.size() == 1) {
          union(candidates.getFirst(), cell, data.span, nameOf(data));
        } else if (candidates.size() > 1 && !data.broken) {
          data.broken = true;
          problems.error(
              data.span,
              "index %s meets symbols of two domains, %s"
                  .formatted(
                      nameOf(data),
                      candidates.stream()
                          .map(owner -> cells.get(owner).declared.name())
                          .collect(Collectors.joining(" and "))),
              "use another index for one of them");
        }
      }
    }
  }

  /** Sizes one unsized cell; from cells that only integers speak of when {@code weak}. */
  private boolean derive(boolean weak) {
    for (Same shift : shifts) {
      if (give(shift.other(), known(shift.cell(), weak))
          || give(shift.cell(), known(shift.other(), weak))) {
        return true;
      }
    }
    for (Quotient quotient : quotients) {
      long variable = known(quotient.variable(), weak);
      long cell = known(quotient.cell(), weak);
      long whole = cell > Long.MAX_VALUE / quotient.divisor() ? -1 : cell * quotient.divisor();
      long part = variable < 0 ? -1 : Math.ceilDiv(variable, quotient.divisor());
      if (give(quotient.cell(), part) || give(quotient.variable(), cell < 0 ? -1 : whole)) {
        return true;
      }
    }
    for (Joined join : joins) {
      long total = 0;
      for (int part : join.parts()) {
        long extent = known(part, weak);
        total = extent < 0 || total < 0 || total > Long.MAX_VALUE - extent ? -1 : total + extent;
      }
      if (give(join.cell(), total)) {
        return true;
      }
    }
    return false;
  }

  private boolean give(int cell, long extent) {
    Cell data = root(cell);
    if (extent < 0 || data.isSized()) {
      return false;
    }
    data.derived = extent;
    return true;
  }

  /** The extent that is known of a cell so far, or -1. */
  private long known(int cell, boolean weak) {
    Cell data = root(cell);
    if (data.evidence != null) {
      return data.evidence.extent();
    }
    if (!data.symbols.isEmpty()) {
      return data.symbols.size() + (long) data.integers.size();
    }
    if (data.derived >= 0) {
      return Math.max(data.derived, integerExtent(data));
    }
    return weak && !data.integers.isEmpty() ? integerExtent(data) : -1;
  }

  private static long integerExtent(Cell data) {
    return data.integers.keySet().stream().mapToLong(value -> value + 1).max().orElse(0);
  }

  private void settle(Cell data) {
    String name = nameOf(data);
    if (data.declared != null) {
      checkDeclared(data);
      data.domain = data.declared;
    } else if (!data.symbols.isEmpty()) {
      data.domain = Domain.ofSymbols(name, orderedSymbols(data));
      checkCount(data);
    } else if (data.evidence != null) {
      checkIntegers(data);
      data.domain = Domain.ofExtent(name, data.evidence.extent());
    } else if (data.derived >= 0 || !data.integers.isEmpty()) {
      data.domain = Domain.ofExtent(name, Math.max(data.derived, integerExtent(data)));
    } else {
      data.domain = Domain.ofExtent(name, 0);
      if (!data.relational && !data.broken) {
        unsized.add(data);
      }
    }
  }

  /** Reports what has no extent; only where nothing else is wrong, which may be the cause. */
  void reportUnsized() {
    for (Cell data : unsized) {
      String name = nameOf(data);
      problems.error(
          data.span,
          "the extent of " + (data.index == null ? "an axis" : "index " + name) + " is not known",
          "declare it: domain " + (data.index == null ? "i" : name) + " = 16");
    }
  }

  private static List<String> orderedSymbols(Cell data) {
    Map<String, Place> all = new LinkedHashMap<>(data.symbols);
    data.integers.forEach((value, place) -> all.merge(value.toString(), place, Place::earlier));
    return all.entrySet().stream()
        .sorted(Comparator.comparing(entry -> entry.getValue().order()))
        .map(Map.Entry::getKey)
        .toList();
  }

  private void checkDeclared(Cell data) {
    if (!data.declared.isSymbolic() && data.declared.extent() > 0) {
      checkIntegers(data);
    }
    Map<String, Place> all = new LinkedHashMap<>(data.symbols);
    if (data.declared.isSymbolic()) {
      data.integers.forEach((value, place) -> all.putIfAbsent(value.toString(), place));
    }
    all.forEach(
        (symbol, place) -> {
          if (!data.broken && data.declared.position(symbol).isEmpty()) {
            problems.error(
                place.span(),
                "'%s' is not in domain %s".formatted(symbol, data.declared.name()),
                Suggestions.didYouMean(symbol, data.declared.symbols(),
                    "add it where the domain is declared"));
          }
        });
  }

  private void checkCount(Cell data) {
    long count = data.domain.extent();
    if (!data.broken && data.evidence != null && data.evidence.extent() != count) {
      problems.error(
          data.span,
          "index %s has %d symbols but is %d in %s"
              .formatted(nameOf(data), count, data.evidence.extent(), data.evidence.text()),
          "declare the symbols in the order of the axis: domain %s = {...}"
              .formatted(nameOf(data)));
    }
  }

  private void checkIntegers(Cell data) {
    data.integers.forEach(
        (value, place) -> {
          if (!data.broken && value >= data.evidence.extent()) {
            problems.error(
                place.span(),
                "position %d is outside %s, where its axis is %d"
                    .formatted(value, data.evidence.text(), data.evidence.extent()),
                "positions count from 0");
          }
        });
  }

  private static String nameOf(Cell data) {
    return data.index == null ? "element" : data.index;
  }
}
