package io.weir.replication.log;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.weir.protocol.record.BatchHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/**
 * Walks over the batches of a segment by their headers alone, a block of the file at a time; of
 * control batches, which are small, the record is there as well. For bytes that have been checked
 * before; what cannot be a batch all the same ends in a {@link LogFailure}. Confined to its user.
 */
final class HeaderScanner {
  private static final int BLOCK_BYTES = 8 * 1024;

  private final FileChannel channel;
  private final int end;
  private final ByteBuffer block = ByteBuffer.allocate(BLOCK_BYTES);
  private final ByteBuf header = Unpooled.wrappedBuffer(block.array());
  private int blockPosition;
  private int nextPosition;
  private int position = -1;

  /**
   * @param position where a batch begins
   * @param end where the last batch ends
   */
  HeaderScanner(FileChannel channel, int position, int end) {
    this.channel = channel;
    this.nextPosition = position;
    this.end = end;
    this.blockPosition = position;
    block.limit(0);
  }

  /** Moves to the next batch; false at the end. */
  boolean next() throws IOException {
    if (nextPosition >= end) {
      return false;
    }
    position = nextPosition;
    if (end - position < BatchHeader.SIZE) {
      throw damaged("%d bytes are not a batch".formatted(end - position));
    }
    if (position + BatchHeader.SIZE > blockPosition + block.limit()) {
      fill();
    }
    int length = BatchHeader.batchLength(header, index());
    if (length < BatchHeader.SIZE - BatchHeader.LENGTH_OVERHEAD
        || length > end - position - BatchHeader.LENGTH_OVERHEAD) {
      throw damaged("a batch with a length of " + length);
    }
    nextPosition = position + length + BatchHeader.LENGTH_OVERHEAD;
    if (BatchHeader.isControl(header, index()) && nextPosition > blockPosition + block.limit()) {
      fill();
    }
    return true;
  }

  private void fill() throws IOException {
    block.clear().limit(Math.min(BLOCK_BYTES, end - position));
    blockPosition = position;
    while (block.hasRemaining()) {
      if (channel.read(block, blockPosition + block.position()) < 0) {
        throw damaged("the file ends before byte " + end);
      }
    }
  }

  private LogFailure damaged(String what) {
    return new LogFailure("at byte %d of a segment: %s".formatted(position, what));
  }

  /**
   * Holds the current batch's header, from {@link #index} on; all of a control batch unless it is
   * larger than a block.
   */
  ByteBuf buffer() {
    return header;
  }

  int index() {
    return position - blockPosition;
  }

  int position() {
    return position;
  }

  int sizeInBytes() {
    return nextPosition - position;
  }

  long baseOffset() {
    return BatchHeader.baseOffset(header, index());
  }

  long nextOffset() {
    return BatchHeader.nextOffset(header, index());
  }

  BatchLocation location() {
    return new BatchLocation(baseOffset(), nextOffset(), position, sizeInBytes());
  }
}
