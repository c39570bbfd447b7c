package org.tensorlogic.exec;

import java.util.List;
import java.util.Map;
import org.tensorlogic.ir.KernelKey;
import org.tensorlogic.type.DType;

/**
 * What an executor has and accepts, found out at run time.
 *
 * @param version the library's version
 * @param devices the devices that run steps
 * @param threads how many threads work on one step
 * @param memoryBytesMax the most memory that it takes
 * @param dtypes the element types that operations accept
 * @param rankMax the largest rank
 * @param caches the processor's caches
 * @param numa how threads and memory are placed on memory nodes
 * @param tuning what is known of this machine beyond the defaults, or why nothing is
 * @param providers the kernel providers, first asked first, and what each says of itself
 */
public record Capabilities(String version, List<String> devices, int threads, long memoryBytesMax,
    List<DType> dtypes, int rankMax, String caches, String numa, String tuning,
    Map<String, String> providers) {

  /** Keeps copies. */
  public Capabilities {
    devices = List.copyOf(devices);
    dtypes = List.copyOf(dtypes);
    providers = java.util.Collections.unmodifiableMap(new java.util.LinkedHashMap<>(providers));
  }

  /** Returns whether operations accept operands of the key's dtype. */
  public boolean supports(KernelKey key) {
    return dtypes.contains(key.dtype());
  }

  /** Returns one fact a line. */
  public String summary() {
    var text = new StringBuilder("tensorlogic " + version + "\n");
    text.append("devices: ").append(String.join(", ", devices)).append('\n');
    text.append("threads: ").append(threads).append('\n');
    text.append("memory bytes max: ").append(memoryBytesMax).append('\n');
    text.append("dtypes: ").append(String.join(", ", dtypes.stream().map(DType::text).toList()));
    text.append("\nrank max: ").append(rankMax).append('\n');
    text.append("caches: ").append(caches).append("\nnuma: ").append(numa)
        .append("\ntuning: ").append(tuning).append('\n');
    providers.forEach((name, facts) -> text.append("provider ").append(name).append(":\n")
        .append(facts.strip().indent(2)));
    return text.toString();
  }
}
