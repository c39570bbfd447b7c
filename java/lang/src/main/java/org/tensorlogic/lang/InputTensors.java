package org.tensorlogic.lang;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.tensorlogic.engine.Engine;
import org.tensorlogic.io.Npy;
import org.tensorlogic.io.NpyArray;
import org.tensorlogic.io.Table;
import org.tensorlogic.lang.check.Definition;
import org.tensorlogic.lang.compile.GraphCompiler;
import org.tensorlogic.memory.Tensor;
import org.tensorlogic.type.DType;
import org.tensorlogic.type.Shape;
import org.tensorlogic.type.TensorType;

/** Makes the tensors that a program's graph takes: facts, files and initial values. */
final class InputTensors {
  private final Engine engine;
  private final ProgramFiles files;
  private final long seed;

  InputTensors(Engine engine, ProgramFiles files, long seed) {
    this.engine = engine;
    this.files = files;
    this.seed = seed;
  }

  /** The tensor of a name, owned by the caller. */
  Tensor of(Definition definition) {
    DType dtype = GraphCompiler.dtype(definition);
    Shape shape =
        Shape.of(definition.extents().stream().mapToLong(Long::longValue).toArray());
    Tensor tensor = engine.allocate(new TensorType(dtype, shape));
    try {
      tensor.access(
          memory -> {
            memory.fill((byte) 0);
            fill(definition, new Elements(dtype, shape, memory));
            return tensor;
          });
      return tensor;
    } catch (RuntimeException | Error failure) {
      tensor.close();
      throw failure;
    }
  }

  private void fill(Definition definition, Elements elements) {
    definition.file().ifPresent(file -> {
      if (ProgramFiles.isArray(file)) {
        copy(file, elements);
      } else {
        rows(files.table(file), definition, elements);
      }
    });
    if (definition.parameter().isPresent()) {
      double[] values = new InitialValues(seed, definition.name()).of(definition);
      for (int i = 0; i < values.length; i++) {
        elements.set(i, values[i]);
      }
    }
    for (List<Long> fact : definition.facts()) {
      elements.set(elements.offset(fact), 1);
    }
  }

  private void copy(String file, Elements elements) {
    try (Arena arena = Arena.ofConfined()) {
      NpyArray array = Npy.read(files.path(file), arena);
      if (array.type().dtype() == elements.dtype()) {
        MemorySegment.copy(
            array.elements(), 0, elements.memory(), 0, array.elements().byteSize());
        return;
      }
      Elements source = new Elements(array.type().dtype(), elements.shape(), array.elements());
      for (long i = 0; i < elements.shape().count(); i++) {
        elements.set(i, source.get(i));
      }
    }
  }

  private static void rows(Table table, Definition definition, Elements elements) {
    var place = new Long[table.rank()];
    for (int row = 0; row < table.rows().size(); row++) {
      for (int axis = 0; axis < place.length; axis++) {
        String symbol = table.rows().get(row).get(axis);
        place[axis] = definition.axes().get(axis).position(symbol).orElseThrow();
      }
      double value = table.isWeighted() ? table.weights()[row] : 1;
      elements.set(elements.offset(List.of(place)), value);
    }
  }

  /** Row-major elements in memory. */
  private record Elements(DType dtype, Shape shape, MemorySegment memory) {

    long offset(List<Long> place) {
      long[] extents = shape.extents();
      long offset = 0;
      for (int axis = 0; axis < extents.length; axis++) {
        offset = offset * extents[axis] + place.get(axis);
      }
      return offset;
    }

    void set(long index, double value) {
      switch (dtype) {
        case F64 -> memory.setAtIndex(ValueLayout.JAVA_DOUBLE, index, value);
        case F32 -> memory.setAtIndex(ValueLayout.JAVA_FLOAT, index, (float) value);
        case I64 -> memory.setAtIndex(ValueLayout.JAVA_LONG, index, (long) value);
        case BOOL -> memory.set(ValueLayout.JAVA_BYTE, index, (byte) (value > 0 ? 1 : 0));
        case F16, BF16, F8E4M3, F8E5M2, I32, I8, U8 ->
            throw new IllegalStateException("graphs have no inputs of " + dtype);
      }
    }

    double get(long index) {
      return switch (dtype) {
        case F64 -> memory.getAtIndex(ValueLayout.JAVA_DOUBLE, index);
        case F32 -> memory.getAtIndex(ValueLayout.JAVA_FLOAT, index);
        case I64 -> memory.getAtIndex(ValueLayout.JAVA_LONG, index);
        case BOOL -> memory.get(ValueLayout.JAVA_BYTE, index);
        case F16, BF16, F8E4M3, F8E5M2, I32, I8, U8 ->
            throw new IllegalStateException("files are never read as " + dtype);
      };
    }
  }
}
