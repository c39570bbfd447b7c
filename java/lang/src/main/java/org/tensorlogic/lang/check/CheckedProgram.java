package org.tensorlogic.lang.check;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.tensorlogic.error.Diagnostic;
import org.tensorlogic.error.Origin;

/**
 * A program that is ready to become graphs: all names, shapes and dtypes are known, and the groups
 * stand in an order in which each reads only what stands before it. Immutable.
 *
 * @param definitions every name, in the order of first occurrence
 * @param groups those names that have equations or rules, in dependency order
 * @param queries in the order of the text
 * @param saves files to write, in the order of the text
 * @param reads for every name the names that its equations read
 * @param warnings what is doubtful but stops nothing
 */
public record CheckedProgram(
    Map<String, Definition> definitions,
    List<EvaluationGroup> groups,
    List<CheckedQuery> queries,
    List<Save> saves,
    Map<String, Set<String>> reads,
    List<Diagnostic> warnings) {

  /**
   * A file that is written after the program has run.
   *
   * @param path as written
   * @param name what is written
   */
  public record Save(String path, String name, Origin origin) {}

  /** Copies the collections, keeping their order. */
  public CheckedProgram {
    definitions = Collections.unmodifiableMap(new LinkedHashMap<>(definitions));
    groups = List.copyOf(groups);
    queries = List.copyOf(queries);
    saves = List.copyOf(saves);
    reads = Collections.unmodifiableMap(new LinkedHashMap<>(reads));
    warnings = List.copyOf(warnings);
  }

  /** Returns the given names and all that they depend on: what backward chaining evaluates. */
  public Set<String> needs(Collection<String> names) {
    Set<String> needed = new LinkedHashSet<>();
    Deque<String> open = new ArrayDeque<>(names);
    while (!open.isEmpty()) {
      String name = open.pop();
      if (needed.add(name)) {
        open.addAll(reads.getOrDefault(name, Set.of()));
      }
    }
    return needed;
  }

  /** Returns the groups that the given names depend on, in order. */
  public List<EvaluationGroup> groupsFor(Collection<String> names) {
    Set<String> needed = needs(names);
    return groups.stream()
        .filter(group -> group.names().stream().anyMatch(needed::contains))
        .toList();
  }
}
