package org.tensorlogic.lang.check;

import java.util.List;
import org.tensorlogic.type.DType;

/** What a file holds, as far as checking a program needs it. */
public sealed interface FileContent {

  /** Returns the rank of the tensor or relation that the file becomes. */
  int rank();

  /**
   * A table of symbols: a relation, or with weights a numeric tensor.
   *
   * @param columns one an axis, without the column of weights
   * @param weighted whether a last column gave values
   */
  record Table(List<Column> columns, boolean weighted) implements FileContent {
    /** Copies the list. */
    public Table {
      columns = List.copyOf(columns);
    }

    @Override
    public int rank() {
      return columns.size();
    }
  }

  /**
   * The distinct symbols of one column.
   *
   * @param appearances in any order
   */
  record Column(List<Appearance> appearances) {
    /** Copies the list. */
    public Column {
      appearances = List.copyOf(appearances);
    }
  }

  /**
   * A symbol and where it first stands in its column.
   *
   * @param symbol the text of the cell
   * @param row counted from 0 without comments and empty lines
   */
  record Appearance(String symbol, long row) {}

  /**
   * A dense array.
   *
   * @param dtype its element type
   * @param extents one an axis
   */
  record Array(DType dtype, List<Long> extents) implements FileContent {
    /** Copies the list. */
    public Array {
      extents = List.copyOf(extents);
    }

    @Override
    public int rank() {
      return extents.size();
    }
  }
}
