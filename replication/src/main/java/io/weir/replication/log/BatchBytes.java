package io.weir.replication.log;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.weir.protocol.record.BatchHeader;
import io.weir.protocol.record.FileRecords;
import java.io.IOException;

/**
 * Brings batches from a segment's file into memory: for a follower that is behind, or a coordinator
 * that loads its state. Each is held against its CRC-32C on the way, so that what has rotted on
 * disk is not passed on. Stateless; any thread that may wait for the disk.
 */
public final class BatchBytes {
  private BatchBytes() {}

  /**
   * Reads a slice, and releases it in any case.
   *
   * @return whole batches; the caller releases them
   * @throws LogFailure when they cannot be read, or are not what was written
   */
  public static ByteBuf load(FileRecords records, ByteBufAllocator allocator) {
    ByteBuf bytes = allocator.buffer(records.sizeInBytes());
    boolean loaded = false;
    try {
      fill(bytes, records);
      check(bytes);
      loaded = true;
      return bytes;
    } catch (IOException e) {
      throw new LogFailure("a segment cannot be read: " + e, e);
    } finally {
      records.release();
      if (!loaded) {
        bytes.release();
      }
    }
  }

  private static void fill(ByteBuf bytes, FileRecords records) throws IOException {
    while (bytes.readableBytes() < records.sizeInBytes()) {
      int done = bytes.readableBytes();
      int left = records.sizeInBytes() - done;
      if (bytes.writeBytes(records.channel(), records.position() + done, left) < 0) {
        throw new IOException("the file ends before byte " + (records.position() + done + left));
      }
    }
  }

  private static void check(ByteBuf bytes) {
    int end = bytes.writerIndex();
    for (int index = 0; index < end; index += BatchHeader.sizeInBytes(bytes, index)) {
      if (!isWhole(bytes, index, end) || !BatchHeader.isCrcValid(bytes, index)) {
        throw new LogFailure(
            "damaged on disk: the batch %d bytes into a slice of %d".formatted(index, end));
      }
    }
  }

  private static boolean isWhole(ByteBuf bytes, int index, int end) {
    return end - index >= BatchHeader.SIZE
        && BatchHeader.batchLength(bytes, index) >= BatchHeader.SIZE - BatchHeader.LENGTH_OVERHEAD
        && BatchHeader.batchLength(bytes, index) <= end - index - BatchHeader.LENGTH_OVERHEAD;
  }
}
