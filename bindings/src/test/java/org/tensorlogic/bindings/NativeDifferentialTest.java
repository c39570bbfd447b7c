package org.tensorlogic.bindings;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.tensorlogic.einsum.EinsumSpec;
import org.tensorlogic.einsum.Semiring;
import org.tensorlogic.ir.Binary;
import org.tensorlogic.ir.Convert;
import org.tensorlogic.ir.Domain;
import org.tensorlogic.ir.Einsum;
import org.tensorlogic.ir.Movement;
import org.tensorlogic.ir.Op;
import org.tensorlogic.ir.Pointwise;
import org.tensorlogic.ir.Reduce;
import org.tensorlogic.ir.Reduction;
import org.tensorlogic.ir.Unary;
import org.tensorlogic.kernel.Choices;
import org.tensorlogic.kernel.Kernel;
import org.tensorlogic.kernel.KernelArguments;
import org.tensorlogic.kernel.KernelProvider;
import org.tensorlogic.kernel.KernelRequest;
import org.tensorlogic.kernel.Machine;
import org.tensorlogic.kernel.Offer;
import org.tensorlogic.kernel.reference.ReferenceProvider;
import org.tensorlogic.memory.CacheLevels;
import org.tensorlogic.type.DType;
import org.tensorlogic.type.TensorType;

/** Every kernel of the native table against the reference, on random shapes and layouts. */
class NativeDifferentialTest {

  private static final int ROUNDS = 40;
  /** The worst error that the native list states of each pointwise function. */
  private static final Map<String, Integer> ULPS = KernelList.of("pointwise").ulps();
  /**
   * Units of rounding that a function of the reference may be off: 2.5 units of the last place, two
   * roundings each, as the Java library's tanh, and one for the rounding to the dtype.
   */
  private static final double REFERENCE_ROUNDINGS = 6;
  /** The same for exponentials and logarithms on both sides, native ones being off by 4 units. */
  private static final double LOGARITHM_ROUNDINGS = 2 * 4 + REFERENCE_ROUNDINGS;

  /** One step on both providers. */
  private record Step(KernelRequest request, List<Strided> operands, Strided result) {

    Strided run(KernelProvider provider, List<Strided> from) {
      Offer offer = provider.offer(request);
      assertThat(offer).as("%s", request).isInstanceOf(Offer.Accepted.class);
      Kernel kernel = ((Offer.Accepted) offer).kernel();
      Strided to = result.sibling();
      var arguments = new KernelArguments(from.size() + 1, Arena.ofAuto().allocate(64, 8));
      for (int i = 0; i < from.size(); i++) {
        set(arguments, i, from.get(i));
      }
      set(arguments, from.size(), to);
      MemorySegment scratch = Arena.ofAuto().allocate(Math.max(64, kernel.scratchBytes()), 64);
      long half = kernel.tileCount() / 2;
      kernel.run(arguments, half, kernel.tileCount(), scratch);
      if (half > 0) {
        kernel.run(arguments, 0, half, scratch);
      }
      return to;
    }

    private static void set(KernelArguments arguments, int index, Strided place) {
      arguments.set(index, place.buffer(), place.layout().offset() * place.dtype().bytes());
    }
  }

  @TestFactory
  Stream<DynamicTest> everyKernelAgreesWithTheReference() {
    return NativeLibrary.get().kernels().keySet().stream()
        // Regions are compared as whole graphs, pairs as part of them, packing with its products.
        .filter(symbol -> !symbol.startsWith("fused_") && !symbol.startsWith("contract_pack_")
            && !NativeMeanings.pairs().containsKey(symbol))
        .map(symbol -> DynamicTest.dynamicTest(symbol, () -> {
          for (int seed = 0; seed < ROUNDS; seed++) {
            compare(symbol, seed);
          }
        }));
  }

  private static void compare(String symbol, int seed) {
    var random = new Random(seed * 7919L + symbol.hashCode());
    Step step = step(symbol, random);
    Strided wanted = step.run(new ReferenceProvider(), step.operands());
    Strided found = step.run(new NativeProvider(), step.operands());
    Strided scale = step.run(new ReferenceProvider(),
        step.operands().stream().map(Strided::absolute).toList());
    double roundings = roundings(step);
    for (long i = 0; i < wanted.layout().count(); i++) {
      double error = Math.abs(found.get(i) - wanted.get(i));
      double magnitude = isLogarithm(step.request().op()) ? 1 + scale.get(i)
          : isSum(step.request().op()) ? scale.get(i) : Math.abs(wanted.get(i));
      double bound = roundings == 0 ? 0
          : roundings * wanted.dtype().unitRoundoff() * magnitude + tiny(wanted.dtype());
      boolean equal = wanted.dtype() == DType.I64 ? found.integer(i) == wanted.integer(i)
          : Double.compare(found.get(i), wanted.get(i)) == 0
          || found.get(i) == wanted.get(i) || error <= bound;
      assertThat(equal).as("%s seed %d element %d: native %s, reference %s, bound %s; %s", symbol,
          seed, i, found.get(i), wanted.get(i), bound, step.request()).isTrue();
    }
    assertThat(found.gapsAreUntouched()).as("%s seed %d wrote beside its result", symbol, seed)
        .isTrue();
  }

