package org.tensorlogic.bindings;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.tensorlogic.memory.CacheLevels;

/**
 * What a native kernel is told of its step: packed 64-bit numbers whose order the family's header
 * states. Tiles depend on the shapes and layouts and, for contractions, on the number of threads;
 * the bits of the result do not depend on the threads.
 *
 * @param words the packed numbers
 * @param tileCount the number of tiles
 * @param scratchBytes the private memory that each call needs beside what the kernel always needs
 */
record Descriptor(long[] words, long tileCount, long scratchBytes) {

  /** Elements a tile: some ten microseconds of work and three f32 lines of a 256 KB cache. */
  static final long POINTWISE_TILE = 16_384;
  /** What caches read and write at a time. */
  private static final long LINE_BYTES = 64;
  /** Rows of a transposed plane that fill cache lines of the result, whatever the dtype. */
  private static final long COPY_ROWS = 64;
  /** Operand elements that a tile of reductions reads: as much work as a pointwise tile does. */
  private static final long REDUCE_TILE = 131_072;
  /**
   * Outputs a tile where outputs are neighbours in the operand: whole cache lines for lanes, and
   * as many as the kernel takes at a time if that leaves tiles to share. 4096 x 4096 f32 on Zen 4:
   * 64 wide tiles read 256 bytes a page.
   */
  private static final long REDUCE_LANES = 64;
  static final long REDUCE_STRIP_BYTES = 4096;
  private static final long REDUCE_STRIP = REDUCE_STRIP_BYTES / Float.BYTES;
  /**
   * First-level caches from which on rows are asked for ahead: those of a Zen 5, which has 48 KiB
   * and gains by it, not those of a Zen 4, which has 32 KiB and loses (reductions-inl.h).
   */
  private static final long ASKING_CACHE_BYTES = 48 << 10;

  /** Places of words in contractions, and in pointwise steps and fused programs alike. */
  private static final int EPILOGUE = 7;
  private static final int ELEMENTS_OPERANDS = 0;
  private static final int ELEMENTS_TILE = 2;

  Descriptor(long[] words, long tileCount) {
    this(words, tileCount, 0);
  }

  /** Packs a pointwise step; views are the operands, then the result. */
  static Descriptor pointwise(List<Axis> axes, int operandCount) {
    List<Axis> walked = atLeastOne(Axis.simplified(axes, operandCount), operandCount + 1);
    var words = new Words().add(operandCount, walked.size(), POINTWISE_TILE).extents(walked);
    for (int view = 0; view <= operandCount; view++) {
      words.strides(walked, view);
    }
    return new Descriptor(words.packed(), Math.ceilDiv(Axis.count(walked), POINTWISE_TILE));
  }

  /**
   * Packs a copy; views are the operand, then the result. Any order of the axes is a copy: where
   * operand and result run along different axes, these two come last, so that tiles are whole
   * planes, or whole blocks of them, which the kernel transposes. Where more axes are behind each
   * other in the operand, the result's is cut into cache lines and the cuts stand further out: then
   * the operand's lines are read one after the other. A result that the caches cannot hold together
   * with its operand is written past them.
   */
  static Descriptor copy(List<Axis> axes, int elementBytes, CacheLevels caches) {
    List<Axis> walked = new ArrayList<>(atLeastOne(Axis.simplified(axes, 1), 2));
    Optional<Axis> from = unit(walked, 0);
    Optional<Axis> to = unit(walked, 1);
    long tile = POINTWISE_TILE;
    boolean stream = false;
    if (from.isPresent() && to.isPresent() && !from.equals(to)) {
      walked.removeAll(List.of(from.get(), to.get()));
      long line = LINE_BYTES / elementBytes;
      long columns = to.get().extent();
      Optional<Axis> next = walked.stream()
          .filter(axis -> axis.strides()[0] == from.get().extent()).findFirst();
      if (next.isPresent() && columns > line && columns % line == 0) {
        walked.remove(next.get());
        walked.add(new Axis(columns / line, to.get().strides()[0] * line, line));
        walked.add(next.get());
        columns = line;
      }
      walked.add(from.get());
      walked.add(new Axis(columns, to.get().strides()));
      long plane = from.get().extent() * columns;
      long part = plane <= POINTWISE_TILE ? plane : COPY_ROWS * columns;
      tile = Math.max(1, POINTWISE_TILE / part) * part;
      stream = 2 * Axis.count(walked) * elementBytes >= caches.lastBytes();
    }
    var words = new Words().add(1, walked.size(), tile).extents(walked).strides(walked, 0)
        .strides(walked, 1).add(stream ? 1 : 0);
    return new Descriptor(words.packed(), Math.ceilDiv(Axis.count(walked), tile));
  }

