package io.weir.protocol.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.EmptyByteBuf;
import io.weir.protocol.record.BufferRecords;
import io.weir.protocol.record.FileRecords;
import io.weir.protocol.record.Records;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes the protocol's primitive types to a buffer. Confined to one thread at a time. {@link
 * WireSize} tells beforehand how long each of them gets.
 *
 * <p>Records are copied into the buffer, or, by a writer that splices, left where they are: then a
 * {@link Splice} says where they belong. Neither releases them: that is for the owner of the
 * message, when its frame has left or was dropped.
 */
public final class WireWriter {
  private final ByteBuf out;
  private final boolean isSplicing;
  private @Nullable List<Splice> splices;

  /** Copies records; waits for the disk where they lie in a file. The buffer stays the caller's. */
  public WireWriter(ByteBuf out) {
    this(out, false);
  }

  private WireWriter(ByteBuf out, boolean isSplicing) {
    this.out = out;
    this.isSplicing = isSplicing;
  }

  /** Leaves all records out of the buffer, which stays the caller's. */
  public static WireWriter splicing(ByteBuf out) {
    return new WireWriter(out, true);
  }

  /**
   * Where records belong that were left out, in ascending order of index; without {@link
   * BufferRecords#EMPTY}.
   */
  public List<Splice> splices() {
    return splices == null ? List.of() : Collections.unmodifiableList(splices);
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
    writeLength(WireSize.utf8(value, compact), compact, Short.BYTES);
    ByteBufUtil.writeUtf8(out, value);
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
    if (isSplicing) {
      splice(value);
      return;
    }
    switch (value) {
      case BufferRecords(ByteBuf bytes) ->
          out.writeBytes(bytes, bytes.readerIndex(), bytes.readableBytes());
      case FileRecords file -> file.readInto(out);
    }
  }

  private void splice(Records records) {
    if (records instanceof BufferRecords(EmptyByteBuf _)) {
      return; // nothing to send, and nothing to release
    }
    if (splices == null) {
      splices = new ArrayList<>();
    }
    splices.add(new Splice(out.writerIndex(), records));
  }

  /** The number of elements of an array. */
  public void writeArrayLength(@Nullable List<?> list, boolean compact) {
    writeLength(list == null ? -1 : list.size(), compact, Integer.BYTES);
  }

  /**
   * Writes an array.
   *
   * @param element writes one
   */
  public <T> void writeList(@Nullable List<T> list, boolean compact, Consumer<T> element) {
    writeArrayLength(list, compact);
    if (list != null) {
      list.forEach(element);
    }
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
