package org.tensorlogic.bindings;

/**
 * Which kernel carries out a contraction, and in what tiles: all that was measured about it.
 *
 * <p>Rates of one thread in Gflop/s, f32, own kernel / OpenBLAS 0.3, Zen 4 with AVX-512 (118 at
 * most):
 *
 * <pre>
 *   n x n x n    16        32         64         128        256        1024
 *               81/76    105/107    113/115    115/94     116/102     91/92
 * </pre>
 *
 * With 32 vector registers the own kernel is never slower by more than the noise, takes any strides
 * and has the same bits for every tile; with 16 OpenBLAS's larger products win.
 */
final class ContractTiles {

  /**
   * Products from which OpenBLAS is faster where it is at all: on AVX2 (Zen 3) 128^3 took 52 us of
   * the own kernel and 66 of OpenBLAS, 256^3 413 and 440, 1024^3 28.3 ms and 27.3. The own kernel's
   * tiles are cut for the threads besides.
   */
  private static final double BLAS_PRODUCTS = 320.0 * 320 * 320;
  /** Square for OpenBLAS, which packs both operands anew for every tile. */
  private static final long BLAS_TILE = 256;

  /** Lanes run along the columns. Sixteen row blocks and two column blocks of the packing. */
  private static final long ROWS = 1536;
  private static final long COLUMNS = 1024;
  /** Whole pieces of the micro-kernel: 12 rows, two vectors of f32 with AVX-512. */
  private static final long ROW_STEP = 12;
  private static final long COLUMN_STEP = 32;
  /** Matrices of at most so many rows read the columns' operand once, along its rows. */
  private static final long THIN_ROWS = 3;
  private static final long THIN_COLUMNS = 4096;
  private static final long THIN_COLUMN_STEP = 1024;
  /**
   * Tiles for each thread, so that one which is held up takes fewer; not below some ten
   * microseconds each. More would cost: every tile packs its rows and columns anew. 256 x 784 x 512
   * in tiles of 68 x 128 takes 14 % longer than in tiles of 264 x 256. Bits do not depend on tiles.
   */
  private static final long TILES_PER_THREAD = 2;
  private static final double TILE_PRODUCTS = 1 << 19;

  private ContractTiles() {}

  /** Whether OpenBLAS can and should do it, in tiles of {@link #forBlas}. */
  static boolean prefersBlas(String target, Contraction groups) {
    return !target.startsWith("AVX3") && groups.isMatrixProduct()
        && groups.matrixProducts() >= BLAS_PRODUCTS;
  }

  static Descriptor forBlas(Contraction groups) {
    return Descriptor.contract(groups, BLAS_TILE, BLAS_TILE);
  }

  /** The tiles of the own kernel, for so many threads. */
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
