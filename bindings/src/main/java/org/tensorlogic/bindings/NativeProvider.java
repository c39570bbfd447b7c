package org.tensorlogic.bindings;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.tensorlogic.einsum.EinsumSpec;
import org.tensorlogic.einsum.Semiring;
import org.tensorlogic.error.KernelException;
import org.tensorlogic.ir.Binary;
import org.tensorlogic.ir.Blocked;
import org.tensorlogic.ir.Constant;
import org.tensorlogic.ir.Convert;
import org.tensorlogic.ir.Einsum;
import org.tensorlogic.ir.Fused;
import org.tensorlogic.ir.GraphBuilder;
import org.tensorlogic.ir.Input;
import org.tensorlogic.ir.KernelKey;
import org.tensorlogic.ir.Loop;
import org.tensorlogic.ir.Movement;
import org.tensorlogic.ir.Node;
import org.tensorlogic.ir.Reduce;
import org.tensorlogic.ir.Reduction;
import org.tensorlogic.ir.Select;
import org.tensorlogic.ir.Unary;
import org.tensorlogic.kernel.Choice;
import org.tensorlogic.kernel.Kernel;
import org.tensorlogic.kernel.KernelProvider;
import org.tensorlogic.kernel.KernelRequest;
import org.tensorlogic.kernel.Offer;
import org.tensorlogic.kernel.Prepared;
import org.tensorlogic.type.DType;
import org.tensorlogic.type.Layout;
import org.tensorlogic.type.TensorType;

/**
 * The provider of the native kernels. The library is loaded when first needed; where that fails,
 * every request is declined with the reason. Thread-safe.
 */
public final class NativeProvider implements KernelProvider {

  /** Makes the provider; loads nothing. */
  public NativeProvider() {}

  @Override
  public String name() {
    return "native";
  }

  @Override
  public int priority() {
    return 10;
  }

  @Override
  public Offer offer(KernelRequest request) {
    try {
      return offer(NativeLibrary.get(), request);
    } catch (KernelException reason) { // dropped: its message is the answer
      return new Offer.Declined(reason.getMessage());
    }
  }

  @Override
  public Optional<Kernel> withEpilogue(Kernel contraction, KernelRequest request, int place) {
    return contraction instanceof NativeKernel product
        ? Epilogues.of(product, request, place, () -> overElements(NativeLibrary.get(), request))
        : Optional.empty();
  }

  /** A step over elements that the caches hold. */
  private static Offer overElements(NativeLibrary library, KernelRequest request) {
    return request.op() instanceof Fused ? FusedRegion.offerCached(library, request)
        : of(library, request.key().symbol(),
            Descriptor.pointwise(axes(request), request.operands().size()));
  }

  @Override
  public List<Choice> choices() {
    try {
      String target = NativeLibrary.get().target();
      return List.of(new ProductChoice(target, DType.F32), new ProductChoice(target, DType.F64));
    } catch (KernelException reason) { // dropped: without the library nothing is to choose
      return List.of();
    }
  }

  /** What optimised graphs could depend on; it does not load OpenBLAS. */
  @Override
  public String identity() {
    try {
      NativeLibrary library = NativeLibrary.get();
      return library.version() + ' ' + library.target();
    } catch (KernelException reason) { // dropped: its message is the answer
      return reason.getMessage();
    }
  }

  @Override
  public String describe() {
    try {
      NativeLibrary library = NativeLibrary.get();
      return String.join("\n", "version " + library.version(), "target " + library.target(),
          "supported targets " + library.supportedTargets(), "BLAS " + blas(),
          "kernels " + library.kernels().size());
    } catch (KernelException reason) { // dropped: its message is the answer
      return "not available: " + reason.getMessage();
    }
  }

  private static String blas() {
    try {
      return OpenBlas.get().description();
    } catch (KernelException reason) { // dropped: its message is the answer
      return "not available: " + reason.getMessage();
    }
  }

  private static Offer offer(NativeLibrary library, KernelRequest request) {
    return switch (request.op()) {
      case Unary unary -> pointwise(library, request, request.key().symbol());
      case Binary binary -> pointwise(library, request, request.key().symbol());
      case Select select -> pointwise(library, request, request.key().symbol());
      case Convert convert -> pointwise(library, request, request.key().symbol());
      case Movement.Permute permute -> of(library, NativeKeys.symbol(request.key()),
          Descriptor.copy(axes(request), request.resultDType().bytes(),
              request.machine().caches()));
      case Movement.Gather gather -> gather(library, request, gather);
      case Reduce reduce -> reduce(library, request, reduce);
      case Einsum einsum -> einsum(library, request, einsum);
      case Input input -> needsNone(request);
      case Constant constant -> needsNone(request);
      case Fused _ -> FusedRegion.offer(library, request);
      case Loop loop -> needsNone(request);
      case Blocked blocked -> needsNone(request);
      case Movement.Reshape reshape -> needsNone(request);
      case Movement.Slice slice -> needsNone(request);
      case Movement.Pad pad -> needsNone(request);
      case Movement.Broadcast broadcast -> needsNone(request);
      case Movement.Concat concat -> needsNone(request);
    };
  }

