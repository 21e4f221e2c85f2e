package io.weir.replication.log;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.weir.protocol.record.BatchHeader;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Reads a segment's log from its first byte and believes nothing: each batch's length, format,
 * CRC-32C, offsets and leader epoch are checked (an older epoch after a newer one is left over from
 * before a truncation), and the walk ends at the first that is not in order. Takes the same memory
 * whatever the file says. Confined to its user; one serves all segments of a log.
 */
final class SegmentRecovery {
  private static final int BLOCK_BYTES = 256 * 1024;
  private static final int CRC_START = 21;

  private final ByteBuffer block = ByteBuffer.allocate(BLOCK_BYTES);
  private final ByteBuf bytes = Unpooled.wrappedBuffer(block.array());
  private int blockStart;
  private int blockEnd;

  /** Of the batches so far, in whichever segment. */
  private int latestEpoch = Integer.MIN_VALUE;

  /** Receives each good batch; only its header is sure to be in the buffer. */
  @FunctionalInterface
  interface BatchVisitor {
    void batch(ByteBuf buffer, int index);
  }

  /**
   * Adds all good batches to a segment that was opened for it, and cuts nothing.
   *
   * @param endOffset where the next segment begins, so that what follows a batch that ends there
   *     was cut off; -1 for the last segment
   * @return what is wrong with the bytes after the last good batch; null when there are none
   */
  @Nullable String scan(
      LogSegment segment, long endOffset, int indexIntervalBytes, BatchVisitor visitor)
      throws IOException {
    FileChannel channel = segment.channel();
    long end = channel.size();
    if (end > Integer.MAX_VALUE) {
      return "a segment of %d bytes".formatted(end);
    }
    blockStart = 0;
    blockEnd = 0;
    for (int position = 0; position < end; position = segment.sizeInBytes()) {
      if (segment.nextOffset() == endOffset) {
        return null;
      }
      int available = (int) end - position;
      if (available < BatchHeader.SIZE) {
        return "%d bytes, which are no whole batch".formatted(available);
      }
      int index = load(channel, position, BatchHeader.SIZE, available);
      String damage = headerDamage(index, available, segment.nextOffset());
      if (damage == null && !isCrcValid(channel, position, available)) {
        damage = "a batch whose CRC-32C does not match its bytes";
      }
      if (damage != null) {
        return damage;
      }
      index = load(channel, position, BatchHeader.SIZE, available);
      int epoch = BatchHeader.partitionLeaderEpoch(bytes, index);
      if (epoch < latestEpoch) {
        return "a batch of epoch %d after one of epoch %d".formatted(epoch, latestEpoch);
      }
      latestEpoch = epoch;
      segment.add(bytes, index, indexIntervalBytes);
      visitor.batch(bytes, index);
    }
    return null;
  }

  private @Nullable String headerDamage(int index, int available, long expectedOffset) {
    int length = BatchHeader.batchLength(bytes, index);
    if (length < BatchHeader.SIZE - BatchHeader.LENGTH_OVERHEAD
        || length > available - BatchHeader.LENGTH_OVERHEAD) {
      return "a batch with a length of %d where %d bytes are left".formatted(length, available);
    }
    if (BatchHeader.magic(bytes, index) != BatchHeader.MAGIC) {
      return "a batch of format %d".formatted(BatchHeader.magic(bytes, index));
    }
    if (BatchHeader.baseOffset(bytes, index) != expectedOffset) {
      return "a batch with offset %d".formatted(BatchHeader.baseOffset(bytes, index));
    }
    return BatchHeader.lastOffsetDelta(bytes, index) < 0
        ? "a batch with a last offset delta of " + BatchHeader.lastOffsetDelta(bytes, index)
        : null;
  }

  private boolean isCrcValid(FileChannel channel, int position, int available) throws IOException {
    int index = load(channel, position, BatchHeader.SIZE, available);
    int stored = BatchHeader.crc(bytes, index);
    int batchEnd = position + BatchHeader.sizeInBytes(bytes, index);
    CRC32C crc = new CRC32C();
    int next = position + CRC_START;
    while (next < batchEnd) {
      int from = load(channel, next, 1, position + available - next);
      int count = Math.min(blockEnd, batchEnd) - next;
      crc.update(block.array(), from, count);
      next += count;
    }
    return (int) crc.getValue() == stored;
  }

  /**
   * Sees to it that bytes of the file are in the block.
   *
   * @param available bytes of the file from the position on
   * @return index in the block of the byte at the position
   */
  private int load(FileChannel channel, int position, int count, int available) throws IOException {
    if (position < blockStart || position + count > blockEnd) {
      block.clear().limit(Math.min(BLOCK_BYTES, available));
      blockStart = position;
      while (block.hasRemaining()) {
        if (channel.read(block, position + (long) block.position()) < 0) {
          throw new EOFException("the file became shorter while it was read");
        }
      }
      blockEnd = position + block.limit();
    }
    return position - blockStart;
  }
}
