package org.tensorlogic.plan;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import org.tensorlogic.error.Code;
import org.tensorlogic.error.Diagnostic;
import org.tensorlogic.error.KernelException;
import org.tensorlogic.error.Requirement;
import org.tensorlogic.kernel.Kernel;
import org.tensorlogic.kernel.KernelProvider;
import org.tensorlogic.kernel.KernelRequest;
import org.tensorlogic.kernel.Offer;
import org.tensorlogic.kernel.Prepared;
import org.tensorlogic.kernel.reference.ReferenceProvider;

/**
 * The providers of an engine in the order in which they are asked. Immutable.
 *
 * @param providers highest priority first
 */
public record KernelRegistry(List<KernelProvider> providers) {

  /** The kernel that won, who offered it, why the ones before declined, and why it is this one. */
  record Choice(Kernel kernel, String provider, List<String> reasons,
      Optional<Prepared> prepared) {}

  /** Keeps a copy in order of priority. */
  public KernelRegistry {
    providers = providers.stream()
        .sorted(Comparator.comparingInt(KernelProvider::priority).reversed()).toList();
  }

  /**
   * Returns all providers on the class or module path and the reference provider, or only the one
   * of a name where it is not null.
   */
  public static KernelRegistry load(String only) {
    var found = new ArrayList<KernelProvider>();
    ServiceLoader.load(KernelProvider.class, KernelRegistry.class.getClassLoader())
        .forEach(found::add);
    found.add(new ReferenceProvider());
    List<String> names = found.stream().map(KernelProvider::name).toList();
    Requirement.requireArgument(only == null || names.contains(only),
        () -> "take one of these, or put the module that offers it on the path",
        "there is no kernel provider \"%s\"; found are %s", only, names);
    return new KernelRegistry(found.stream()
        .filter(provider -> only == null || provider.name().equals(only)).toList());
  }

  /** Returns the decisions of all providers that measuring may change. */
  public List<org.tensorlogic.kernel.Choice> choices() {
    return providers.stream().flatMap(provider -> provider.choices().stream()).toList();
  }

  /** What providers answered: the kernel that won, if any, and the reasons of those asked. */
  record Answer(Optional<Choice> choice, List<String> refusals) {}

  /** The first kernel offered, or why nobody has one. */
  Answer ask(KernelRequest request) {
    var refusals = new ArrayList<String>();
    for (KernelProvider provider : providers) {
      switch (provider.offer(request)) {
        case Offer.Accepted(Kernel kernel, String note, var prepared) -> {
          var reasons = new ArrayList<>(refusals);
          if (!note.isEmpty()) {
            reasons.add(note);
          }
          return new Answer(Optional.of(new Choice(kernel, provider.name(),
              List.copyOf(reasons), prepared)), List.copyOf(refusals));
        }
        case Offer.Declined(String reason) -> refusals.add(provider.name() + ": " + reason);
      }
    }
    return new Answer(Optional.empty(), List.copyOf(refusals));
  }

  /** The kernel of a contraction and a step over its elements, if its provider has one. */
  Optional<Kernel> withEpilogue(Step.Run contraction, KernelRequest request, int place) {
    return providers.stream().filter(other -> other.name().equals(contraction.provider()))
        .findFirst()
        .flatMap(provider -> provider.withEpilogue(contraction.kernel(), request, place));
  }

  Choice choose(KernelRequest request) {
    Answer answer = ask(request);
    return answer.choice().orElseThrow(() -> new KernelException(Diagnostic.error(Code.KERNEL,
        "no provider computes %s: %s", request.key(), String.join("; ", answer.refusals()))
        .hint("let the engine use the reference provider too")));
  }
}
