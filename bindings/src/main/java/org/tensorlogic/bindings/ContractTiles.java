package org.tensorlogic.bindings;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.tensorlogic.kernel.Machine;
import org.tensorlogic.type.DType;

/**
 * In what tiles a contraction is carried out. The own kernel's bits do not depend on them.
 *
 * @param descriptor the contraction
 * @param packing what packs the operand of columns for all tiles; empty where each tile does
 */
record ContractTiles(Descriptor descriptor, Optional<Packing> packing) {

  /**
   * How the operand whose lines become columns is packed.
   *
   * @param operand its number
   * @param descriptor the packing
   * @param elements how many elements that makes
   * @param order what the order depends on: where columns and depth lie in the operand
   */
  record Packing(int operand, Descriptor descriptor, long elements, List<List<Long>> order) {}

  /** Square for OpenBLAS, which packs both operands anew for every tile. */
  private static final long BLAS_TILE = 256;

  /** Lanes run along the columns. Sixteen row blocks and one column block of the packing. */
  private static final long ROWS = 1536;
  static final long COLUMNS = 1024;
  /** Whole pieces of the micro-kernel: 12 rows, two vectors of f32 with AVX-512. */
  private static final long ROW_STEP = 12;
  private static final long COLUMN_STEP = 32;
  /** Matrices of at most so many rows read the columns' operand once, along its rows. */
  static final long THIN_ROWS = 3;
  static final long THIN_COLUMNS = 4096;
  private static final long THIN_COLUMN_STEP = 128;
  /**
   * Tiles for each thread, so that one which is held up takes fewer; not below some ten
   * microseconds each. More would cost: tiles pack their rows, and mostly columns, anew. 256 x 784
   * x 512 in tiles of 68 x 128 takes 14 % longer than in tiles of 264 x 256.
   */
  private static final long TILES_PER_THREAD = 2;
  private static final double TILE_PRODUCTS = 1 << 19;

  /* Products whose columns are packed for all tiles, not by each. In the kernel's words: it reads
   * columns in place where they are few and shallow, and takes inner products where a side is
   * narrow; its parts of the depth are at most this long. */
  static final long DEPTH_BLOCK = 288;
  static final long IN_PLACE_BYTES = 256 * 1024;
  static final long NARROW = 4;
  static final long PACK_SHARES = 4;
  static final long PACK_BYTES = 256;
  static final long ROW_GROUP = 4;
  /** Below, a step of its own costs more than packing in each tile. */
  private static final double SHARED_PRODUCTS = 1 << 23;

  /** The tiles of OpenBLAS, whose function for the dtype is at an address. */
  static Descriptor forBlas(Contraction groups, long gemm) {
    return Descriptor.contract(groups, BLAS_TILE, BLAS_TILE, gemm);
  }

  /** A contraction as its kernel sees it: lanes run along the columns. */
  private record Sides(Contraction groups, boolean swapped, long rows, long columns, long depth) {

    static Sides of(Contraction groups) {
      boolean swapped = groups.lanesAlongM();
      return new Sides(groups, swapped, Axis.count(swapped ? groups.n() : groups.m()),
          Axis.count(swapped ? groups.m() : groups.n()), Axis.count(groups.k()));
    }

    /** The number of the operand whose lines become columns. */
    int columnOperand() {
      return swapped ? 0 : 1;
    }

    /** What the kernel is told where that operand comes packed. */
    long packedWord() {
      return swapped ? 2 : 1;
    }

    long tiles(long tileRows, long tileColumns) {
      return Axis.count(groups.batch()) * Math.ceilDiv(rows, tileRows)
          * Math.ceilDiv(columns, tileColumns);
    }

    Descriptor descriptor(long tileRows, long tileColumns, long word) {
      return Descriptor.contract(groups, swapped ? tileColumns : tileRows,
          swapped ? tileRows : tileColumns, word);
    }

    /** Extents and strides of the operand of columns, whatever the rows and the result are. */
    List<List<Long>> order() {
      return Stream.of(swapped ? groups.m() : groups.n(), groups.k())
          .map(axes -> axes.stream().flatMap(axis ->
              Stream.of(axis.extent(), axis.strides()[columnOperand()])).toList()).toList();
    }

    /** Whether packing has something to gain: columns are not read in place, nor few. */
    boolean isPacked(DType dtype) {
      return groups.batch().isEmpty() && depth > 0 && rows > NARROW && columns > NARROW
          && (depth > DEPTH_BLOCK || columns * depth * dtype.bytes() > IN_PLACE_BYTES)
          && !repeats(swapped ? groups.m() : groups.n()) && !repeats(groups.k());
    }

