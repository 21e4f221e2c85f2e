package io.weir.replication;

import io.netty.buffer.ByteBuf;
import io.weir.protocol.record.BatchHeader;
import org.jspecify.annotations.Nullable;

/** Batches in a buffer, one after the other. Stateless. */
final class BatchChain {
  private BatchChain() {}

  /**
   * Checks what is to be stored on this node, or sent to another: that bits have not rotted, and
   * that nothing is missing.
   *
   * @param firstOffset where the first batch must begin
   * @return what is wrong, or null when all is well
   */
  static @Nullable String damage(ByteBuf bytes, long firstOffset) {
    long expected = firstOffset;
    int index = bytes.readerIndex();
    int end = bytes.writerIndex();
    while (index < end) {
      int left = end - index;
      if (left < BatchHeader.SIZE) {
        return left + " bytes are left after offset " + expected;
      }
      long size = (long) BatchHeader.batchLength(bytes, index) + BatchHeader.LENGTH_OVERHEAD;
      if (size < BatchHeader.SIZE || size > left) {
        return "a batch of " + size + " bytes where " + left + " are left, at offset " + expected;
      }
      if (BatchHeader.magic(bytes, index) != BatchHeader.MAGIC
          || !BatchHeader.isCrcValid(bytes, index)) {
        return "the batch at offset " + expected + " fails its checksum";
      }
      if (BatchHeader.baseOffset(bytes, index) != expected
          || BatchHeader.lastOffsetDelta(bytes, index) < 0) {
        return "offset "
            + BatchHeader.baseOffset(bytes, index)
            + " where "
            + expected
            + " was expected";
      }
      expected = BatchHeader.nextOffset(bytes, index);
      index += (int) size;
    }
    return null;
  }

  /**
   * Makes a sound chain begin at a later offset, as far as its first batch is a filler that covers
   * it: compaction may have merged what the receiver has with what it lacks.
   *
   * @return why that cannot be, or null when it is done
   */
  static @Nullable String beginAt(ByteBuf bytes, long offset) {
    int first = bytes.readerIndex();
    if (!BatchHeader.isFiller(bytes, first)
        || offset < BatchHeader.baseOffset(bytes, first)
        || offset >= BatchHeader.nextOffset(bytes, first)) {
      return "offset " + offset + " lies within a batch";
    }
    BatchHeader.shortenFiller(bytes, first, offset);
    return null;
  }

  /** Offset after the last record; the chain is well-formed and not empty. */
  static long nextOffset(ByteBuf bytes) {
    int index = bytes.readerIndex();
    int last = index;
    while (index < bytes.writerIndex()) {
      last = index;
      index += BatchHeader.sizeInBytes(bytes, index);
    }
    return BatchHeader.nextOffset(bytes, last);
  }

  /**
   * Gives all batches their place in the log.
   *
   * @return the offset after the last record
   */
  static long assign(ByteBuf bytes, long baseOffset, int leaderEpoch) {
    long next = baseOffset;
    for (int index = bytes.readerIndex(); index < bytes.writerIndex(); ) {
      BatchHeader.assignOffsets(bytes, index, next, leaderEpoch);
      next = BatchHeader.nextOffset(bytes, index);
      index += BatchHeader.sizeInBytes(bytes, index);
    }
    return next;
  }
}
