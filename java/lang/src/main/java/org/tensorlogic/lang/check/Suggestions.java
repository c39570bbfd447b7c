package org.tensorlogic.lang.check;

import java.util.Collection;

/** Finds what a misspelt word was meant to be. */
public final class Suggestions {
  private Suggestions() {}

  /** A hint {@code did you mean 'x'?} for the nearest candidate, or the empty string. */
  public static String didYouMean(String word, Collection<String> candidates) {
    if (word.length() > 64) {
      return "";
    }
    String best = "";
    int bestDistance = Math.max(1, word.length() / 3) + 1;
    for (String candidate : candidates) {
      boolean close = Math.abs(candidate.length() - word.length()) < bestDistance;
      if (close && !candidate.equals(word)) {
        int distance = distance(word, candidate);
        if (distance < bestDistance && distance < candidate.length()) {
          best = candidate;
          bestDistance = distance;
        }
      }
    }
    return best.isEmpty() ? "" : "did you mean '" + best + "'?";
  }

  /** A hint {@code did you mean 'x'?} for the nearest candidate, or another one. */
  static String didYouMean(String word, Collection<String> candidates, String otherwise) {
    String meant = didYouMean(word, candidates);
    return meant.isEmpty() ? otherwise : meant;
  }

  /** Insertions, deletions, replacements and swaps that turn one word into another. */
  static int distance(String from, String to) {
    int[][] costs = new int[from.length() + 1][to.length() + 1];
    for (int i = 0; i <= from.length(); i++) {
      for (int j = 0; j <= to.length(); j++) {
        costs[i][j] = i == 0 || j == 0 ? i + j : cost(costs, from, to, i, j);
      }
    }
    return costs[from.length()][to.length()];
  }

  private static int cost(int[][] costs, String from, String to, int i, int j) {
    boolean same = from.charAt(i - 1) == to.charAt(j - 1);
    int least = Math.min(costs[i - 1][j], costs[i][j - 1]) + 1;
    least = Math.min(least, costs[i - 1][j - 1] + (same ? 0 : 1));
    boolean swapped =
        i > 1
            && j > 1
            && from.charAt(i - 1) == to.charAt(j - 2)
            && from.charAt(i - 2) == to.charAt(j - 1);
    return swapped ? Math.min(least, costs[i - 2][j - 2] + 1) : least;
  }
}
