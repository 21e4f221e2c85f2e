package io.weir.protocol.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.EmptyByteBuf;
import io.weir.protocol.record.BufferRecords;
import io.weir.protocol.record.FileRecords;
import io.weir.protocol.record.Records;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes the protocol's primitive types to a buffer, from its writer index on. Confined to one
 * thread at a time. {@link WireSize} tells beforehand how long each of them gets; a buffer that has
 * no room for them grows.
 *
 * <p>The buffer must be left alone while a message is written to it; its writer index moves when
 * the message has been written to its end.
 *
 * <p>Records are copied into the buffer, or, by a writer that splices, left where they are: then a
 * {@link Splice} says where they belong. Neither releases them: that is for the owner of the
 * message, when its frame has left or was dropped.
 */
public final class WireWriter {
  private final ByteBuf frame;
  private final boolean isSplicing;
  private @Nullable List<Splice> splices;

  /**
   * A view of the room that the frame has. Unlike the frame itself it does not look at a reference
   * count for each field, which takes longer than to write it.
   */
  private ByteBuffer view;

  /** Where position 0 of the view lies in the frame. */
  private int origin;

  /** Copies records; waits for the disk where they lie in a file. The buffer stays the caller's. */
  public WireWriter(ByteBuf frame) {
    this(frame, false);
  }

  private WireWriter(ByteBuf frame, boolean isSplicing) {
    this.frame = frame;
    this.isSplicing = isSplicing;
    look();
  }

  /** Leaves all records out of the buffer, which stays the caller's. */
  public static WireWriter splicing(ByteBuf frame) {
    return new WireWriter(frame, true);
  }

  /** A message has been written: the buffer's writer index moves to its end. */
  public void endMessage() {
    frame.writerIndex(origin + view.position());
  }

  /** The view, with room for so many bytes more. */
  private ByteBuffer room(int bytes) {
    if (view.remaining() < bytes) {
      endMessage();
      frame.ensureWritable(bytes);
      look();
    }
    return view;
  }

  private void look() {
    view = frame.internalNioBuffer(frame.writerIndex(), frame.writableBytes());
    origin = frame.writerIndex() - view.position();
  }

  /**
   * Where records belong that were left out, in ascending order of index; without {@link
   * BufferRecords#EMPTY}.
   */
  public List<Splice> splices() {
    return splices == null ? List.of() : Collections.unmodifiableList(splices);
  }

  public void writeBoolean(boolean value) {
    writeByte(value ? 1 : 0);
  }

  public void writeInt8(byte value) {
    writeByte(value);
  }

  public void writeInt16(short value) {
    writeShort(value);
  }

  /** 0 to 65535. */
  public void writeUint16(int value) {
    if (value < 0 || value > 0xffff) {
      throw new IllegalArgumentException(value + " is not an unsigned number of 16 bits");
    }
    writeShort(value);
  }

  public void writeInt32(int value) {
    room(Integer.BYTES).putInt(value);
  }

  public void writeInt64(long value) {
    room(Long.BYTES).putLong(value);
  }

  public void writeFloat64(double value) {
    room(Double.BYTES).putDouble(value);
  }

  public void writeUuid(UUID value) {
    room(2 * Long.BYTES)
        .putLong(value.getMostSignificantBits())
        .putLong(value.getLeastSignificantBits());
  }

  public void writeUnsignedVarint(int value) {
    int rest = value;
    while ((rest & ~0x7f) != 0) {
      writeByte((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    writeByte(rest);
  }

  public void writeString(@Nullable String value, boolean compact) {
    if (value == null) {
      writeLength(-1, compact, Short.BYTES);
      return;
    }
    int bytes = WireSize.utf8(value, compact);
    writeLength(bytes, compact, Short.BYTES);
    room(bytes).put(value.getBytes(StandardCharsets.UTF_8));
  }

  /** The bytes from position to limit, which stay where they are. */
  public void writeBytes(@Nullable ByteBuffer value, boolean compact) {
    if (value == null) {
      writeLength(-1, compact, Integer.BYTES);
      return;
    }
    writeLength(value.remaining(), compact, Integer.BYTES);
    room(value.remaining()).put(value.duplicate());
  }

  /** The bytes from position to limit, without a length in front. */
  public void writeRemaining(ByteBuffer value) {
    room(value.remaining()).put(value.duplicate());
  }

  public void writeRecords(@Nullable Records value, boolean compact) {
    if (value == null) {
      writeLength(-1, compact, Integer.BYTES);
      return;
    }
    writeLength(value.sizeInBytes(), compact, Integer.BYTES);
    if (isSplicing) {
      splice(value);
    } else {
      copy(value);
    }
  }

  private void copy(Records records) {
    endMessage();
    switch (records) {
      case BufferRecords(ByteBuf batches, int index, int bytes) ->
          frame.writeBytes(batches, index, bytes);
      case FileRecords file -> file.readInto(frame);
    }
    look();
  }

  private void splice(Records records) {
    if (records instanceof BufferRecords(EmptyByteBuf _, int _, int _)) {
      return; // nothing to send, and nothing to release
    }
    if (splices == null) {
      splices = new ArrayList<>();
    }
    splices.add(new Splice(origin + view.position(), records));
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
    writeByte(present ? 1 : -1);
  }

  /** As {@link #writePresence}, for a struct in a tagged field. */
  public void writeTaggedPresence(boolean present) {
    writeUnsignedVarint(present ? 1 : 0);
  }

  private void writeLength(int length, boolean compact, int fixedBytes) {
    if (compact) {
      writeUnsignedVarint(length + 1);
    } else if (fixedBytes == Short.BYTES) {
      writeShort(length);
    } else {
      writeInt32(length);
    }
  }

  private void writeByte(int value) {
    room(Byte.BYTES).put((byte) value);
  }

  private void writeShort(int value) {
    room(Short.BYTES).putShort((short) value);
  }
}