  private static Offer needsNone(KernelRequest request) {
    return new Offer.Declined(request.op().function() + " is not one kernel");
  }

  private static Offer absent(String symbol) {
    return new Offer.Declined("no native kernel " + symbol);
  }

  private static Offer of(NativeLibrary library, String symbol, Descriptor descriptor) {
    return of(library, symbol, descriptor, "");
  }

  private static Offer of(NativeLibrary library, String symbol, Descriptor descriptor,
      String note) {
    return Optional.ofNullable(library.kernels().get(symbol))
        .<Offer>map(found -> new Offer.Accepted(new NativeKernel(found, descriptor), note))
        .orElseGet(() -> absent(symbol));
  }

  private static Offer pointwise(NativeLibrary library, KernelRequest request, String symbol) {
    if (FusedRegion.isUncached(request) && !(request.op() instanceof Convert)) {
      Offer alone = FusedRegion.offer(library, region(request));
      if (alone instanceof Offer.Accepted) {
        return alone;
      }
    }
    return of(library, symbol, Descriptor.pointwise(axes(request), request.operands().size()));
  }

  /** The same request for a region of one function. */
  private static KernelRequest region(KernelRequest request) {
    var body = new GraphBuilder();
    var inputs = new ArrayList<Node>();
    for (int i = 0; i < request.operands().size(); i++) {
      inputs.add(body.input("operand " + i,
          new TensorType(request.dtypes().get(i), request.operands().get(i).shape())));
    }
    return FusedRegion.request(body.build(body.add(request.op(), inputs)), request,
        request.operands());
  }

  /** The axes of a result that operands of its shape are walked along with. */
  private static List<Axis> axes(KernelRequest request) {
    int operands = request.operands().size();
    var axes = new ArrayList<Axis>();
    for (int axis = 0; axis < request.result().rank(); axis++) {
      var strides = new long[operands + 1];
      for (int operand = 0; operand < operands; operand++) {
        strides[operand] = request.operands().get(operand).stride(axis);
      }
      strides[operands] = request.result().stride(axis);
      axes.add(new Axis(request.result().extent(axis), strides));
    }
    return axes;
  }

  /** The native gather knows one axis left, one of indices, one right, and fills without gaps. */
  private static Offer gather(NativeLibrary library, KernelRequest request,
      Movement.Gather gather) {
    Layout data = request.operands().get(0);
    Layout index = request.operands().get(1);
    int end = gather.axis() + index.rank();
    List<Axis> left = shared(data, 0, request.result(), 0, gather.axis());
    List<Axis> indices = shared(index, 0, request.result(), gather.axis(), index.rank());
    List<Axis> right = shared(data, gather.axis() + 1, request.result(), end,
        request.result().rank() - end);
    boolean fits = left.size() <= 1 && indices.size() <= 1 && right.size() <= 1;
    if (!fits || !request.result().isContiguous()) {
      return new Offer.Declined("no native kernel gathers over axes that do not merge");
    }
    return of(library, NativeKeys.symbol(request.key()), Descriptor.gather(one(left),
        one(indices), one(right), new Axis(data.extent(gather.axis()),
            data.stride(gather.axis()))));
  }

  /** Some neighbouring axes of an operand that are axes of the result too, as few as may be. */
  private static List<Axis> shared(Layout operand, int from, Layout result, int to, int count) {
    var axes = new ArrayList<Axis>();
    for (int i = 0; i < count; i++) {
      axes.add(new Axis(operand.extent(from + i), operand.stride(from + i),
          result.stride(to + i)));
    }
    return Axis.simplified(axes, 1);
  }

  private static Axis one(List<Axis> axes) {
    return axes.isEmpty() ? new Axis(1, 0, 0) : axes.getFirst();
  }

  private static Offer reduce(NativeLibrary library, KernelRequest request, Reduce reduce) {
    var term = new ArrayList<Integer>();
    for (int axis = 0; axis < request.operands().getFirst().rank(); axis++) {
      term.add(axis);
    }
    var kept = new ArrayList<>(term);
    kept.removeAll(reduce.axes());
    return of(library, request.key().symbol(), reduction(request, term, kept));
  }

