package org.tensorlogic.bindings;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A program of the fused kernels in the making: sections of instructions over values that find
 * their registers at the end. {@code native/kernels/fused/fused.h} says what each word means; the
 * limits are those of its {@code program.h}.
 */
final class FusedProgram {

  static final int REGISTER_BYTES = 4096;
  static final int REGISTERS_MAX = 16;
  static final int OPERANDS_MAX = 16;
  static final int RESULTS_MAX = 4;
  static final int ROW_VALUES_MAX = 24;
  static final int GROUPED_ROWS_MAX = 64;
  private static final int KEPT_MAX = 8;
  private static final int FOREVER = Integer.MAX_VALUE;

  /** What an instruction does. */
  enum Kind { FUNCTION, REDUCTION, SPREAD, COLLECT }

  /** Where a value lies. */
  enum Place { OPERAND, RESULT, REGISTER, KEPT, ROW }

  /** What the kernels' {@code ResultKind} says of a result. */
  enum ResultKind { COLUMNS, ROW, STREAMED }

  /**
   * When a program reads and writes, as places of instructions.
   *
   * @param lastReads of each operand
   * @param firstWrites of each result
   */
  record Order(List<Integer> lastReads, List<Integer> firstWrites) {

    /** That of kernels of which it is not known. */
    static final Order UNKNOWN = new Order(List.of(), List.of());

    /** Returns whether no instruction behind the first that writes a result reads an operand. */
    boolean isReadBefore(int operand, int result) {
      return this != UNKNOWN && lastReads.get(operand) <= firstWrites.get(result);
    }
  }

  /** A value that instructions write and read. */
  static final class Cell {
    private final Place place;
    private final int width;
    private int index;
    private int lastRead = -1;

    private Cell(Place place, int width, int index) {
      this.place = place;
      this.width = width;
      this.index = index;
    }

    /** Returns the bytes of an element. */
    int width() {
      return width;
    }
  }

  /** The name is that of a pointwise kernel, empty for other kinds. */
  private record Instruction(Kind kind, String name, int function, Cell result,
      List<Cell> operands, int partial) {

    static Instruction of(NativeSymbol function, Cell result, List<Cell> operands) {
      return new Instruction(Kind.FUNCTION, function.name(), function.place(), result, operands, 0);
    }
  }

  /** Instructions that run together; what a loop reads from outside must stay to its end. */
  static final class Section {
    private final boolean loop;
    private final List<Instruction> instructions = new ArrayList<>();
    private int partials;

    private Section(boolean loop) {
      this.loop = loop;
    }

    void function(NativeSymbol function, Cell result, List<Cell> operands) {
      instructions.add(Instruction.of(function, result, operands));
    }

    void reduction(NativeSymbol function, Cell result, Cell operand) {
      instructions.add(new Instruction(Kind.REDUCTION, "", function.place(), result,
          List.of(operand), partials++));
    }

    void fill(Kind kind, Cell result, Cell operand) {
      instructions.add(new Instruction(kind, "", operand.width, result, List.of(operand), 0));
    }
  }

  private final Map<String, NativeSymbol> kernels;
  private final int operandCount;
  private final int resultCount;
  private final List<Section> sections = new ArrayList<>();
  private final int[] counts = new int[Place.values().length];
  private final List<Cell> kept = new ArrayList<>();

  /** Begins a program; its pairs of functions are looked up in the kernel table. */
  FusedProgram(Map<String, NativeSymbol> kernels, int operandCount, int resultCount) {
    this.kernels = kernels;
    this.operandCount = operandCount;
    this.resultCount = resultCount;
  }

  /** Adds a section behind the others. */
  Section section(boolean loop) {
    var section = new Section(loop);
    sections.add(section);
    return section;
  }

  Cell operand(int index, int width) {
    return new Cell(Place.OPERAND, width, index);
  }

  Cell result(int index, int width) {
    return new Cell(Place.RESULT, width, index);
  }

