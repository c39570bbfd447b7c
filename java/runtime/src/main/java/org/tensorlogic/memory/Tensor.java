package org.tensorlogic.memory;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.tensorlogic.error.ClosedException;
import org.tensorlogic.error.Code;
import org.tensorlogic.error.Diagnostic;
import org.tensorlogic.error.Requirement;
import org.tensorlogic.type.DType;
import org.tensorlogic.type.Layout;
import org.tensorlogic.type.TensorType;

/**
 * Elements in off-heap memory, seen through a layout. Views share the memory without a copy. Owned
 * by whoever made it, or by the {@link Scope} that it was given to; every method after
 * {@link #close} throws a ClosedException. Reading is safe for any number of threads.
 */
public final class Tensor implements AutoCloseable {

  private final Gate gate;
  private final Buffer buffer;
  private final DType dtype;
  private final Layout layout;
  private final AtomicBoolean closed = new AtomicBoolean();

  /** Takes over one use of a buffer whose memory is behind a gate. */
  public Tensor(Gate gate, Buffer buffer, DType dtype, Layout layout) {
    this.gate = gate;
    this.buffer = buffer;
    this.dtype = dtype;
    this.layout = layout;
  }

  /** Returns dtype and shape. */
  public TensorType type() {
    return new TensorType(dtype, layout.shape());
  }

  /** Returns the element type. */
  public DType dtype() {
    return dtype;
  }

  /** Returns where the elements lie in {@link #buffer}. */
  public Layout layout() {
    return layout;
  }

  /** Returns the memory with one more use for the caller, who releases it. */
  public Buffer retainBuffer() {
    requireOpen();
    buffer.retain();
    return buffer;
  }

  /** Reads the memory while nobody can take it away. */
  @FunctionalInterface
  public interface Access<T> {
    /** Reads or writes the whole buffer; elements lie where the tensor's layout says. */
    T with(MemorySegment memory);
  }

  /** Gives the whole buffer to an access, for reading files into it and the like. */
  public <T> T access(Access<T> access) {
    gate.enter();
    try {
      Buffer used = retainBuffer();
      try {
        return access.with(used.block());
      } finally {
        used.release();
      }
    } finally {
      gate.leave();
    }
  }

  /** Returns a view whose axis i is this tensor's axis {@code order[i]}. */
  public Tensor permute(Integer... order) {
    var axes = List.of(order);
    Requirement.requireArgument(axes.size() == layout.rank()
        && axes.stream().distinct().count() == axes.size()
        && axes.stream().allMatch(axis -> axis >= 0 && axis < layout.rank()),
        () -> "list 0 to rank - 1 in the order wanted",
        "permute: order %s does not name each axis of %s once", axes, type());
    return view(layout.permute(axes));
  }

  /** Returns a view of count elements from start on in steps along an axis. */
  public Tensor slice(int axis, long start, long count, long step) {
    Requirement.requireArgument(axis >= 0 && axis < layout.rank(),
        () -> "axes count from 0",
        "slice: axis %d is outside rank %d of %s", axis, layout.rank(), type());
    long last = count == 0 ? start : start + (count - 1) * step;
    Requirement.requireArgument(step != 0 && count >= 0 && (count == 0
        || Math.min(start, last) >= 0 && Math.max(start, last) < layout.extent(axis)),
        () -> "keep start and start + (count - 1) * step inside the extent",
        "slice: start %d count %d step %d is outside axis %d of %s", start, count, step, axis,
        type());
    return view(layout.slice(axis, start, count, step));
  }

  private Tensor view(Layout through) {
    return new Tensor(gate, retainBuffer(), dtype, through);
  }

  /** Returns an element as a double. */
  public double get(long... index) {
    Requirement.requireArgument(index.length == layout.rank(),
        () -> "give one index for each axis", "get: %d indices for %s", index.length, type());
    long place = layout.offset();
    for (int axis = 0; axis < index.length; axis++) {
      Requirement.requireArgument(index[axis] >= 0 && index[axis] < layout.extent(axis),
          () -> "indices count from 0 and stay below the extent",
          "get: index %d is outside axis %d of %s", index[axis], axis, type());
      place += index[axis] * layout.stride(axis);
    }
    long at = place;
    return access(memory -> real(memory, at));
  }