  private static Optional<Axis> unit(List<Axis> axes, int view) {
    return axes.stream().filter(axis -> axis.strides()[view] == 1).reduce((_, last) -> last);
  }

  /** Packs a reduction; kept axes have the views operand and result, reduced ones the operand. */
  static Descriptor reduce(List<Axis> keptAxes, List<Axis> reducedAxes, CacheLevels caches) {
    List<Axis> kept = Axis.simplified(keptAxes, 1);
    List<Axis> reduced = atLeastOne(Axis.simplified(reducedAxes, 0), 1);
    long terms = Math.max(1, Axis.count(reduced));
    boolean lanes = !kept.isEmpty() && kept.getLast().strides()[0] == 1;
    long shared = Axis.count(kept) / (8 * REDUCE_LANES) * REDUCE_LANES;
    long least = lanes ? Math.clamp(shared, REDUCE_LANES, REDUCE_STRIP) : 1;
    long tile = Math.clamp(REDUCE_TILE / terms, least, POINTWISE_TILE);
    long asks = caches.firstBytes() >= ASKING_CACHE_BYTES ? 1 : 0;
    var words = new Words().add(kept.size(), reduced.size(), tile, asks, 0).extents(kept)
        .strides(kept, 0).strides(kept, 1).extents(reduced).strides(reduced, 0);
    return new Descriptor(words.packed(), Math.ceilDiv(Axis.count(kept), tile));
  }

  /** Packs a gathering: the axes left of the gathered one, those of the indices, those right. */
  static Descriptor gather(Axis left, Axis indices, Axis right, Axis gathered) {
    long rows = Math.multiplyExact(left.extent(), indices.extent());
    long tile = Math.max(1, POINTWISE_TILE / right.extent());
    var words = new Words().add(left.extent(), indices.extent(), right.extent(),
        gathered.extent(), tile, left.strides()[0], gathered.strides()[0], right.strides()[0],
        indices.strides()[0]);
    return new Descriptor(words.packed(), Math.ceilDiv(rows, tile));
  }

  /** Packs a contraction whose groups are simplified, cut into tiles of these extents. */
  static Descriptor contract(Contraction groups, long tileM, long tileN) {
    return contract(groups, tileM, tileN, 0);
  }

  /** Packs it likewise with a word whose meaning is up to the kernel, and without an epilogue. */
  static Descriptor contract(Contraction groups, long tileM, long tileN, long word) {
    List<Axis> batch = groups.batch();
    List<Axis> m = groups.m();
    List<Axis> n = groups.n();
    List<Axis> k = groups.k();
    var words = new Words().add(batch.size(), m.size(), n.size(), k.size(), tileM, tileN, word, 0)
        .extents(batch).strides(batch, 0).strides(batch, 1).strides(batch, 2)
        .extents(m).strides(m, 0).strides(m, 2)
        .extents(n).strides(n, 1).strides(n, 2)
        .extents(k).strides(k, 0).strides(k, 1);
    return new Descriptor(words.packed(), Axis.count(batch)
        * Math.ceilDiv(Axis.count(m), tileM) * Math.ceilDiv(Axis.count(n), tileN));
  }

  /**
   * Lets the kernel of another step go over the elements of a contraction's result, which is one of
   * that step's operands and whose place one of its results takes.
   *
   * @param kernel where the code of the kernel is
   * @param elements what it is told; its tiles become single elements
   * @param place the number of the operand
   * @param resultCount how many results the step has
   * @param result the number of that result
   */
  Descriptor withEpilogue(long kernel, Descriptor elements, int place, int resultCount,
      int result) {
    long[] packed = elements.words.clone();
    packed[ELEMENTS_TILE] = 1;
    long[] both = new Words().add(words)
        .add(kernel, packed[ELEMENTS_OPERANDS], place, resultCount, result).add(packed).packed();
    both[EPILOGUE] = 1;
    return new Descriptor(both, tileCount, scratchBytes);
  }

  private static List<Axis> atLeastOne(List<Axis> axes, int views) {
    return axes.isEmpty() ? List.of(new Axis(1, new long[views])) : axes;
  }

  /** Collects the packed numbers. */
  static final class Words {
    private long[] words = new long[32];
    private int count;

    Words add(long... more) {
      if (count + more.length > words.length) {
        words = Arrays.copyOf(words, 2 * (count + more.length));
      }
      System.arraycopy(more, 0, words, count, more.length);
      count += more.length;
      return this;
    }

    Words extents(List<Axis> axes) {
      axes.forEach(axis -> add(axis.extent()));
      return this;
    }

    Words strides(List<Axis> axes, int view) {
      axes.forEach(axis -> add(axis.strides()[view]));
      return this;
    }

    long[] packed() {
      return Arrays.copyOf(words, count);
    }
  }
}
