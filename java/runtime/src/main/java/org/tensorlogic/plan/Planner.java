package org.tensorlogic.plan;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.tensorlogic.einsum.ContractionOrder;
import org.tensorlogic.einsum.EinsumBinding;
import org.tensorlogic.einsum.EinsumSpec;
import org.tensorlogic.error.Code;
import org.tensorlogic.error.Diagnostic;
import org.tensorlogic.error.MemoryException;
import org.tensorlogic.error.ShapeException;
import org.tensorlogic.ir.Blocked;
import org.tensorlogic.ir.Constant;
import org.tensorlogic.ir.Convert;
import org.tensorlogic.ir.Einsum;
import org.tensorlogic.ir.Fused;
import org.tensorlogic.ir.Graph;
import org.tensorlogic.ir.Input;
import org.tensorlogic.ir.KernelKey;
import org.tensorlogic.ir.Literal;
import org.tensorlogic.ir.Loop;
import org.tensorlogic.ir.Movement;
import org.tensorlogic.ir.Node;
import org.tensorlogic.ir.Op;
import org.tensorlogic.ir.Pointwise;
import org.tensorlogic.ir.Reduce;
import org.tensorlogic.kernel.Kernel;
import org.tensorlogic.kernel.KernelRequest;
import org.tensorlogic.kernel.Machine;
import org.tensorlogic.kernel.Prepared;
import org.tensorlogic.memory.ConstantMemory;
import org.tensorlogic.type.DType;
import org.tensorlogic.type.Layout;
import org.tensorlogic.type.Shape;
import org.tensorlogic.type.TensorType;

/**
 * Turns a graph and the layouts of its inputs into a program. Movements become views of the same
 * memory where strides allow it, einsums become pairwise contractions in the best order, and
 * temporaries share one workspace by their lifetimes.
 */
public final class Planner {

  /** More than any processor addresses, yet sums of thousands of them stay below 2^63. */
  private static final long ADDRESSABLE_BYTES = 1L << 48;

  private final KernelRegistry registry;
  private final Schedule schedule;
  private final Machine machine;
  private final long einsumBytesMax;
  private final Orders orders;
  private final Map<Node, Value> values = new HashMap<>();
  private final Map<Repeated, List<Value>> repeated = new HashMap<>();
  private final Map<Order, Value> inOrder = new HashMap<>();
  private final List<Step> steps = new ArrayList<>();
  private final SlotTable slots;
  private Map<String, Long> bindings = Map.of();
  private Epilogues epilogues;

  /** One loop, whatever number of its states is asked for. */
  private record Repeated(Graph body, List<Node> operands) {}

  /** An operand in the order that some kernels take. */
  private record Order(Value operand, Object order) {}

  private Planner(KernelRegistry registry, Schedule schedule, Machine machine,
      long einsumBytesMax, Orders orders, FixedElements constants) {
    this.registry = registry;
    this.schedule = schedule;
    this.machine = machine;
    this.einsumBytesMax = einsumBytesMax;
    this.orders = orders;
    this.slots = new SlotTable(constants);
  }

  /**
   * Returns the program of a graph for inputs of these layouts, in the order of the graph's inputs.
   *
   * @throws ShapeException when a layout does not fit its input's shape
   */
  public static Program plan(Graph graph, List<Layout> inputs, KernelRegistry registry) {
    return plan(graph, inputs, registry, Schedule.SEQUENTIAL, Machine.typical(1),
        Long.MAX_VALUE, ContractionOrder::search, new FixedElements(new ConstantMemory()));
  }

  /**
   * Plans likewise for a machine whose threads run steps by a schedule.
   *
   * @param einsumBytesMax the most bytes of intermediates that an einsum may hold at one time
   * @param orders where orders of contraction come from
   * @param constants what plans of the same graph share
   * @throws org.tensorlogic.error.EinsumException (C11) when an einsum needs more
   */
  public static Program plan(Graph graph, List<Layout> inputs, KernelRegistry registry,
      Schedule schedule, Machine machine, long einsumBytesMax, Orders orders,
      FixedElements constants) {
    return new Planner(registry, schedule, machine, einsumBytesMax, orders, constants)
        .plan(graph, inputs, Optional.empty());
  }

