package org.tensorlogic.bindings;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.tensorlogic.bindings.FusedProgram.Cell;
import org.tensorlogic.bindings.FusedProgram.Kind;
import org.tensorlogic.bindings.FusedProgram.ResultKind;
import org.tensorlogic.bindings.FusedProgram.Section;
import org.tensorlogic.ir.Fused;
import org.tensorlogic.ir.Graph;
import org.tensorlogic.ir.Input;
import org.tensorlogic.ir.KernelKey;
import org.tensorlogic.ir.Movement;
import org.tensorlogic.ir.Node;
import org.tensorlogic.ir.Reduce;
import org.tensorlogic.kernel.KernelRequest;
import org.tensorlogic.kernel.Offer;
import org.tensorlogic.type.Layout;
import org.tensorlogic.type.Shape;
import org.tensorlogic.type.TensorType;

/** Translates one fused region for operands of known layouts. */
final class FusedRegion {

  /* Without reductions all values have the domain's shape and one section computes them element by
   * element. With reductions a row goes through phases: a reduction's result is known in the phase
   * after its operand's, and what depends on it is computed then. A value that a later phase reads
   * again is kept: in its register where a row is one chunk, else in scratch, the first one of the
   * last result's width in that result itself; a result is kept where it is anyway. */

  /* Elements from memory, and long rows, are taken in chunks that leave all operands room in the
   * first-level cache, while the lines of the next chunk come. In chunks of 512, 1024, 2048 and
   * 4096 bytes, a chain of five over four times 10 million f32 takes 12.6, 11.3, 10.3 and 12.4 ms
   * on a Zen 4, a gelu of one operand 8.8, 7.4, 7.0 and 6.8 ms; a layer norm of rows of 1024 in
   * chunks of 2048 and 4096 bytes 4.0 and 3.1 ms on a Zen 5, a sum of a matrix and a row 4.0 and
   * 3.1 ms. In cache longer chunks cost less to decode. Not tied to a cache: with 512 KiB of second
   * level (Zen 3) as with 1 MiB (Zen 4) the two are even about here. */
  private static final long STREAM_BYTES = 1 << 19;
  private static final int CHUNK_BYTES = 2048;
  /**
   * Operands and results of whole registers that a first-level cache of 32 KiB has room for: with
   * the next ones, and of rows, whose next ones wait further away, with values in between.
   */
  private static final int ELEMENT_PLACES_MAX = 3;
  private static final int ROW_PLACES_MAX = 4;

  private final NativeLibrary library;
  private final KernelRequest request;
  private final Fused fused;
  private final List<Node> inputs;
  private final List<Node> results;
  /** The number of the result that stands for all where axes are walked. */
  private final int shown;
  /** The result that is written last; what it is made of may wait in its place. */
  private Node lastResult;
  private final Shape domain;
  private final List<Integer> reduced;
  private final FusedProgram program;
  private final Map<Node, NativeSymbol> functions = new HashMap<>();
  private final Map<Node, Integer> phases = new HashMap<>();
  private final Map<Node, Integer> lastReads = new HashMap<>();
  private final Map<Node, Cell> cells = new HashMap<>();
  private final Map<Node, Cell> spreads = new HashMap<>();
  private final long[] columnStrides;
  private List<Axis> walked;
  private long columns;
  private long chunk;
  private Section once;
  private final List<Section> rowSections = new ArrayList<>();
  private final List<Section> columnSections = new ArrayList<>();
  private final boolean uncached;
  private boolean lastResultIsTaken;

  private FusedRegion(NativeLibrary library, KernelRequest request, Fused fused,
      boolean mayStream) {
    this.library = library;
    this.request = request;
    this.fused = fused;
    this.inputs = List.copyOf(fused.body().inputs().values());
    this.domain = fused.domain();
    this.reduced = fused.reducedAxes();
    this.results = fused.results();
    this.shown = IntStream.range(0, results.size()).filter(i -> isFull(results.get(i))).findFirst()
        .orElse(0);
    this.program = new FusedProgram(library.kernels(), inputs.size(), results.size());
    this.columnStrides = new long[inputs.size()];
    this.uncached = mayStream && isUncached(request);
  }