  Cell register(int width) {
    return new Cell(Place.REGISTER, width, -1);
  }

  /** A value of a whole row, in scratch. */
  Cell kept(int width) {
    var cell = new Cell(Place.KEPT, width, counts[Place.KEPT.ordinal()]++);
    kept.add(cell);
    return cell;
  }

  /** A value of one element a row. */
  Cell row(int width) {
    return new Cell(Place.ROW, width, counts[Place.ROW.ordinal()]++);
  }

  /**
   * Joins neighbours for which there is one kernel: then what is between them is neither stored nor
   * loaded. Pairs have the bits of their functions.
   */
  private void joinPairs() {
    var reads = new HashMap<Cell, Integer>();
    for (Section section : sections) {
      section.instructions.forEach(instruction ->
          instruction.operands.forEach(cell -> reads.merge(cell, 1, Integer::sum)));
    }
    for (Section section : sections) {
      for (int i = 0; i + 1 < section.instructions.size(); i++) {
        Instruction first = section.instructions.get(i);
        Instruction second = section.instructions.get(i + 1);
        NativeSymbol pair = kernels.get(pairName(first.name, second.name));
        if (pair != null && first.result.place == Place.REGISTER
            && reads.getOrDefault(first.result, 0) == 1
            && second.operands.getFirst() == first.result) {
          var operands = new ArrayList<>(first.operands);
          operands.addAll(second.operands.subList(1, second.operands.size()));
          section.instructions.set(i, Instruction.of(pair, second.result, operands));
          section.instructions.remove(i + 1);
        }
      }
    }
  }

  /** Returns the name that a pair of kernels would have, such as pointwise_mul_add_f32. */
  private static String pairName(String first, String second) {
    int dtype = first.lastIndexOf('_');
    int function = second.indexOf('_');
    return dtype < 0 || function < 0 ? ""
        : second.endsWith(first.substring(dtype)) ? first.substring(0, dtype)
            + second.substring(function) : "";
  }

  /**
   * Completes the program, once all sections are written: joins pairs and assigns registers.
   *
   * @return what does not fit the kernels' fixed room, or null
   */
  String finish() {
    joinPairs();
    assignRegisters();
    return operandCount > OPERANDS_MAX ? "it has " + operandCount + " operands"
        : resultCount > RESULTS_MAX ? "it has " + resultCount + " results"
        : counts[Place.REGISTER.ordinal()] > REGISTERS_MAX ? "it has too many values at a time"
        : counts[Place.ROW.ordinal()] > ROW_VALUES_MAX ? "it has too many values of a row"
        : kept.size() > KEPT_MAX ? "it keeps too many rows"
        : null;
  }

  /* A linear scan over the instructions in the order in which they stand. What a loop reads from
   * outside stays until the loop ends, and what the first section writes stays for good, since
   * rows repeat all that follows. A result never takes the register of an operand: their elements
   * may differ in width. */
  private void assignRegisters() {
    var all = new ArrayList<Instruction>();
    for (int s = 0; s < sections.size(); s++) {
      Section section = sections.get(s);
      int begin = all.size();
      int end = begin + section.instructions.size() - 1;
      all.addAll(section.instructions);
      for (int i = begin; i <= end; i++) {
        boolean forever = s == 0 && sections.size() > 1;
        Cell result = all.get(i).result;
        result.lastRead = forever ? FOREVER : Math.max(result.lastRead, i);
        for (Cell operand : all.get(i).operands) {
          boolean outside = section.loop && section.instructions.stream()
              .noneMatch(other -> other.result == operand);
          operand.lastRead = Math.max(operand.lastRead, outside ? end : i);
        }
      }
    }
    var live = new ArrayList<Cell>();
    for (int i = 0; i < all.size(); i++) {
      Cell result = all.get(i).result;
      if (result.place == Place.REGISTER && result.index < 0) {
        result.index = free(live);
        live.add(result);
        counts[Place.REGISTER.ordinal()] =
            Math.max(counts[Place.REGISTER.ordinal()], result.index + 1);
      }
      int now = i;
      live.removeIf(cell -> cell.lastRead <= now);
    }
  }

