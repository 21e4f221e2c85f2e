package io.weir.replication.log;

import io.netty.buffer.ByteBuf;
import io.weir.protocol.record.BatchHeader;
import java.util.Arrays;

/**
 * Batches that are to be written in the next round, each following on the one before in offsets and
 * leader epochs. Owns their buffers until they are released. Confined to the partition's loop.
 */
final class StagedBatches {
  private ByteBuf[] buffers = new ByteBuf[16];
  private int count;
  private long nextOffset;
  private int leaderEpoch;

  /** Starts from what is in the log; nothing may be staged. */
  void follow(long logEndOffset, int latestEpoch) {
    nextOffset = logEndOffset;
    leaderEpoch = latestEpoch;
  }

  /** The offset after the last staged batch. */
  long nextOffset() {
    return nextOffset;
  }

  int count() {
    return count;
  }

  ByteBuf buffer(int i) {
    return buffers[i];
  }

  /** Batches of an older epoch than this are no longer taken. */
  void raiseEpoch(int epoch) {
    leaderEpoch = Math.max(leaderEpoch, epoch);
  }

  /**
   * Takes over all readable bytes of a buffer.
   *
   * @throws IllegalArgumentException when they are not whole batches that follow on; then nothing
   *     is taken
   */
  void add(ByteBuf batches) {
    long expected = nextOffset;
    int epoch = leaderEpoch;
    int end = batches.writerIndex();
    for (int index = batches.readerIndex();
        index < end;
        index += BatchHeader.sizeInBytes(batches, index)) {
      if (!isWhole(batches, index, end)) {
        throw new IllegalArgumentException("not a whole batch is to be appended at " + expected);
      }
      long baseOffset = BatchHeader.baseOffset(batches, index);
      int batchEpoch = BatchHeader.partitionLeaderEpoch(batches, index);
      if (baseOffset != expected || batchEpoch < epoch) {
        throw new IllegalArgumentException(
            "offset %d of epoch %d is to be appended where offset %d of epoch %d or later follows"
                .formatted(baseOffset, batchEpoch, expected, epoch));
      }
      expected = BatchHeader.nextOffset(batches, index);
      epoch = batchEpoch;
    }
    if (count == buffers.length) {
      buffers = Arrays.copyOf(buffers, count * 2);
    }
    buffers[count++] = batches;
    nextOffset = expected;
    leaderEpoch = epoch;
  }

  private static boolean isWhole(ByteBuf batches, int index, int end) {
    int available = end - index;
    return available >= BatchHeader.SIZE
        && BatchHeader.batchLength(batches, index) >= BatchHeader.SIZE - BatchHeader.LENGTH_OVERHEAD
        && BatchHeader.batchLength(batches, index) <= available - BatchHeader.LENGTH_OVERHEAD;
  }

  /** Gives the buffers back, written or not. */
  @SuppressWarnings("NullAway") // slots past the count are never read; null lets the buffers go
  void release() {
    for (int i = 0; i < count; i++) {
      buffers[i].release();
    }
    Arrays.fill(buffers, 0, count, null);
    count = 0;
  }
}