  /**
   * Whether the results of a request do not fit the caches and are written past them: they would
   * not stay there, and their lines would be read before they are written, a third of the traffic
   * of a copy.
   */
  static boolean isUncached(KernelRequest request) {
    long bytes = 0;
    for (int i = 0; i < request.results().size(); i++) {
      bytes += request.results().get(i).count() * request.resultDTypes().get(i).bytes();
    }
    return bytes >= request.machine().caches().lastBytes();
  }

  /** Returns the kernel of a region, or why it has none. */
  static Offer offer(NativeLibrary library, KernelRequest request) {
    return new FusedRegion(library, request, (Fused) request.op(), true).offer();
  }

  /** Likewise for results that are in the caches, however large the whole of them is. */
  static Offer offerCached(NativeLibrary library, KernelRequest request) {
    return new FusedRegion(library, request, (Fused) request.op(), false).offer();
  }

  /** Returns a request for a region in the place of another op, on operands of these layouts. */
  static KernelRequest request(Graph body, KernelRequest instead, List<Layout> operands) {
    var fused = new Fused(body);
    KernelKey key = fused.kernel(
        body.inputs().values().stream().map(Node::type).toList()).orElseThrow();
    return new KernelRequest(key, fused, instead.dtypes(), operands, instead.resultDType(),
        instead.result(), instead.machine());
  }

  private Offer offer() {
    String refusal = refusal();
    if (refusal != null) {
      return new Offer.Declined("no fused kernel: " + refusal);
    }
    int widest = fused.body().nodes().stream().mapToInt(node -> node.dtype().bytes()).max()
        .orElseThrow();
    walk();
    boolean streams = reduced.isEmpty() && Axis.count(walked) * widest > STREAM_BYTES;
    // Rows go in groups where several fit a register; without rows there are no columns.
    boolean isShort = 2 * columns * widest <= FusedProgram.REGISTER_BYTES || onlyReduces();
    boolean whole = isNarrow() || isShort && !streams;
    chunk = (whole ? FusedProgram.REGISTER_BYTES : CHUNK_BYTES) / widest;
    if (reduced.isEmpty()) {
      translateElements();
    } else {
      translateRows();
    }
    refusal = program.finish();
    if (refusal != null) {
      return new Offer.Declined("no fused kernel: " + refusal);
    }
    long tile = columns == 0 ? Descriptor.POINTWISE_TILE
        : Math.max(1, Descriptor.POINTWISE_TILE / columns);
    long[] words = program.packed(walked, tile, columns, chunk, widths(inputs), columnStrides,
        widths(results), results.stream().map(this::kind).toArray(ResultKind[]::new));
    var descriptor = new Descriptor(words, Math.ceilDiv(Axis.count(walked), tile),
        program.scratchBytes(columns, chunk));
    NativeSymbol symbol = library.kernels().get(request.key().symbol());
    return symbol == null ? new Offer.Declined("no native kernel " + request.key())
        : new Offer.Accepted(
            new NativeKernel(symbol, descriptor, program.order(), results.size()));
  }

  /** Whether whole registers of all operands and results have room in the first-level cache. */
  private boolean isNarrow() {
    boolean elements = reduced.isEmpty();
    long places = IntStream.range(0, inputs.size()).filter(i -> elements
        ? walked.stream().anyMatch(axis -> axis.strides()[i] != 0) : columnStrides[i] != 0).count()
        + results.stream().filter(this::isFull).count();
    return places <= (elements ? ELEMENT_PLACES_MAX : ROW_PLACES_MAX);
  }

  /** Whether there are no values of columns, which would have to share the first-level cache. */
  private boolean onlyReduces() {
    return fused.body().nodes().stream()
        .noneMatch(node -> isFull(node) && Fused.computes(node.op()));
  }

  private static int[] widths(List<Node> nodes) {
    return nodes.stream().mapToInt(node -> node.dtype().bytes()).toArray();
  }

  private ResultKind kind(Node result) {
    return isRow(result) ? ResultKind.ROW
        : isStreamed(result) ? ResultKind.STREAMED : ResultKind.COLUMNS;
  }