  /** Reduces the axes of the operand whose index the result lacks. */
  private static Descriptor reduction(KernelRequest request, List<Integer> term,
      List<Integer> resultTerm) {
    Layout operand = request.operands().getFirst();
    var kept = new ArrayList<Axis>();
    var reduced = new ArrayList<Axis>();
    for (int axis = 0; axis < term.size(); axis++) {
      int place = resultTerm.indexOf(term.get(axis));
      if (place < 0) {
        reduced.add(new Axis(operand.extent(axis), operand.stride(axis)));
      } else {
        kept.add(new Axis(operand.extent(axis), operand.stride(axis),
            request.result().stride(place)));
      }
    }
    return Descriptor.reduce(kept, reduced, request.machine().caches());
  }

  private static Offer einsum(NativeLibrary library, KernelRequest request, Einsum einsum) {
    if (request.operands().size() == 1) {
      return single(library, request, einsum);
    }
    Contraction groups = Contraction.of(request, einsum.spec());
    DType dtype = request.resultDType();
    if (einsum.semiring() == Semiring.LOG_SUM_EXP) { // packs what it shifted
      return of(library, request.key().symbol(),
          ContractTiles.unpacked(groups, request.machine().threads()));
    }
    ContractTiles own = ContractTiles.of(groups, dtype, request.machine(), request.constants());
    if (einsum.semiring() != Semiring.SUM_PRODUCT || !dtype.isFloating()
        || !groups.isMatrixProduct()) {
      return contract(library, request, own, "");
    }
    var decision = new ProductChoice(library.target(), dtype)
        .decide(groups, request.machine().choices());
    if (decision.candidate().equals(ProductChoice.OWN)) {
      return contract(library, request, own, decision.note());
    }
    try {
      return of(library, NativeKeys.blas(dtype),
          ContractTiles.forBlas(groups, OpenBlas.get().gemm(dtype)), decision.note());
    } catch (KernelException reason) { // dropped: its message is the note
      return contract(library, request, own, joined(decision.note(), reason.getMessage()));
    }
  }

  /** The own kernel, with what packs its columns where that is done beforehand. */
  private static Offer contract(NativeLibrary library, KernelRequest request,
      ContractTiles tiles, String note) {
    NativeSymbol product = library.kernels().get(request.key().symbol());
    if (product == null || tiles.packing().isEmpty()) {
      return of(library, request.key().symbol(), tiles.descriptor(), note);
    }
    NativeSymbol pack = library.kernels().get(NativeKeys.pack(request.resultDType()));
    ContractTiles.Packing packing = tiles.packing().get();
    String when = request.constants().contains(packing.operand()) ? "columns packed when planned"
        : "columns packed once for all tiles";
    return new Offer.Accepted(new NativeKernel(product, tiles.descriptor()),
        joined(note, when), Optional.of(new Prepared(packing.operand(),
            new NativeKernel(pack, packing.descriptor()), packing.elements(), packing.order())));
  }

  private static String joined(String note, String more) {
    return note.isEmpty() ? more : note + "; " + more;
  }

  /** An einsum of one operand is a copy, or the reduction or region that its semiring's sum is. */
  private static Offer single(NativeLibrary library, KernelRequest request, Einsum einsum) {
    EinsumSpec spec = einsum.spec();
    List<Integer> term = spec.operands().getFirst();
    if (spec.summed().isEmpty()) {
      Layout viewed = request.operands().getFirst()
          .permute(spec.result().stream().map(term::indexOf).toList());
      var key = new KernelKey("movement", "copy", request.resultDType());
      return of(library, NativeKeys.symbol(key), Descriptor.copy(axes(new KernelRequest(key,
          request.op(), request.dtypes(), List.of(viewed), request.resultDType(),
          request.result(), request.machine())), request.resultDType().bytes(), request.machine()
          .caches()));
    }
    return reduction(einsum.semiring())
        .map(same -> of(library,
            new KernelKey("reduce", same.function(), request.resultDType()).symbol(),
            reduction(request, term, spec.result())))
        .orElseGet(() -> FusedRegion.offer(library, LogSumExp.region(request, spec)));
  }

  /** The reduction with the same sum and the same unit, where there is one. */
  private static Optional<Reduction> reduction(Semiring semiring) {
    return switch (semiring) {
      case SUM_PRODUCT -> Optional.of(Reduction.SUM);
      case MAX_PLUS, MAX_PRODUCT, MAX_MIN -> Optional.of(Reduction.MAX);
      case MIN_PLUS -> Optional.of(Reduction.MIN);
      case OR_AND -> Optional.of(Reduction.ANY);
      case LOG_SUM_EXP -> Optional.empty();
    };
  }
}
