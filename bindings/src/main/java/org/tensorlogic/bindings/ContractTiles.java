package org.tensorlogic.bindings;

/** In what tiles a contraction is carried out. The own kernel's bits do not depend on them. */
final class ContractTiles {

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
  private static final long THIN_COLUMN_STEP = 1024;
  /**
   * Tiles for each thread, so that one which is held up takes fewer; not below some ten
   * microseconds each. More would cost: every tile packs its rows and columns anew. 256 x 784 x 512
   * in tiles of 68 x 128 takes 14 % longer than in tiles of 264 x 256. Bits do not depend on tiles.
   */
  private static final long TILES_PER_THREAD = 2;
  private static final double TILE_PRODUCTS = 1 << 19;

  private ContractTiles() {}

  /** The tiles of OpenBLAS. */
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
