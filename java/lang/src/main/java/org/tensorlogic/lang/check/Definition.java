package org.tensorlogic.lang.check;

import java.util.List;
import java.util.Optional;
import org.tensorlogic.error.Origin;
import org.tensorlogic.type.DType;

/**
 * A name of the program and what it is made of beside its equations. A name that nothing defines is
 * 0 or false everywhere.
 *
 * @param name unique in the program
 * @param dtype {@link DType#BOOL} for relations
 * @param axes one domain an axis
 * @param facts positions of the elements that facts make true
 * @param file the file it is read from, as written
 * @param parameter its initial distribution if it is learnable
 * @param origin where the name occurs first
 */
public record Definition(
    String name,
    DType dtype,
    List<Domain> axes,
    List<List<Long>> facts,
    Optional<String> file,
    Optional<Initial> parameter,
    Origin origin) {

  /**
   * The distribution that a learnable tensor starts from.
   *
   * @param distribution one of normal, uniform, zeros, ones and glorot
   * @param settings its numbers: mean and deviation, or the two bounds; with defaults filled in
   */
  public record Initial(String distribution, List<Double> settings) {}

  /** Returns whether it is a relation. */
  public boolean isRelation() {
    return dtype == DType.BOOL;
  }

  /** Returns the extents of its axes. */
  public List<Long> extents() {
    return axes.stream().map(Domain::extent).toList();
  }
}