  /** As above; a layout given is that of all outputs, else they are row-major without gaps. */
  private Program plan(Graph graph, List<Layout> inputs, Optional<Layout> returned) {
    bindings = NamedExtents.of(graph, inputs);
    epilogues = new Epilogues(registry, graph);
    int index = 0;
    for (Node input : graph.inputs().values()) {
      Layout layout = inputs.get(index);
      values.put(input, new Value(slots.given(index++), input.dtype(), layout));
    }
    for (Node node : graph.nodes()) {
      if (!values.containsKey(node)) {
        values.put(node, valueOf(node));
      }
    }
    var types = new ArrayList<TensorType>();
    for (Node output : graph.outputs().values()) {
      returned(output, types.size(), returned);
      types.add(bound(output));
    }
    List<List<Integer>> stages = Stages.of(schedule, steps, slots, machine.threads(),
        einsumBytesMax < Long.MAX_VALUE);
    return slots.program(steps, stages, new ArrayList<>(graph.inputs().keySet()),
        new ArrayList<>(graph.outputs().keySet()), types);
  }

  private TensorType bound(Node node) {
    return node.type().as(node.shape().bind(bindings));
  }

  private Value valueOf(Node node) {
    return switch (node.op()) {
      case Input _ -> throw new IllegalStateException("input without a value: " + node);
      case Constant constant -> constant(constant);
      case Einsum einsum -> new EinsumLowering(this, node, einsum).lower();
      case Pointwise _ -> pointwise(node);
      case Convert _ -> pointwise(node);
      case Reduce reduce -> reduced(node, reduce.axes(), operandsOf(node).getFirst(), reduce);
      case Movement movement -> moved(node, movement);
      case Loop loop -> repeated(node, loop);
      case Fused fused -> repeated.computeIfAbsent(new Repeated(fused.body(), node.operands()),
          _ -> fused(node, fused)).get(fused.result());
      case Blocked blocked -> inBlocks(node, blocked);
    };
  }

  private List<Value> operandsOf(Node node) {
    var operands = new ArrayList<Value>(node.operands().size());
    for (Node operand : node.operands()) {
      operands.add(values.get(operand));
    }
    return operands;
  }

  private Value constant(Constant constant) {
    return new Value(slots.constant(constant), constant.type().dtype(),
        Layout.contiguous(constant.type().shape().extents()));
  }

  /** A constant scalar for the lowering of other ops. */
  Value scalar(DType dtype, double value) {
    return constant(new Constant(TensorType.of(dtype), Literal.of(dtype, value)));
  }

  /** New memory for a contiguous result. */
  Value fresh(DType dtype, long... extents) {
    Layout layout = Layout.contiguous(extents);
    if (layout.count() > ADDRESSABLE_BYTES / dtype.bytes()) {
      throw new MemoryException(Diagnostic.error(Code.OUT_OF_MEMORY,
          "a result %s has more bytes than can be addressed", TensorType.of(dtype, extents))
          .hint("use smaller shapes"));
    }
    return new Value(slots.temporary(layout.count() * dtype.bytes()), dtype, layout);
  }

  private Value pointwise(Node node) {
    List<Value> operands = operandsOf(node);
    Value result = fresh(node.dtype(), bound(node).shape().extents());
    run(node, node.op(), key(node.op(), operands), operands, result, result.layout().count());
    return result;
  }

  /** Whether the last step now makes these results too. */
  private boolean joins(Node node, KernelRequest request, List<Value> operands,
      List<Value> results, double flops) {
    Optional<Step> joined = steps.isEmpty() ? Optional.empty()
        : epilogues.joined(steps.getLast(), node, request, operands, results, flops);
    joined.ifPresent(step -> steps.set(steps.size() - 1, step));
    return joined.isPresent();
  }

  static KernelKey key(Op op, List<Value> operands) {
    var types = new ArrayList<TensorType>(operands.size());
    for (Value operand : operands) {
      types.add(new TensorType(operand.dtype(), operand.layout().shape()));
    }
    return op.kernel(types).orElseThrow();
  }