  /** Whether a result goes past the caches: one with columns, if nothing reads it again. */
  private boolean isStreamed(Node result) {
    return uncached && isFull(result) && !lastReads.containsKey(result);
  }

  private String refusal() {
    for (Node node : fused.body().nodes()) {
      if (!(node.op() instanceof Input) && !(node.op() instanceof Movement)) {
        NativeSymbol symbol = symbol(node);
        if (symbol == null) {
          return "its " + node.op().function() + " of " + node.dtype() + " has no native kernel";
        }
        functions.put(node, symbol);
      }
    }
    boolean aligned = request.results().stream().allMatch(Layout::isContiguous)
        && Stream.concat(results.stream(), inputs.stream()).anyMatch(this::isFull);
    if (!aligned || inner().size() > 1) {
      return "its columns are not one axis";
    }
    return null;
  }

  private NativeSymbol symbol(Node node) {
    var types = new ArrayList<TensorType>();
    node.operands().forEach(operand -> types.add(operand.type()));
    KernelKey key = node.op().kernel(types).orElseThrow();
    return library.kernels().get(key.symbol());
  }

  private boolean isFull(Node node) {
    return node.shape().equals(domain);
  }

  private boolean isRow(Node node) {
    return !isFull(node);
  }

  /* Results lie without gaps in the order of the walked axes; one of them with columns, where there
   * is one, gives the order and stands behind the operands as a last view. */

  /** The axes of the domain that are not reduced, seen from every view. */
  private List<Axis> outer() {
    var axes = new ArrayList<Axis>();
    for (int axis = 0; axis < domain.rank(); axis++) {
      if (!reduced.contains(axis)) {
        axes.add(axis(axis));
      }
    }
    return Axis.simplified(axes, inputs.size());
  }

  /** The reduced axes as few as may be, ordered by the strides of a view that has them. */
  private List<Axis> inner() {
    int full = inputs.size();
    if (isRow(results.get(shown))) {
      full = 0;
      while (isRow(inputs.get(full))) {
        full++;
      }
    }
    return Axis.simplified(reduced.stream().map(this::axis).toList(), full);
  }

  private Axis axis(int axis) {
    var strides = new long[inputs.size() + 1];
    long extent = 1;
    for (int view = 0; view <= inputs.size(); view++) {
      boolean isResult = view == inputs.size();
      Layout layout = isResult ? request.results().get(shown) : request.operands().get(view);
      Node node = isResult ? results.get(shown) : inputs.get(view);
      int place = isFull(node) || node.rank() == domain.rank() ? axis
          : reduced.contains(axis) ? -1 : axis - below(axis);
      if (place >= 0 && layout.extent(place) != 1) {
        strides[view] = layout.stride(place);
        extent = layout.extent(place);
      }
    }
    return new Axis(extent, strides);
  }

  private int below(int axis) {
    return (int) reduced.stream().filter(other -> other < axis).count();
  }

  private void walk() {
    walked = outer();
    if (!reduced.isEmpty()) {
      List<Axis> inner = inner();
      columns = inner.isEmpty() ? 1 : inner.getFirst().extent();
      for (int view = 0; view < inputs.size(); view++) {
        columnStrides[view] = !isFull(inputs.get(view)) ? 0
            : inner.isEmpty() ? 1 : inner.getFirst().strides()[view];
      }
    }
  }

  private void translateElements() {
    Section section = program.section(false);
    for (Node node : fused.body().nodes()) {
      if (node.op() instanceof Input) {
        cells.put(node, program.operand(inputs.indexOf(node), node.dtype().bytes()));
      } else {
        node.operands().forEach(operand -> lastReads.put(operand, 0));
        Cell result = result(node).orElseGet(() -> program.register(node.dtype().bytes()));
        cells.put(node, result);
        section.function(functions.get(node), result, cells(node));
      }
    }
  }

  /** The place of a node that is a result. */
  private Optional<Cell> result(Node node) {
    int index = results.indexOf(node);
    return index < 0 ? Optional.empty()
        : Optional.of(program.result(index, node.dtype().bytes()));
  }

