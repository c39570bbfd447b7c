package org.tensorlogic.engine;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.tensorlogic.memory.Tensor;
import org.tensorlogic.type.DType;
import org.tensorlogic.type.Layout;

/**
 * The compiled graphs of single operations, the most recently used ones: an operation on the same
 * types again neither builds nor plans anything. Safe for any number of threads.
 */
final class EagerPrograms {

  /** Some hundred kilobytes of Java objects; more different small operations are rare in a loop. */
  private static final int COUNT_MAX = 256;
  /** A power of two, several times the functions that a loop is likely to use. */
  private static final int RECENT = 64;

  /** An operation, such as a function or a spec, its further terms, and what it is applied to. */
  private record Key(Object operation, Object terms, DType[] dtypes, Layout[] layouts) {

    static Key of(Object operation, Object terms, Tensor... operands) {
      var dtypes = new DType[operands.length];
      var layouts = new Layout[operands.length];
      for (int i = 0; i < operands.length; i++) {
        dtypes[i] = operands[i].dtype();
        layouts[i] = operands[i].layout();
      }
      return new Key(operation, terms, dtypes, layouts);
    }

    boolean isOf(Object other, Object otherTerms, Tensor... operands) {
      if (operands.length != dtypes.length || !operation.equals(other)
          || !terms.equals(otherTerms)) {
        return false;
      }
      for (int i = 0; i < operands.length; i++) {
        if (operands[i].dtype() != dtypes[i] || !operands[i].layout().equals(layouts[i])) {
          return false;
        }
      }
      return true;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Key key && operation.equals(key.operation)
          && terms.equals(key.terms) && Arrays.equals(dtypes, key.dtypes)
          && Arrays.equals(layouts, key.layouts);
    }

    @Override
    public int hashCode() {
      int hash = 31 * operation.hashCode() + terms.hashCode();
      return 31 * (31 * hash + Arrays.hashCode(dtypes)) + Arrays.hashCode(layouts);
    }
  }

  private record Program(Key key, Compiled compiled) {}

  /* The last program of an operation is found without a lock and without hashing its operands;
   * a thread that does not see it yet looks into the map. */
  private final Program[] recent = new Program[RECENT];
  private final Map<Key, Compiled> programs = new LinkedHashMap<>(16, 0.75f, true) {
    private static final long serialVersionUID = 1;

    @Override
    protected boolean removeEldestEntry(Map.Entry<Key, Compiled> eldest) {
      return size() > COUNT_MAX;
    }
  };

  /** Returns the program of an operation on operands like these, made now where none is kept. */
  Compiled get(Object operation, Object terms, Supplier<Compiled> make, Tensor... operands) {
    int place = operation.hashCode() & RECENT - 1;
    Program last = recent[place];
    if (last != null && last.key.isOf(operation, terms, operands)) {
      return last.compiled;
    }
    var key = Key.of(operation, terms, operands);
    Compiled known = find(key);
    if (known == null) {
      known = make.get();
      keep(key, known);
    }
    recent[place] = new Program(key, known);
    return known;
  }

  private synchronized Compiled find(Key key) {
    return programs.get(key);
  }

  private synchronized void keep(Key key, Compiled compiled) {
    programs.put(key, compiled);
  }
}