  /** Joins the elements of a value along axes by the op of a Reduce. */
  Value reduced(Node node, List<Integer> axes, Value operand, Reduce reduce) {
    long[] kept = operand.layout().shape().without(axes).extents();
    Value result = fresh(operand.dtype(), kept);
    run(node, reduce, key(reduce, List.of(operand)), List.of(operand), result,
        operand.layout().count());
    return result;
  }

  /** A region is one step where a provider has a kernel for it, else its body's steps. */
  private List<Value> fused(Node node, Fused fused) {
    List<Value> operands = operandsOf(node);
    var results = new ArrayList<Value>();
    for (Node result : fused.results()) {
      results.add(fresh(result.dtype(), bound(result).shape().extents()));
    }
    if (results.stream().anyMatch(result -> result.layout().count() == 0)) {
      return opByOp(fused, operands);
    }
    long functions = fused.body().nodes().stream().map(Node::op).filter(Fused::computes).count();
    double flops = (double) functions * operands.stream()
        .mapToLong(value -> value.layout().count()).max()
        .orElse(results.getFirst().layout().count());
    KernelRequest request = request(fused, key(fused, operands), operands, results);
    if (joins(node, request, operands, results, flops)) {
      return results;
    }
    Optional<KernelRegistry.Choice> choice = registry.ask(request).choice();
    if (choice.isEmpty()) {
      return opByOp(fused, operands);
    }
    Kernel kernel = choice.get().kernel();
    for (int result = 0; result < results.size(); result++) {
      int to = result;
      overlay(operands, results.get(result), operand -> kernel.mayOverlay(operand, to));
    }
    run(node, choice.get(), operands, results, flops);
    return results;
  }

  private List<Value> opByOp(Fused fused, List<Value> operands) {
    int index = 0;
    for (Node input : fused.body().inputs().values()) {
      values.put(input, operands.get(index++));
    }
    for (Node part : fused.body().nodes()) {
      if (!values.containsKey(part)) {
        values.put(part, valueOf(part));
      }
    }
    List<Value> results = fused.results().stream().map(values::get).toList();
    fused.body().nodes().forEach(values::remove); // other nodes may have the same body
    return results;
  }

  private KernelRequest request(Op op, KernelKey key, List<Value> operands,
      List<Value> results) {
    var dtypes = new ArrayList<DType>(operands.size());
    var layouts = new ArrayList<Layout>(operands.size());
    var constants = new HashSet<Integer>();
    for (Value operand : operands) {
      if (slots.constant(operand.slot()).isPresent()) {
        constants.add(dtypes.size());
      }
      dtypes.add(operand.dtype());
      layouts.add(operand.layout());
    }
    return new KernelRequest(key, op, dtypes, layouts,
        results.stream().map(Value::dtype).toList(), results.stream().map(Value::layout).toList(),
        machine, constants);
  }

  /** Adds the step of a kernel; a result without elements needs none. */
  void run(Node node, Op op, KernelKey key, List<Value> operands, Value result, double flops) {
    if (result.layout().count() > 0) {
      List<Value> results = List.of(result);
      KernelRequest request = request(op, key, operands, results);
      if (op == node.op() && op instanceof Pointwise
          && joins(node, request, operands, results, flops)) {
        return;
      }
      if (op instanceof Pointwise) {
        overlay(operands, result, _ -> true);
      }
      run(node, registry.choose(request), operands, results, flops);
    }
  }

  /** A result of the next step may lie on operands whose elements it reads before. */
  private void overlay(List<Value> operands, Value result, IntPredicate isReadBefore) {
    for (Value operand : operands) {
      boolean inStep = IntStream.range(0, operands.size())
          .filter(other -> operands.get(other).slot() == operand.slot())
          .allMatch(other -> isReadBefore.test(other)
              && operands.get(other).dtype().bytes() == result.dtype().bytes()
              && operands.get(other).layout().equals(result.layout()));
      if (inStep) {
        slots.mayOverlay(result.slot(), operand.slot(), steps.size());
      }
    }
  }

