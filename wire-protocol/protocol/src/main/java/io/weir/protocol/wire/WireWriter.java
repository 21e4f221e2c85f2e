package io.weir.protocol.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.weir.protocol.record.BufferRecords;
import io.weir.protocol.record.FileRecords;
import io.weir.protocol.record.Records;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes the protocol's primitive types to a buffer. Confined to one thread at a time. {@link
 * WireSize} tells beforehand how long each of them gets.
 *
 * <p>Records in memory are copied into the buffer; for records in a file a {@link Splice} is noted
 * instead. Neither is released: that is for the owner of the message, when its frame has left or
 * was dropped.
 */
public final class WireWriter {
  private final ByteBuf out;
  private final List<Splice> splices = new ArrayList<>(0);

  /** The buffer stays the caller's. */
  public WireWriter(ByteBuf out) {
    this.out = out;
  }

  /** Where bytes of files belong, in ascending order of index. */
  public List<Splice> splices() {
    return List.copyOf(splices);
  }

  public void writeBoolean(boolean value) {
    out.writeBoolean(value);
  }

  public void writeInt8(byte value) {
    out.writeByte(value);
  }

  public void writeInt16(short value) {
    out.writeShort(value);
  }

  /** 0 to 65535. */
  public void writeUint16(int value) {
    if (value < 0 || value > 0xffff) {
      throw new IllegalArgumentException(value + " is not an unsigned number of 16 bits");
    }
    out.writeShort(value);
  }

  public void writeInt32(int value) {
    out.writeInt(value);
  }

  public void writeInt64(long value) {
    out.writeLong(value);
  }

  public void writeFloat64(double value) {
    out.writeDouble(value);
  }

  public void writeUuid(UUID value) {
    out.writeLong(value.getMostSignificantBits());
    out.writeLong(value.getLeastSignificantBits());
  }

  public void writeUnsignedVarint(int value) {
    int rest = value;
    while ((rest & ~0x7f) != 0) {
      out.writeByte((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    out.writeByte(rest);
  }

  /** A signed number in zigzag encoding. */
  public void writeVarint(int value) {
    writeUnsignedVarint((value << 1) ^ (value >> 31));
  }

  /** A signed number of 64 bits in zigzag encoding. */
  public void writeVarlong(long value) {
    long rest = (value << 1) ^ (value >> 63);
    while ((rest & ~0x7fL) != 0) {
      out.writeByte((int) (rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    out.writeByte((int) rest);
  }

  public void writeString(@Nullable String value, boolean compact) {
    if (value == null) {
      writeLength(-1, compact, Short.BYTES);
      return;
    }
    int bytes = WireSize.utf8(value, compact);
    writeLength(bytes, compact, Short.BYTES);
    ByteBufUtil.reserveAndWriteUtf8(
        out, value, bytes); // just these: the buffer has the size wanted
  }

  /** The bytes from position to limit, which stay where they are. */
  public void writeBytes(@Nullable ByteBuffer value, boolean compact) {
    if (value == null) {
      writeLength(-1, compact, Integer.BYTES);
      return;
    }
    writeLength(value.remaining(), compact, Integer.BYTES);
    out.writeBytes(value.duplicate());
  }

  /** The bytes from position to limit, without a length in front. */
  public void writeRemaining(ByteBuffer value) {
    out.writeBytes(value.duplicate());
  }

  public void writeRecords(@Nullable Records value, boolean compact) {
    if (value == null) {
      writeLength(-1, compact, Integer.BYTES);
      return;
    }
    writeLength(value.sizeInBytes(), compact, Integer.BYTES);
    switch (value) {
      case BufferRecords(ByteBuf bytes) ->
          out.writeBytes(bytes, bytes.readerIndex(), bytes.readableBytes());
      case FileRecords file -> splices.add(new Splice(out.writerIndex(), file));
    }
  }

  /** The number of elements of an array; -1 for null. */
  public void writeArrayLength(int length, boolean compact) {
    writeLength(length, compact, Integer.BYTES);
  }

  /**
   * Writes an array.
   *
   * @param element writes one
   */
  public <T> void writeList(@Nullable List<T> list, boolean compact, Consumer<T> element) {
    if (list == null) {
      writeArrayLength(-1, compact);
      return;
    }
    writeArrayLength(list.size(), compact);
    list.forEach(element);
  }

  /** Whether a nullable struct follows. */
  public void writePresence(boolean present) {
    out.writeByte(present ? 1 : -1);
  }

  /** As {@link #writePresence}, for a struct in a tagged field. */
  public void writeTaggedPresence(boolean present) {
    writeUnsignedVarint(present ? 1 : 0);
  }

  private void writeLength(int length, boolean compact, int fixedBytes) {
    if (compact) {
      writeUnsignedVarint(length + 1);
    } else if (fixedBytes == Short.BYTES) {
      out.writeShort(length);
    } else {
      out.writeInt(length);
    }
  }
}
