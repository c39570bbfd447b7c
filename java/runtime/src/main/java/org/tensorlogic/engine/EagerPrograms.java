package org.tensorlogic.engine;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
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

  /** An operation, such as a function or a spec, its further terms, and what it is applied to. */
  record Key(Object operation, Object terms, DType[] dtypes, Layout[] layouts) {

    static Key of(Object operation, Object terms, Tensor... operands) {
      var dtypes = new DType[operands.length];
      var layouts = new Layout[operands.length];
      for (int i = 0; i < operands.length; i++) {
        dtypes[i] = operands[i].dtype();
        layouts[i] = operands[i].layout();
      }
      return new Key(operation, terms, dtypes, layouts);
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

  private final Map<Key, Compiled> programs = new LinkedHashMap<>(16, 0.75f, true) {
    private static final long serialVersionUID = 1;

    @Override
    protected boolean removeEldestEntry(Map.Entry<Key, Compiled> eldest) {
      return size() > COUNT_MAX;
    }
  };

  synchronized Compiled get(Key key) {
    return programs.get(key);
  }

  synchronized void put(Key key, Compiled compiled) {
    programs.put(key, compiled);
  }

  synchronized int count() {
    return programs.size();
  }
}