  private void run(Node node, KernelRegistry.Choice choice, List<Value> operands,
      List<Value> results, double flops) {
    List<Value> taken = choice.prepared()
        .map(prepared -> prepared(node, choice.provider(), prepared, operands)).orElse(operands);
    steps.add(new Step.Run(node, choice.kernel(), choice.provider(), choice.reasons(), taken,
        results, flops));
  }

  /** Puts an operand into the order that the next kernel takes: now, where it never changes. */
  private List<Value> prepared(Node node, String provider, Prepared prepared,
      List<Value> operands) {
    Value operand = operands.get(prepared.operand());
    var taken = new ArrayList<>(operands);
    taken.set(prepared.operand(), inOrder.computeIfAbsent(new Order(operand, prepared.order()),
        _ -> prepared(node, provider, prepared, operand)));
    return taken;
  }

  private Value prepared(Node node, String provider, Prepared prepared, Value operand) {
    Optional<FixedElements.Plain> constant = slots.constant(operand.slot());
    if (constant.isPresent()) {
      return new Value(slots.fixed(slots.elements().prepared(prepared, operand, constant.get())),
          operand.dtype(), Layout.contiguous(prepared.elements()));
    }
    Value result = fresh(operand.dtype(), prepared.elements());
    steps.add(new Step.Run(node, prepared.kernel(), provider, List.of(), List.of(operand),
        List.of(result), 0));
    return result;
  }

  private void copy(Node node, Value from, Value to) {
    var order = IntStream.range(0, to.layout().rank()).boxed().toList();
    run(node, new Movement.Permute(order), new KernelKey("movement", "copy", from.dtype()),
        List.of(from), to, 0);
  }

  private Value contiguous(Node node, Value value) {
    return value.layout().isContiguous() ? value : copied(node, value);
  }

  private Value copied(Node node, Value value) {
    Value copy = fresh(value.dtype(), value.layout().shape().extents());
    copy(node, value, copy);
    return copy;
  }

  private Value moved(Node node, Movement movement) {
    Value from = values.get(node.operand(0));
    Layout layout = from.layout();
    return switch (movement) {
      case Movement.Permute permute -> from.through(layout.permute(permute.order()));
      case Movement.Slice slice -> from.through(
          layout.slice(slice.axis(), slice.start(), slice.count(), slice.step()));
      case Movement.Broadcast broadcast -> from.through(
          layout.broadcast(broadcast.target().bind(bindings).extents(), broadcast.axes()));
      case Movement.Reshape reshape -> reshaped(node, from, reshape.target().bind(bindings));
      case Movement.Pad pad -> padded(node, from, pad);
      case Movement.Concat concat -> joined(node, concat.axis());
      case Movement.Gather _ -> gathered(node);
    };
  }

  private Value reshaped(Node node, Value from, Shape target) {
    Layout view = from.layout().reshape(target.extents());
    if (view != null) {
      return from.through(view);
    }
    Value copy = contiguous(node, from);
    return copy.through(copy.layout().reshape(target.extents()));
  }

  private Value padded(Node node, Value from, Movement.Pad pad) {
    long[] extents = bound(node).shape().extents();
    Value result = fresh(from.dtype(), extents);
    Value filler = scalar(from.dtype(), pad.value());
    copy(node, filler.through(filler.layout().broadcast(extents, List.of())), result);
    long count = from.layout().extent(pad.axis());
    copy(node, from, result.through(
        result.layout().slice(pad.axis(), pad.before(), count, pad.between() + 1)));
    return result;
  }

  private Value joined(Node node, int axis) {
    Value result = fresh(node.dtype(), bound(node).shape().extents());
    long start = 0;
    for (Value part : operandsOf(node)) {
      long extent = part.layout().extent(axis);
      copy(node, part, result.through(result.layout().slice(axis, start, extent, 1)));
      start += extent;
    }
    return result;
  }