  /** The least subnormal, by which the last rounding may always differ. */
  private static double tiny(DType dtype) {
    return dtype == DType.F32 ? Float.MIN_VALUE : dtype == DType.F64 ? Double.MIN_VALUE : 0;
  }

  /** Whether relative errors of a sum are absolute ones of its logarithm. */
  private static boolean isLogarithm(Op op) {
    return op instanceof Einsum einsum && einsum.semiring() == Semiring.LOG_SUM_EXP;
  }

  /** Whether the error is bounded by the sum of absolute terms, not by the result. */
  private static boolean isSum(Op op) {
    return op instanceof Reduce reduce && reduce.reduction() == Reduction.SUM
        || op instanceof Einsum einsum && einsum.semiring() == Semiring.SUM_PRODUCT;
  }

  /** How many roundings lead to a result element, on both sides together. */
  private static double roundings(Step step) {
    double terms = Math.max(1, terms(step));
    return switch (step.request().op()) {
      case Pointwise pointwise -> pointwise(step.request().key().function());
      case Reduce reduce -> switch (reduce.reduction()) {
        case SUM, PROD -> 2 * (terms + 1);
        case MAX, MIN, ANY, ALL -> 0;
      };
      case Einsum einsum -> switch (einsum.semiring()) {
        case SUM_PRODUCT -> 2 * (terms + 2);
        case MAX_PLUS, MIN_PLUS, MAX_PRODUCT -> 2;
        case MAX_MIN, OR_AND -> 0;
        case LOG_SUM_EXP -> 2 * (terms + 2) + LOGARITHM_ROUNDINGS;
      };
      case Convert convert -> 0;
      case Movement movement -> 0;
      case Op other -> throw new AssertionError(other);
    };
  }

  /** Functions that the native list holds to their formula without error are equal here too. */
  private static double pointwise(String function) {
    int ulps = ULPS.get(function);
    return ulps == 0 ? 0 : 2 * ulps + REFERENCE_ROUNDINGS;
  }

  private static double terms(Step step) {
    double walked = 1;
    if (step.request().op() instanceof Einsum einsum) {
      for (int index : einsum.spec().summed()) {
        int holder = einsum.spec().operands().get(0).contains(index) ? 0 : 1;
        walked *= step.operands().get(holder).layout()
            .extent(einsum.spec().operands().get(holder).indexOf(index));
      }
      return walked;
    }
    return (double) step.operands().getFirst().layout().count() / step.result().layout().count();
  }

  private static Step step(String symbol, Random random) {
    NativeMeanings.Meaning meaning = NativeMeanings.all().get(symbol);
    return switch (meaning.op()) {
      case Reduce reduce -> reduce(reduce.reduction(), meaning, random);
      case Einsum einsum when symbol.contains("blas") -> blas(meaning, random);
      case Einsum einsum -> einsum(einsum.semiring(), meaning, random);
      case Movement.Gather gather -> gather(meaning, random);
      case Movement movement -> {
        long[] extents = extents(random, random.nextInt(5), 1);
        var identity = new ArrayList<Integer>();
        for (int axis = 0; axis < extents.length; axis++) {
          identity.add(axis);
        }
        yield pointwise(new Movement.Permute(identity), meaning, extents, random);
      }
      case Op op -> pointwise(op, meaning, extents(random, random.nextInt(5), 1), random);
    };
  }

  /** Data and result without gaps; some indices name nothing. */
  private static Step gather(NativeMeanings.Meaning meaning, Random random) {
    long[] extents = extents(random, 1 + random.nextInt(4), 1);
    int axis = random.nextInt(extents.length);
    return step(new Movement.Gather(axis), meaning.dtypes(),
        List.of(extents, extents(random, random.nextInt(3), 1)), random, false);
  }

  private static long[] extents(Random random, int rank, int least) {
    var extents = new long[rank];
    for (int axis = 0; axis < rank; axis++) {
      extents[axis] = rank <= 2 && random.nextInt(3) == 0 ? 1 + random.nextInt(300)
          : least + random.nextInt(9);
    }
    return extents;
  }

  private static Step pointwise(Op op, NativeMeanings.Meaning meaning, long[] extents,
      Random random) {
    return step(op, meaning.dtypes(), meaning.dtypes().stream().map(any -> extents).toList(),
        random, true);
  }

  private static Step reduce(Reduction reduction, NativeMeanings.Meaning meaning, Random random) {
    int rank = random.nextInt(5);
    var axes = new ArrayList<Integer>();
    long[] extents = extents(random, rank, 1);
    for (int axis = 0; axis < rank; axis++) {
      if (random.nextBoolean()) {
        axes.add(axis);
        extents[axis] = random.nextInt(12) == 0 ? 0 : extents[axis];
      }
    }
    return step(new Reduce(reduction, axes), meaning.dtypes(), List.of(extents), random, true);
  }

