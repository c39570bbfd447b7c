package org.tensorlogic.cli;

import org.tensorlogic.einsum.Semiring;
import org.tensorlogic.error.TensorLogicException;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a semiring's name; an unknown one is wrong usage. */
final class SemiringName implements ITypeConverter<Semiring> {

  @Override
  public Semiring convert(String name) {
    try {
      return Semiring.parse(name);
    } catch (TensorLogicException unknown) {
      var problem = new TypeConversionException(unknown.getMessage());
      problem.initCause(unknown);
      throw problem;
    }
  }
}
