package org.tensorlogic.bindings;

import java.util.Optional;
import java.util.Set;
import org.tensorlogic.type.DType;

/**
 * In what tiles a contraction is carried out. The own kernel's bits do not depend on them.
 *
 * @param descriptor the contraction
 * @param packing what packs the operand of columns for all tiles; empty where each tile does
 * @param packedElements how many elements that makes
 */
record ContractTiles(Descriptor descriptor, Optional<Descriptor> packing, long packedElements) {

  /** Square for OpenBLAS, which packs both operands anew for every tile. */
  private static final long BLAS_TILE = 256;

  /** Lanes run along the columns. Sixteen row blocks and one column block of the packing. */
  private static final long ROWS = 1536;
  private static final long COLUMNS = 1024;
  /** Whole pieces of the micro-kernel: 12 rows, two vectors of f32 with AVX-512. */
  private static final long ROW_STEP = 12;
  private static final long COLUMN_STEP = 32;
  /** Matrices of at most so many rows read the columns' operand once, along its rows. */
  private static final long THIN_ROWS = 3;
  private static final long THIN_COLUMNS = 4096;
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
  private static final long DEPTH_BLOCK = 288;
  private static final long IN_PLACE_BYTES = 256 * 1024;
  private static final long NARROW = 4;
  private static final long PACKED = 1;
  private static final long PACK_SHARES = 4;
  private static final long PACK_BYTES = 256;
  private static final long ROW_GROUP = 4;
  /** Below, a step of its own costs more than packing in each tile. */
  private static final double SHARED_PRODUCTS = 1 << 23;

  /** The tiles of OpenBLAS, whose function for the dtype is at an address. */
  static Descriptor forBlas(Contraction groups, long gemm) {
    return Descriptor.contract(groups, BLAS_TILE, BLAS_TILE, gemm);
  }

  private static ContractTiles plain(Descriptor descriptor) {
    return new ContractTiles(descriptor, Optional.empty(), 0);
  }

  /**
   * The tiles of the own kernel, for so many threads, where it may take columns packed: that is
   * done once where they never change, or where more than one tile needs them.
   *
   * @param constants the numbers of the operands that never change
   */
  static ContractTiles of(Contraction groups, DType dtype, int threads, Set<Integer> constants) {
    boolean swap = groups.lanesAlongM();
    long rows = Axis.count(swap ? groups.n() : groups.m());
    long columns = Axis.count(swap ? groups.m() : groups.n());
    long depth = Axis.count(groups.k());
    long blocks = Math.ceilDiv(columns, COLUMNS);
    boolean packs = groups.batch().isEmpty() && depth > 0 && rows > NARROW && columns > NARROW
        && (depth > DEPTH_BLOCK || columns * depth * dtype.bytes() > IN_PLACE_BYTES);
    boolean shares = threads > 1 && blocks < TILES_PER_THREAD * threads
        && groups.matrixProducts() >= SHARED_PRODUCTS;
    if (!packs || !shares && !constants.contains(swap ? 0 : 1)) {
      return plain(of(groups, threads));
    }
    long strips = threads == 1 ? 1 : Math.ceilDiv(TILES_PER_THREAD * threads, blocks);
    strips = Math.clamp((long) (groups.matrixProducts() / blocks / TILE_PRODUCTS), 1, strips);
    long tileRows = even(rows, Math.min(ROWS, Math.ceilDiv(rows, strips) + ROW_GROUP - 1),
        ROW_GROUP);
    long step = PACK_BYTES / dtype.bytes();
    long parts = Math.ceilDiv(depth, DEPTH_BLOCK);
    Descriptor product = Descriptor.contract(groups, swap ? COLUMNS : tileRows,
        swap ? tileRows : COLUMNS, PACKED);
    return new ContractTiles(product,
        Optional.of(new Descriptor(product.words(), blocks * parts * PACK_SHARES)),
        Math.ceilDiv(columns, step) * step * depth);
  }

  /** The tiles of the own kernel where each packs what it needs. */
  static Descriptor of(Contraction groups, int threads) {
    long m = Axis.count(groups.m());
    long n = Axis.count(groups.n());
    boolean swap = groups.lanesAlongM();
    long rows = swap ? n : m;
    long columns = swap ? m : n;
    boolean thin = rows <= THIN_ROWS;
    long columnStep = thin ? THIN_COLUMN_STEP : COLUMN_STEP;
    long tiles = threads == 1 ? 1 : TILES_PER_THREAD * threads;
    double depth = Axis.count(groups.k());
    long batch = Axis.count(groups.batch());
    long tileRows = even(rows, ROWS, ROW_STEP);
    long tileColumns = even(columns, thin ? THIN_COLUMNS : COLUMNS, columnStep);
    while (batch * Math.ceilDiv(rows, tileRows) * Math.ceilDiv(columns, tileColumns) < tiles
        && tileRows * tileColumns * depth >= 2 * TILE_PRODUCTS) {
      boolean cutColumns = tileColumns > tileRows && tileColumns > columnStep;
      if (!cutColumns && tileRows <= ROW_STEP) {
        break;
      }
      if (cutColumns) {
        tileColumns = even(columns, Math.max(columnStep, tileColumns / 2), columnStep);
      } else {
        tileRows = even(rows, Math.max(ROW_STEP, tileRows / 2), ROW_STEP);
      }
    }
    return Descriptor.contract(groups, swap ? tileColumns : tileRows,
        swap ? tileRows : tileColumns);
  }

  /** The extent of equal parts of at most so many places, rounded up to whole steps. */
  private static long even(long count, long most, long step) {
    long parts = Math.max(1, Math.ceilDiv(count, most));
    return Math.min(most, Math.ceilDiv(Math.ceilDiv(count, parts), step) * step);
  }
}
