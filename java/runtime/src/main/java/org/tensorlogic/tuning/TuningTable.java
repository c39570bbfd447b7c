package org.tensorlogic.tuning;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.tensorlogic.error.Code;
import org.tensorlogic.error.Diagnostic;
import org.tensorlogic.error.FileException;
import org.tensorlogic.kernel.Choices;

/**
 * What measuring found on one machine, and its text: a line {@code name: value} for each fact,
 * {@code take:} lines of choice, cell, candidate, gain and p, and lines of comment that begin with
 * {@code #}.
 *
 * @param host the machine
 * @param cells how many cells were measured; the defaults are best in all that no finding names
 * @param findings where something else is better, each cell at most once
 */
public record TuningTable(Host host, int cells, List<Finding> findings) {

  private static final String FORMAT = "1";

  /** Keeps a copy. */
  public TuningTable {
    findings = List.copyOf(findings);
  }

  /** Returns the text that {@link #parse} reads. */
  public String text() {
    var text = new StringBuilder("""
        # What `tl tune` measured on this machine; `tl tune --reset` goes back to the defaults.
        # take: choice, cell, what is taken instead of the default, part of time saved, p
        """);
    text.append("format: ").append(FORMAT).append("\ncpu: ").append(host.cpu())
        .append("\nprocessors: ").append(host.processors()).append("\nversion: ")
        .append(host.version()).append("\ncells: ").append(cells).append('\n');
    for (Finding found : findings) {
      text.append("take: %s %s %s %s %s\n".formatted(found.choice(), found.cell(),
          found.candidate(), found.gain(), found.probability()));
    }
    return text.toString();
  }

  /**
   * Reads a text.
   *
   * @param name the name of the text in messages
   * @throws FileException where a line is not of the form
   */
  public static TuningTable parse(String text, String name) {
    var facts = new HashMap<String, String>();
    var findings = new ArrayList<Finding>();
    var decided = new HashSet<Choices.Key>();
    int number = 0;
    for (String line : text.lines().toList()) {
      number++;
      int colon = line.indexOf(": ");
      if (line.startsWith("#")) {
        continue;
      }
      if (colon < 0) {
        throw damaged(name, "line %d is not \"name: value\"", number);
      }
      String fact = line.substring(0, colon);
      String value = line.substring(colon + 2);
      if (!fact.equals("take")) {
        if (facts.put(fact, value) != null) {
          throw damaged(name, "line %d tells %s again", number, fact);
        }
        continue;
      }
      Finding finding = finding(value.split(" "), name, number);
      if (!decided.add(new Choices.Key(finding.choice(), finding.cell()))) {
        throw damaged(name, "line %d decides on %s %s again", number, finding.choice(),
            finding.cell());
      }
      findings.add(finding);
    }
    return table(facts, findings, name);
  }

  private static TuningTable table(Map<String, String> facts, List<Finding> findings,
      String name) {
    if (!FORMAT.equals(facts.get("format"))) {
      throw damaged(name, "it has format %s, not %s", facts.get("format"), FORMAT);
    }
    for (String fact : List.of("cpu", "processors", "version", "cells")) {
      if (!facts.containsKey(fact)) {
        throw damaged(name, "it does not tell %s", fact);
      }
    }
    if (facts.size() > 5) {
      throw damaged(name, "it tells more than is known: %s", facts.keySet());
    }
    return new TuningTable(new Host(facts.get("cpu"),
        number(facts.get("processors"), Integer::valueOf, name, "processors"),
        facts.get("version")), number(facts.get("cells"), Integer::valueOf, name, "cells"),
        findings);
  }

  private static Finding finding(String[] words, String name, int line) {
    if (words.length != 5) {
      throw damaged(name, "line %d has %d words after take, not 5", line, words.length);
    }
    String where = "line " + line;
    double gain = number(words[3], Double::valueOf, name, where);
    double probability = number(words[4], Double::valueOf, name, where);
    if (!(gain > 0 && gain < 1 && probability >= 0 && probability <= 1)) {
      throw damaged(name, "%s: a gain of %s and p %s are not between 0 and 1", where, words[3],
          words[4]);
    }
    return new Finding(words[0], words[1], words[2], gain, probability);
  }

  private static <T> T number(String word, Function<String, T> parse, String name, String where) {
    try {
      return parse.apply(word);
    } catch (NumberFormatException malformed) {
      throw new FileException(diagnostic(name, "%s: \"%s\" is no number", where, word), malformed);
    }
  }

  private static FileException damaged(String name, String problem, Object... values) {
    return new FileException(diagnostic(name, problem, values));
  }

  private static Diagnostic diagnostic(String name, String problem, Object... values) {
    return Diagnostic.error(Code.FILE_FORMAT, "%s: %s", name,
        problem.formatted(values)).hint("run tl tune again, or tl tune --reset");
  }

  /** Returns the choices of all findings. */
  public Choices choices() {
    var taken = new HashMap<Choices.Key, String>();
    for (Finding found : findings) {
      taken.put(new Choices.Key(found.choice(), found.cell()), found.candidate());
    }
    return new Choices(taken);
  }

  /** Returns one line for each finding, for people. */
  public String summary() {
    var text = new StringBuilder("%d of %d cells take another candidate than the default\n"
        .formatted(findings.size(), cells));
    for (Finding found : findings) {
      text.append("  ").append(line(found)).append('\n');
    }
    return text.toString();
  }

  /** Returns a finding as one line for people. */
  public static String line(Finding found) {
    return String.format(Locale.ROOT, "%s %s: %s saves %.0f %% (p %.1e)", found.choice(),
        found.cell(), found.candidate(), 100 * found.gain(), found.probability());
  }
}
