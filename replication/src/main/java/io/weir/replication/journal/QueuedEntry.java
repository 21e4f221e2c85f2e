package io.weir.replication.journal;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * An entry on its way to the disk. Owns its bytes.
 *
 * @param first base offset, offset or settled ticket, as the type has it
 * @param end of an append, exclusive
 * @param bytes of an append, else null
 */
record QueuedEntry(
    JournaledLog log, byte type, long ticket, long first, long end, @Nullable ByteBuf bytes) {
  /** More than any entry takes beside its name and batches. */
  private static final int FIXED_BYTES = 40;

  /** At least as much as {@link #writeTo} writes. */
  int maxBytes() {
    return FIXED_BYTES + 3 * log.name().length() + payloadBytes();
  }

  int payloadBytes() {
    return bytes == null ? 0 : bytes.readableBytes();
  }

  void writeTo(ByteBuf run) {
    byte[] name = log.name().getBytes(StandardCharsets.UTF_8);
    run.writeByte(type).writeLong(ticket).writeShort(name.length).writeBytes(name);
    if (bytes != null) {
      run.writeLong(first).writeLong(end).writeInt(bytes.readableBytes());
      run.writeBytes(bytes, bytes.readerIndex(), bytes.readableBytes());
    } else if (type != RunFormat.DELETED) {
      run.writeLong(first);
    }
  }

  /** Whether the log's own files have to catch up with it before it may go. */
  boolean hasToSettle() {
    return type == RunFormat.APPEND || type == RunFormat.TRUNCATE || type == RunFormat.START_OVER;
  }

  void release() {
    if (bytes != null) {
      bytes.release();
    }
  }
}