    /** Whether a broadcast makes the operand of columns larger than its memory. */
    private boolean repeats(List<Axis> axes) {
      return axes.stream().anyMatch(axis -> axis.strides()[columnOperand()] == 0);
    }
  }

  /**
   * The tiles of the own kernel, which may take columns packed: that is done once where they never
   * change, or where more than one strip of rows needs them and the caches hold them all.
   *
   * @param constants the numbers of the operands that never change
   */
  static ContractTiles of(Contraction groups, DType dtype, Machine machine,
      Set<Integer> constants) {
    Sides sides = Sides.of(groups);
    int threads = machine.threads();
    long[] plain = eachPacks(sides, threads);
    long plainTiles = sides.tiles(plain[0], plain[1]);
    var result = new ContractTiles(sides.descriptor(plain[0], plain[1], 0), Optional.empty());
    if (!sides.isPacked(dtype)) {
      return result;
    }
    long step = PACK_BYTES / dtype.bytes();
    long elements = Math.ceilDiv(sides.columns, step) * step * sides.depth;
    boolean isShared = Math.ceilDiv(sides.rows, plain[0]) > 1
        && groups.matrixProducts() >= SHARED_PRODUCTS
        && elements * dtype.bytes() <= machine.caches().lastBytes();
    long rows = packedRows(sides, threads);
    // Few rows, cut along the columns, keep more threads busy.
    boolean isBusy = sides.tiles(rows, COLUMNS) >= Math.min(threads, plainTiles);
    if (!isBusy || !isShared && !constants.contains(sides.columnOperand())) {
      return result;
    }
    Descriptor product = sides.descriptor(rows, COLUMNS, sides.packedWord());
    long tiles = Math.ceilDiv(sides.columns, COLUMNS) * Math.ceilDiv(sides.depth, DEPTH_BLOCK)
        * PACK_SHARES;
    return new ContractTiles(product, Optional.of(new Packing(sides.columnOperand(),
        new Descriptor(product.words(), tiles), elements, sides.order())));
  }

  /** The rows of a tile whose columns come packed, a whole block of them. */
  private static long packedRows(Sides sides, int threads) {
    long blocks = Math.ceilDiv(sides.columns, COLUMNS);
    long wanted = threads == 1 ? 1 : Math.ceilDiv(TILES_PER_THREAD * threads, blocks);
    double worth = sides.groups.matrixProducts() / blocks / TILE_PRODUCTS;
    long strips = Math.clamp((long) worth, 1, wanted);
    long most = Math.ceilDiv(Math.ceilDiv(sides.rows, strips), ROW_GROUP) * ROW_GROUP;
    return even(sides.rows, Math.min(ROWS, most), ROW_GROUP);
  }

  /** The tiles of the own kernel where each packs what it needs. */
  static Descriptor unpacked(Contraction groups, int threads) {
    Sides sides = Sides.of(groups);
    long[] extents = eachPacks(sides, threads);
    return sides.descriptor(extents[0], extents[1], 0);
  }

  /** Rows and columns of such a tile. */
  private static long[] eachPacks(Sides sides, int threads) {
    boolean thin = sides.rows <= THIN_ROWS;
    long columnStep = thin ? THIN_COLUMN_STEP : COLUMN_STEP;
    long tiles = threads == 1 ? 1 : TILES_PER_THREAD * threads;
    long tileRows = even(sides.rows, ROWS, ROW_STEP);
    long tileColumns = even(sides.columns, thin ? THIN_COLUMNS : COLUMNS, columnStep);
    while (sides.tiles(tileRows, tileColumns) < tiles
        && (double) tileRows * tileColumns * sides.depth >= 2 * TILE_PRODUCTS) {
      boolean cutColumns = tileColumns > tileRows && tileColumns > columnStep;
      if (!cutColumns && tileRows <= ROW_STEP) {
        break;
      }
      if (cutColumns) {
        tileColumns = even(sides.columns, Math.max(columnStep, tileColumns / 2), columnStep);
      } else {
        tileRows = even(sides.rows, Math.max(ROW_STEP, tileRows / 2), ROW_STEP);
      }
    }
    return new long[] {tileRows, tileColumns};
  }

  /** The extent of equal parts of at most so many places, rounded up to whole steps. */
  private static long even(long count, long most, long step) {
    long parts = Math.max(1, Math.ceilDiv(count, most));
    return Math.min(most, Math.ceilDiv(Math.ceilDiv(count, parts), step) * step);
  }
}