  private static final List<String> SPECS = List.of("ij,jk->ik", "ij,kj->ki", "bij,bjk->bik",
      "abij,bcjk->acik", "i,j->ij", "ij,ij->", "ijk,kl->ijl", "i,i->i", ",->", "ijk,lk->jl",
      "abcd,cdef->abef", "ab,cd->bd", "kij,kjl->lik", "ab,->a");

  private static Step einsum(Semiring semiring, NativeMeanings.Meaning meaning, Random random) {
    var spec = EinsumSpec.parse(SPECS.get(random.nextInt(SPECS.size())));
    var extents = new long[26];
    for (int index : spec.indices()) {
      boolean small = spec.indices().size() > 3;
      extents[index] = 1 + random.nextInt(small ? 7 : random.nextBoolean() ? 40 : 130);
      if (spec.summed().contains(index) && random.nextInt(12) == 0) {
        extents[index] = 0;
      }
    }
    return step(new Einsum(spec, semiring), meaning.dtypes(), shapes(spec, extents), random, true);
  }

  /** Matrices without gaps or with padded rows, large enough for OpenBLAS. */
  private static Step blas(NativeMeanings.Meaning meaning, Random random) {
    var spec = EinsumSpec.parse(
        List.of("ij,jk->ik", "ji,jk->ik", "ij,kj->ik", "bij,bjk->bki").get(random.nextInt(4)));
    var extents = new long[26];
    for (int index : spec.indices()) {
      extents[index] = index == 1 ? 2 : 64 + random.nextInt(40);
    }
    return step(new Einsum(spec, Semiring.SUM_PRODUCT), meaning.dtypes(), shapes(spec, extents),
        random, false);
  }

  private static List<long[]> shapes(EinsumSpec spec, long[] extents) {
    return spec.operands().stream()
        .map(term -> term.stream().mapToLong(index -> extents[index]).toArray()).toList();
  }

  private static Step step(Op op, List<DType> dtypes, List<long[]> extents, Random random,
      boolean wild) {
    var operands = new ArrayList<Strided>();
    for (int i = 0; i < dtypes.size(); i++) {
      Domain domain = domain(op);
      Strided place = wild ? Strided.random(random, dtypes.get(i), extents.get(i), true)
          : Strided.plain(dtypes.get(i), extents.get(i));
      DType dtype = dtypes.get(i);
      operands.add(op instanceof Movement.Gather(int axis) && i == 1
          ? place.fill(() -> random.nextInt(-1, (int) extents.get(0)[axis] + 1))
          : place.fill(() -> value(random, dtype, domain)));
    }
    var types = operands.stream()
        .map(operand -> new TensorType(operand.dtype(), operand.layout().shape())).toList();
    TensorType type = op.infer(types);
    var resultExtents = type.shape().dims().stream().mapToLong(dim -> dim.extent()).toArray();
    Strided result = wild ? Strided.random(random, type.dtype(), resultExtents, false)
        : Strided.plain(type.dtype(), resultExtents);
    var request = new KernelRequest(op.kernel(types).orElseThrow(), op, dtypes,
        operands.stream().map(Strided::layout).toList(), type.dtype(), result.layout(),
        machine(random));
    return new Step(request, operands, result);
  }

  /** Some threads, and caches of all sizes: results have the same elements. */
  private static Machine machine(Random random) {
    var tiny = new CacheLevels(new TreeMap<>(Map.of(1, 64L, 2, 128L, 3, 256L)));
    var large = new CacheLevels(new TreeMap<>(Map.of(1, 1L << 20, 2, 1L << 24, 3, 1L << 30)));
    CacheLevels caches = List.of(tiny, CacheLevels.ASSUMED, large).get(random.nextInt(3));
    return new Machine(random.nextInt(1, 9), caches, Choices.NONE);
  }

  private static Domain domain(Op op) {
    return switch (op) {
      case Unary unary -> unary.domain();
      case Binary binary -> binary.domain();
      case Op other -> Domain.REAL;
    };
  }

  private static double value(Random random, DType dtype, Domain domain) {
    return dtype.isFloating() ? random.nextDouble(domain.low(), domain.high())
        : dtype == DType.BOOL ? random.nextInt(2)
        : random.nextInt(16) == 0 ? random.nextBoolean() ? Long.MIN_VALUE : Long.MAX_VALUE
        : random.nextInt(-100, 100);
  }

  @Test
  void declinesWithTheNameOfWhatIsMissing() {
    var operand = Strided.plain(DType.BOOL, new long[] {3});
    var type = new TensorType(DType.BOOL, operand.layout().shape());
    var request = new KernelRequest(Binary.EQ.kernel(List.of(type, type)).orElseThrow(), Binary.EQ,
        List.of(DType.BOOL, DType.BOOL), List.of(operand.layout(), operand.layout()), DType.BOOL,
        operand.layout(), Machine.typical(1));
    assertThat(new NativeProvider().offer(request))
        .isEqualTo(new Offer.Declined("no native kernel pointwise_eq_bool"));
  }
}