  /** The lowest register that holds no value. */
  private static int free(List<Cell> live) {
    var taken = new BitSet();
    for (Cell cell : live) {
      taken.set(cell.index);
    }
    return taken.nextClearBit(0);
  }

  /** Returns when the program, which is complete, reads and writes. */
  Order order() {
    var lastReads = new ArrayList<>(Collections.nCopies(operandCount, -1));
    var firstWrites = new ArrayList<>(Collections.nCopies(resultCount, FOREVER));
    int place = 0;
    for (Section section : sections) {
      for (Instruction instruction : section.instructions) {
        for (Cell operand : instruction.operands) {
          if (operand.place == Place.OPERAND) {
            lastReads.set(operand.index, place);
          }
        }
        if (instruction.result.place == Place.RESULT) {
          firstWrites.set(instruction.result.index,
              Math.min(place, firstWrites.get(instruction.result.index)));
        }
        place++;
      }
    }
    return new Order(lastReads, firstWrites);
  }

  /** The bytes of scratch that rows of these columns need. */
  long scratchBytes(long columns, long chunk) {
    if (kept.isEmpty()) {
      return columns == 0 || columns > chunk ? 0 : (long) operandCount * REGISTER_BYTES
          + (long) counts[Place.ROW.ordinal()] * GROUPED_ROWS_MAX * Long.BYTES;
    }
    return kept.stream().mapToLong(cell -> Math.ceilDiv(columns * cell.width, 64) * 64).sum();
  }

  /**
   * Packs the program.
   *
   * @param walked the axes that tiles count, with a stride for each operand
   * @param tile elements or rows of a tile
   * @param columns the columns of a row, 0 where elements are walked
   * @param chunk the elements of a register
   * @param widths the bytes of an element of each operand
   * @param columnStrides their strides along the columns
   * @param resultWidths the bytes of an element of each result
   * @param resultKinds what each result has
   */
  long[] packed(List<Axis> walked, long tile, long columns, long chunk, int[] widths,
      long[] columnStrides, int[] resultWidths, ResultKind[] resultKinds) {
    var words = new Descriptor.Words().add(operandCount, walked.size(), tile, columns, resultCount,
        counts[Place.REGISTER.ordinal()], chunk, kept.size(), counts[Place.ROW.ordinal()],
        sections.size());
    words.extents(walked);
    for (int operand = 0; operand < operandCount; operand++) {
      words.strides(walked, operand);
    }
    for (int operand = 0; operand < operandCount; operand++) {
      words.add(widths[operand], columnStrides[operand]);
    }
    for (int result = 0; result < resultCount; result++) {
      words.add(resultWidths[result], resultKinds[result].ordinal());
    }
    kept.forEach(cell -> words.add(cell.width));
    for (Section section : sections) {
      words.add(section.instructions.size());
      section.instructions.forEach(instruction -> pack(words, instruction));
    }
    return words.packed();
  }

  private void pack(Descriptor.Words words, Instruction instruction) {
    var slots = new long[3];
    for (int i = 0; i < instruction.operands.size(); i++) {
      slots[i] = slot(instruction.operands.get(i));
    }
    if (instruction.kind == Kind.REDUCTION) {
      slots[1] = instruction.partial;
    }
    words.add(instruction.kind.ordinal(), instruction.function, slot(instruction.result))
        .add(slots);
  }

  private long slot(Cell cell) {
    int registers = counts[Place.REGISTER.ordinal()];
    return cell.index + switch (cell.place) {
      case OPERAND -> 0;
      case RESULT -> operandCount;
      case REGISTER -> operandCount + resultCount;
      case KEPT -> operandCount + resultCount + registers;
      case ROW -> operandCount + resultCount + registers + kept.size();
    };
  }
}