  private double real(MemorySegment memory, long element) {
    return switch (dtype) {
      case F64 -> memory.getAtIndex(ValueLayout.JAVA_DOUBLE, element);
      case F32 -> memory.getAtIndex(ValueLayout.JAVA_FLOAT, element);
      case I64 -> memory.getAtIndex(ValueLayout.JAVA_LONG, element);
      case BOOL -> memory.get(ValueLayout.JAVA_BYTE, element);
      case F16, BF16, F8E4M3, F8E5M2, I32, I8, U8 -> throw unread();
    };
  }

  private IllegalStateException unread() {
    return new IllegalStateException("a tensor of " + dtype + " was made");
  }

  /** Returns all elements in row-major order as doubles; i64 beyond 2^53 is rounded. */
  public double[] toDoubles() {
    var values = new double[count()];
    access(memory -> {
      forEachPlace((i, place) -> values[i] = real(memory, place));
      return null;
    });
    return values;
  }

  /** Returns all elements in row-major order as floats. */
  public float[] toFloats() {
    var values = new float[count()];
    access(memory -> {
      if (dtype == DType.F32 && layout.isContiguous()) {
        MemorySegment.copy(memory, ValueLayout.JAVA_FLOAT, layout.offset() * 4, values, 0,
            values.length);
      } else {
        forEachPlace((i, place) -> values[i] = (float) real(memory, place));
      }
      return null;
    });
    return values;
  }

  /** Returns all elements of an i64 or bool tensor in row-major order, exactly. */
  public long[] toLongs() {
    Requirement.requireArgument(!dtype.isFloating(), () -> "read it with toDoubles or toFloats",
        "toLongs: the tensor %s has no whole numbers", type());
    var values = new long[count()];
    access(memory -> {
      forEachPlace((i, place) -> values[i] = dtype == DType.BOOL
          ? memory.get(ValueLayout.JAVA_BYTE, place)
          : memory.getAtIndex(ValueLayout.JAVA_LONG, place));
      return null;
    });
    return values;
  }

  /** Returns a copy of the elements, row-major without gaps, in an array-backed segment. */
  public MemorySegment toBytes() {
    var bytes = MemorySegment.ofArray(new byte[Math.multiplyExact(count(), dtype.bytes())]);
    access(memory -> {
      int width = dtype.bytes();
      if (layout.isContiguous()) {
        MemorySegment.copy(memory, layout.offset() * width, bytes, 0, bytes.byteSize());
      } else {
        forEachPlace((i, place) ->
            MemorySegment.copy(memory, place * width, bytes, (long) i * width, width));
      }
      return null;
    });
    return bytes;
  }

  private int count() {
    requireOpen();
    Requirement.requireArgument(layout.count() <= Integer.MAX_VALUE - 8,
        () -> "read it slice by slice",
        "a Java array cannot hold the %d elements of %s", layout.count(), type());
    return (int) layout.count();
  }

  @FunctionalInterface
  private interface PlaceVisitor {
    void visit(int index, long place);
  }

  private void forEachPlace(PlaceVisitor visitor) {
    long count = layout.count();
    var index = new long[layout.rank()];
    long place = layout.offset();
    for (int i = 0; i < count; i++) {
      visitor.visit(i, place);
      for (int axis = index.length - 1; axis >= 0; axis--) {
        place += layout.stride(axis);
        if (++index[axis] < layout.extent(axis)) {
          break;
        }
        place -= index[axis] * layout.stride(axis);
        index[axis] = 0;
      }
    }
  }

  /** Throws a ClosedException when the tensor has been closed. */
  public void requireOpen() {
    if (closed.get()) {
      throw new ClosedException(Diagnostic.error(Code.USE_AFTER_CLOSE,
          "the tensor %s is closed", type()).hint("keep it or its scope open until the last use"));
    }
  }

  /** Lets go of the memory; views and running programs keep it as long as they need it. */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      buffer.release();
    }
  }

  /** Prints the type. */
  @Override
  public String toString() {
    return type() + (closed.get() ? " (closed)" : "");
  }
}