  private List<Cell> cells(Node node) {
    var operands = new ArrayList<Cell>();
    node.operands().forEach(operand -> operands.add(cells.get(operand)));
    return operands;
  }

  private void translateRows() {
    int last = 0;
    for (Node node : fused.body().nodes()) {
      last = Math.max(last, phaseOf(node));
      if (results.contains(node)
          && (lastResult == null || phases.get(node) >= phases.get(lastResult))) {
        lastResult = node;
      }
    }
    once = program.section(false);
    for (int phase = 0; phase <= last; phase++) {
      rowSections.add(program.section(false));
      columnSections.add(program.section(true));
    }
    fused.body().nodes().forEach(this::translate);
  }

  /** When a value is known, and by that when its operands are read for the last time. */
  private int phaseOf(Node node) {
    int phase = 0;
    for (Node operand : node.operands()) {
      phase = Math.max(phase, phases.get(operand));
    }
    for (Node operand : node.operands()) {
      lastReads.merge(operand, phase, Math::max);
    }
    phase += node.op() instanceof Reduce ? 1 : 0;
    phases.put(node, phase);
    return phase;
  }

  private void translate(Node node) {
    int phase = phases.get(node);
    if (node.op() instanceof Input) {
      cells.put(node, program.operand(inputs.indexOf(node), node.dtype().bytes()));
    } else if (node.op() instanceof Movement) {
      Cell row = cells.get(node.operand(0));
      cells.put(node, row);
      if (isFull(node)) {
        boolean fixed = node.operand(0).op() instanceof Input
            && isUniform(inputs.indexOf(node.operand(0)));
        spreads.put(node, spread(row, fixed ? once : rowSections.get(phase)));
      }
    } else if (node.op() instanceof Reduce) {
      Cell result = rowResult(node);
      cells.put(node, result);
      columnSections.get(phase - 1).reduction(functions.get(node), result,
          column(node.operand(0), phase - 1));
    } else if (isRow(node)) {
      Cell result = rowResult(node);
      cells.put(node, result);
      rowSections.get(phase).function(functions.get(node), result, cells(node));
    } else {
      List<Cell> operands = node.operands().stream().map(operand -> column(operand, phase))
          .toList();
      cells.put(node, columnResult(node, phase));
      columnSections.get(phase).function(functions.get(node), cells.get(node), operands);
    }
  }

  /** Whether all rows read the same element of an operand. */
  private boolean isUniform(int view) {
    return walked.stream().allMatch(axis -> axis.strides()[view] == 0);
  }

  private Cell rowResult(Node node) {
    return result(node).orElseGet(() -> program.row(node.dtype().bytes()));
  }

  private Cell columnResult(Node node, int phase) {
    return result(node).orElseGet(() -> {
      int width = node.dtype().bytes();
      boolean keeps = lastReads.getOrDefault(node, phase) > phase && columns > chunk;
      if (!keeps) {
        return program.register(width);
      }
      if (isFull(lastResult) && !lastResultIsTaken && !isStreamed(lastResult)
          && lastResult.dtype().bytes() == width) {
        lastResultIsTaken = true;
        return result(lastResult).orElseThrow();
      }
      return program.kept(width);
    });
  }

  /** Where the columns of a value lie while a phase runs. */
  private Cell column(Node node, int phase) {
    Cell spread = spreads.get(node);
    if (spread != null) {
      return spread;
    }
    Cell cell = cells.get(node);
    if (!(node.op() instanceof Input)) {
      return cell;
    }
    int view = inputs.indexOf(node);
    if (columnStrides[view] == 1) {
      return cell;
    }
    if (columnStrides[view] == 0) {
      spreads.put(node, spread(cell, isUniform(view) ? once : rowSections.getFirst()));
      return spreads.get(node);
    }
    Cell collected = program.register(node.dtype().bytes());
    columnSections.get(phase).fill(Kind.COLLECT, collected, cell);
    return collected;
  }

  private Cell spread(Cell element, Section section) {
    Cell register = program.register(element.width());
    section.fill(Kind.SPREAD, register, element);
    return register;
  }
}
