package org.tensorlogic.io;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.tensorlogic.error.Code;
import org.tensorlogic.error.Diagnostic;
import org.tensorlogic.error.MemoryException;
import org.tensorlogic.type.DType;
import org.tensorlogic.type.TensorType;

/**
 * NumPy's files of one array, versions 1.0 to 3.0, in either byte and axis order. f8, f4, i8 and b1
 * are read as f64, f32, i64 and bool; f2 becomes f32, and i4 i2 i1 u4 u2 u1 become i64, all exact.
 * Other dtypes are refused by name. Safe for any number of threads.
 *
 * @see <a href="https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html">format</a>
 */
public final class Npy {

  /** Bytes moved by one read or write call: enough to hide its cost, small beside any cache. */
  private static final int CHUNK_BYTES = 1 << 20;

  /** Alignment of the elements in bytes: one cache line, the widest vector register. */
  private static final long ALIGNMENT = 64;

  private Npy() {}

  /**
   * Returns the type that {@link #read} would give; checks all but the elements.
   *
   * @throws org.tensorlogic.error.FileException when the file is malformed, with the byte offset
   */
  public static TensorType type(Path file) {
    try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
      return NpyHeader.read(file.toString(), channel).type();
    } catch (IOException problem) {
      throw FileFormat.failed("read", file, problem);
    }
  }

  /**
   * Reads a file into memory of the arena, which owns the result.
   *
   * @throws org.tensorlogic.error.FileException when the file is malformed, with the byte offset;
   *     nothing is allocated before the header and the file's length agree
   * @throws MemoryException when there is no memory for the elements
   */
  public static NpyArray read(Path file, Arena arena) {
    try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
      NpyHeader header = NpyHeader.read(file.toString(), channel);
      long count = header.shape().count();
      long bytes = count * header.element().dtype().bytes();
      MemorySegment elements = allocate(file, arena, bytes);
      boolean inOrder = !header.fortran() || header.shape().rank() < 2;
      if (header.element().isPlain() && inOrder) {
        fill(file, channel, header.dataOffset(), elements);
      } else {
        convert(file, channel, header, count, elements);
      }
      if (header.element().dtype() == DType.BOOL) {
        requireTruth(file, header, elements);
      }
      return new NpyArray(header.type(), elements);
    } catch (IOException problem) {
      throw FileFormat.failed("read", file, problem);
    }
  }

  private static MemorySegment allocate(Path file, Arena arena, long bytes) {
    try {
      return arena.allocate(bytes, ALIGNMENT);
    } catch (OutOfMemoryError full) {
      throw new MemoryException(Diagnostic.error(Code.OUT_OF_MEMORY,
          "%s: no memory for %d bytes of elements", file, bytes)
          .hint("split the file, or raise -XX:MaxDirectMemorySize"), full);
    }
  }

  private static void fill(Path file, FileChannel channel, long offset, MemorySegment target)
      throws IOException {
    long done = 0;
    while (done < target.byteSize()) {
      long chunk = Math.min(CHUNK_BYTES, target.byteSize() - done);
      int came = channel.read(target.asSlice(done, chunk).asByteBuffer(), offset + done);
      if (came < 0) {
        throw FileFormat.atByte(file.toString(), offset + done, "something else is writing it",
            "the file became shorter while it was read");
      }
      done += came;
    }
  }

  private static void convert(Path file, FileChannel channel, NpyHeader header, long count,
      MemorySegment elements) throws IOException {
    try (Arena scratch = Arena.ofConfined()) {
      NpyElement element = header.element();
      MemorySegment stored = allocate(file, scratch, count * element.bytes());
      fill(file, channel, header.dataOffset(), stored);
      long[] extents = header.shape().extents();
      long[] strides = strides(extents, header.fortran());
      var place = new long[extents.length];
      long source = 0;
      for (long target = 0; target < count; target++) {
        element.copy(stored, source, elements, target);
        for (int axis = extents.length - 1; axis >= 0; axis--) {
          source += strides[axis];
          if (++place[axis] < extents[axis]) {
            break;
          }
          source -= strides[axis] * extents[axis];
          place[axis] = 0;
        }
      }
    }
  }

  /** The distance in elements between neighbours along each axis of the stored array. */
  private static long[] strides(long[] extents, boolean fortran) {
    var strides = new long[extents.length];
    Arrays.fill(strides, 1);
    for (int i = 1; i < extents.length; i++) {
      int axis = fortran ? i : extents.length - 1 - i;
      int faster = fortran ? axis - 1 : axis + 1;
      strides[axis] = strides[faster] * extents[faster];
    }
    return strides;
  }

  private static void requireTruth(Path file, NpyHeader header, MemorySegment elements) {
    for (long i = 0; i < elements.byteSize(); i++) {
      byte value = elements.get(ValueLayout.JAVA_BYTE, i);
      if (value != 0 && value != 1) {
        throw FileFormat.atByte(file.toString(), header.dataOffset() + i,
            "write truth values with a.astype(bool)",
            "0 or 1 is expected in a bool array but byte 0x%02x came", value);
      }
    }
  }

  /**
   * Writes elements in row-major order as a version 1.0 file.
   *
   * @param type f64, f32, i64 or bool with known extents
   * @param elements exactly the elements of the type, as {@link NpyArray} holds them
   * @throws org.tensorlogic.error.ArgumentException when type and memory disagree
   * @throws org.tensorlogic.error.FileException when the file cannot be written
   */
  public static void write(Path file, TensorType type, MemorySegment elements) {
    var array = new NpyArray(type, elements);
    AtomicFile.write(file, channel -> {
      AtomicFile.writeFully(channel, ByteBuffer.wrap(NpyHeader.write(array.type())));
      var chunk = ByteBuffer.allocate((int) Math.min(CHUNK_BYTES, elements.byteSize()));
      for (long done = 0; done < elements.byteSize(); done += chunk.limit()) {
        chunk.clear().limit((int) Math.min(CHUNK_BYTES, elements.byteSize() - done));
        MemorySegment.ofBuffer(chunk).copyFrom(elements.asSlice(done, chunk.limit()));
        AtomicFile.writeFully(channel, chunk);
      }
    });
  }
}
