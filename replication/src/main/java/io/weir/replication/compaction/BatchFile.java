package io.weir.replication.compaction;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.weir.protocol.record.BatchHeader;
import io.weir.protocol.record.FileRecords;
import java.io.EOFException;
import java.io.IOException;

/**
 * Reads a segment batch by batch, each whole and with its CRC checked, since what is built anew
 * from a damaged batch would look sound. Confined to its user.
 */
final class BatchFile implements AutoCloseable {
  private final FileRecords records;
  private final Throttle throttle;
  private final int chunkBytes;
  private ByteBuf block;
  private int blockPosition;
  private int position;
  private int size;

  /**
   * @param chunkBytes that are read at once, but for larger batches
   */
  BatchFile(FileRecords records, int chunkBytes, Throttle throttle) {
    this.records = records;
    this.chunkBytes = chunkBytes;
    this.throttle = throttle;
    this.block = ByteBufAllocator.DEFAULT.directBuffer(chunkBytes);
  }

  /**
   * Moves to the next batch; false at the end.
   *
   * @throws DamagedLogException when there is no sound batch
   */
  boolean next() throws IOException {
    position += size;
    if (position == records.sizeInBytes()) {
      return false;
    }
    load(BatchHeader.SIZE);
    long length = (long) BatchHeader.batchLength(block, index()) + BatchHeader.LENGTH_OVERHEAD;
    if (length < BatchHeader.SIZE || length > records.sizeInBytes() - position) {
      throw new DamagedLogException("a batch of %d bytes at byte %d".formatted(length, position));
    }
    size = (int) length;
    load(size);
    if (!BatchHeader.isCrcValid(block, index())) {
      throw new DamagedLogException(
          "the batch at offset %d fails its checksum"
              .formatted(BatchHeader.baseOffset(block, index())));
    }
    return true;
  }

  private void load(int bytes) throws IOException {
    if (bytes > records.sizeInBytes() - position) {
      throw new DamagedLogException("a segment ends within a batch, at byte " + position);
    }
    if (position >= blockPosition && index() + bytes <= block.writerIndex()) {
      return;
    }
    int wanted = Math.min(Math.max(bytes, chunkBytes), records.sizeInBytes() - position);
    block.clear();
    block.ensureWritable(wanted);
    throttle.passed(wanted);
    blockPosition = position;
    while (block.writerIndex() < wanted) {
      int from = position + block.writerIndex();
      if (block.writeBytes(
              records.channel(), records.position() + from, wanted - block.writerIndex())
          < 0) {
        throw new EOFException("the file ends at byte " + from);
      }
    }
  }

  ByteBuf buffer() {
    return block;
  }

  int index() {
    return position - blockPosition;
  }

  @Override
  public void close() {
    block.release();
  }
}