  private Value gathered(Node node) {
    Value result = fresh(node.dtype(), bound(node).shape().extents());
    run(node, node.op(), key(node.op(), operandsOf(node)), operandsOf(node), result, 0);
    return result;
  }

  private Value repeated(Node node, Loop loop) {
    var once = new Repeated(loop.body(), node.operands());
    List<Value> results = repeated.get(once);
    if (results == null) {
      results = repeat(node, loop);
      repeated.put(once, results);
    }
    return results.get(loop.state());
  }

  private List<Value> repeat(Node node, Loop loop) {
    var operands = new ArrayList<Value>();
    for (int i = 0; i < node.operands().size(); i++) {
      Value operand = values.get(node.operand(i));
      operands.add(i < loop.stateCount() ? contiguous(node, operand) : operand);
    }
    var layouts = IntStream.range(0, operands.size()).mapToObj(i -> i < loop.stateCount()
        ? Layout.contiguous(operands.get(i).layout().shape().extents())
        : operands.get(i).layout()).toList();
    Program body = plan(loop.body(), layouts, registry, schedule, machine, einsumBytesMax, orders,
        slots.elements());
    var results = operands.subList(0, loop.stateCount()).stream()
        .map(state -> fresh(state.dtype(), state.layout().shape().extents())).toList();
    steps.add(new Step.Repeat(node, loop, body, operands, results));
    return results;
  }

  /** Plans a block, and the shorter last one where there is one; the blocks run as one step. */
  private Value inBlocks(Node node, Blocked blocked) {
    var operands = new ArrayList<Value>();
    for (int i = 0; i < node.operands().size(); i++) {
      Value operand = values.get(node.operand(i));
      int axis = blocked.axes().get(i);
      boolean descends = axis != Blocked.WHOLE && operand.layout().stride(axis) < 0;
      operands.add(descends ? copied(node, operand) : operand);
    }
    Value result = fresh(node.dtype(), bound(node).shape().extents());
    long whole = result.layout().extent(blocked.resultAxis());
    if (result.layout().count() == 0) {
      return result;
    }
    long extent = Math.min(blocked.extent(), whole);
    Optional<Program> last = whole % extent == 0 ? Optional.empty()
        : Optional.of(block(blocked, operands, result, whole % extent));
    steps.add(new Step.Blocks(node, block(blocked, operands, result, extent), last, operands,
        blocked.axes(), result, blocked.resultAxis(), extent, Math.ceilDiv(whole, extent)));
    return result;
  }

  private Program block(Blocked blocked, List<Value> operands, Value result, long extent) {
    var layouts = IntStream.range(0, operands.size()).mapToObj(i ->
        first(operands.get(i).layout(), blocked.axes().get(i), extent)).toList();
    return new Planner(registry, Schedule.SEQUENTIAL, machine.withThreads(1), einsumBytesMax,
        orders, slots.elements()).plan(blocked.body(), layouts,
            Optional.of(first(result.layout(), blocked.resultAxis(), extent)));
  }

  private static Layout first(Layout layout, int axis, long extent) {
    return axis == Blocked.WHOLE ? layout : layout.slice(axis, 0, extent, 1);
  }

  /** The order of an einsum's contractions. */
  ContractionOrder order(EinsumSpec spec, EinsumBinding binding, DType dtype) {
    return orders.of(spec, binding.knownExtents(), dtype, einsumBytesMax);
  }

  Value operand(Node node, int index) {
    return values.get(node.operand(index));
  }

  private void returned(Node output, int index, Optional<Layout> wanted) {
    Value value = values.get(output);
    Layout gapless = Layout.contiguous(value.layout().shape().extents());
    if (wanted.isPresent() && !wanted.get().equals(gapless)) {
      long bytes = gapless.count() * value.dtype().bytes();
      copy(output, value, new Value(slots.returned(index, bytes), value.dtype(), wanted.get()));
      return;
    }
    if (value.layout().equals(gapless) && slots.becomeReturned(value.slot(), index)) {
      return;
    }
    Value result = fresh(output.dtype(), bound(output).shape().extents());
    copy(output, value, result);
    slots.becomeReturned(result.slot(), index);
  }
}
