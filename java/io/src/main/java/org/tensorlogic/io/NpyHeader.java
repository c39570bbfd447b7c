package org.tensorlogic.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import org.tensorlogic.error.FileException;
import org.tensorlogic.error.ShapeException;
import org.tensorlogic.error.TensorLogicException;
import org.tensorlogic.type.Dim;
import org.tensorlogic.type.Shape;
import org.tensorlogic.type.TensorType;

/**
 * What an npy file says before its elements.
 *
 * @param element how an element is stored
 * @param fortran whether the first axis runs fastest
 * @param shape the extents
 * @param dataOffset where the elements begin, in bytes
 */
record NpyHeader(NpyElement element, boolean fortran, Shape shape, long dataOffset) {

  /** The longest header that is read, in bytes; 32 extents of 19 digits need a tenth of it. */
  static final int HEADER_BYTES_MAX = 1 << 16;

  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};

  /** Reads the header and checks that the file has exactly the bytes that it promises. */
  static NpyHeader read(String file, FileChannel channel) throws IOException {
    ByteBuffer start = bytes(file, channel, 0, 8, "the magic string and version");
    for (int i = 0; i < MAGIC.length; i++) {
      if (start.get(i) != MAGIC[i]) {
        throw FileFormat.atByte(file, i, "this is no npy file; numpy.save writes one",
            "the magic string \\x93NUMPY is expected but byte 0x%02x came", start.get(i));
      }
    }
    int major = start.get(6) & 0xff;
    if (major < 1 || major > 3 || start.get(7) != 0) {
      throw FileFormat.atByte(file, 6, "save it again with numpy.save",
          "version 1.0, 2.0 or 3.0 is expected but %d.%d came", major, start.get(7) & 0xff);
    }
    int lengthBytes = major == 1 ? 2 : 4;
    ByteBuffer field = bytes(file, channel, 8, lengthBytes, "the header's length");
    long length = major == 1 ? field.getShort(0) & 0xffffL : field.getInt(0) & 0xffffffffL;
    if (length > HEADER_BYTES_MAX) {
      throw FileFormat.atByte(file, 8, "the file is damaged or holds records, which are not read",
          "the header has %d bytes but at most %d are read", length, HEADER_BYTES_MAX);
    }
    int textOffset = 8 + lengthBytes;
    ByteBuffer text = bytes(file, channel, textOffset, (int) length, "the header");
    var charset = major == 3 ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1;
    NpyHeader header = new NpyHeaderParser(file, textOffset,
        new String(text.array(), charset)).parse(textOffset + length);
    header.requireBytes(file, channel.size());
    return header;
  }

  private static ByteBuffer bytes(String file, FileChannel channel, long offset, int count,
      String what) throws IOException {
    var bytes = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining()) {
      if (channel.read(bytes, offset + bytes.position()) < 0) {
        throw FileFormat.atByte(file, offset + bytes.position(), "the file is cut off",
            "%s is expected but the file ends", what);
      }
    }
    return bytes.flip();
  }

  private void requireBytes(String file, long fileBytes) {
    long expected;
    try {
      expected = Math.addExact(dataOffset, Math.multiplyExact(shape.count(), element.bytes()));
      Math.multiplyExact(shape.count(), (long) element.dtype().bytes());
    } catch (ArithmeticException | ShapeException overflow) {
      throw new FileException(FileFormat.atByte(file, dataOffset, "the file is damaged",
          "shape %s has more bytes than a 64-bit number counts", shape).diagnostic(), overflow);
    }
    if (fileBytes != expected) {
      throw FileFormat.atByte(file, Math.min(fileBytes, expected),
          fileBytes < expected ? "the file is cut off" : "the shape or dtype is wrong",
          "shape %s of %s promises %d bytes in all but the file has %d", shape, element.descr(),
          expected, fileBytes);
    }
  }

  /** Returns the type of the array as it is read. */
  TensorType type() {
    return new TensorType(element.dtype(), shape);
  }

  /** Returns the start of a version 1.0 file; elements begin at a multiple of 64 bytes. */
  static byte[] write(TensorType type) {
    String extents = type.shape().dims().stream().map(Dim::toString)
        .collect(Collectors.joining(", ", "(", type.rank() == 1 ? ",)" : ")"));
    String dict = "{'descr': '" + NpyElement.of(type.dtype()).descr()
        + "', 'fortran_order': False, 'shape': " + extents + ", }";
    int total = (10 + dict.length() + 1 + 63) / 64 * 64;
    var bytes = ByteBuffer.allocate(total).order(ByteOrder.LITTLE_ENDIAN);
    bytes.put(MAGIC).put((byte) 1).put((byte) 0).putShort((short) (total - 10));
    bytes.put(dict.getBytes(StandardCharsets.US_ASCII));
    while (bytes.position() < total - 1) {
      bytes.put((byte) ' ');
    }
    return bytes.put((byte) '\n').array();
  }

  /** Returns the shape of these extents; refuses what no shape can be, at a byte. */
  static Shape shape(String file, long offset, List<Long> extents) {
    try {
      return Shape.of(extents.stream().mapToLong(Long::longValue).toArray());
    } catch (TensorLogicException refused) {
      throw new FileException(FileFormat.atByte(file, offset, "merge axes with numpy.reshape",
          "%s", refused.diagnostic().message()).diagnostic(), refused);
    }
  }
}
