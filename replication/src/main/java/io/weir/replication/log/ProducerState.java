package io.weir.replication.log;

import io.netty.buffer.ByteBuf;
import io.weir.protocol.record.BatchHeader;
import io.weir.protocol.record.TimestampType;

/**
 * What a log remembers of one idempotent producer: its epoch and its last five batches, which is
 * how many a client has under way at most. Confined to its {@link ProducerStates}.
 */
final class ProducerState {
  static final int WINDOW = 5;

  private final int[] firstSequences = new int[WINDOW];
  private final int[] lastOffsetDeltas = new int[WINDOW];
  private final long[] baseOffsets = new long[WINDOW];
  private final long[] appendTimesMs = new long[WINDOW];
  private int newest = -1;
  private int count;
  private short epoch;

  /** When a sweep first found nothing new since the one before. */
  long lastSeenMs;

  /** Whether anything was appended since the last sweep. */
  boolean seenSinceSweep = true;

  ProducerState(short epoch) {
    this.epoch = epoch;
  }

  short epoch() {
    return epoch;
  }

  int count() {
    return count;
  }

  /** Slot of the batch that came {@code age} batches before the newest. */
  private int slot(int age) {
    return (newest - age + WINDOW) % WINDOW;
  }

  int firstSequence(int age) {
    return firstSequences[slot(age)];
  }

  int lastOffsetDelta(int age) {
    return lastOffsetDeltas[slot(age)];
  }

  long baseOffset(int age) {
    return baseOffsets[slot(age)];
  }

  long appendTimeMs(int age) {
    return appendTimesMs[slot(age)];
  }

  /**
   * The sequence number that the producer's next batch begins with; 0 before the first of an epoch.
   */
  int nextSequence() {
    return count == 0 ? 0 : advance(firstSequence(0), lastOffsetDelta(0) + 1L);
  }

  /** Age of the batch with these sequence numbers; -1 when the window does not hold it. */
  int find(int firstSequence, int lastOffsetDelta) {
    for (int age = 0; age < count; age++) {
      if (firstSequence(age) == firstSequence && lastOffsetDelta(age) == lastOffsetDelta) {
        return age;
      }
    }
    return -1;
  }

  void append(ByteBuf buffer, int index) {
    short batchEpoch = BatchHeader.producerEpoch(buffer, index);
    if (batchEpoch != epoch) {
      epoch = batchEpoch;
      count = 0;
    }
    seenSinceSweep = true;
    if (BatchHeader.baseSequence(buffer, index) >= 0) {
      long appendTimeMs =
          BatchHeader.timestampType(buffer, index) == TimestampType.LOG_APPEND_TIME
              ? BatchHeader.maxTimestamp(buffer, index)
              : BatchHeader.NO_TIMESTAMP;
      add(
          BatchHeader.baseSequence(buffer, index),
          BatchHeader.lastOffsetDelta(buffer, index),
          BatchHeader.baseOffset(buffer, index),
          appendTimeMs);
    }
  }

  void add(int firstSequence, int lastOffsetDelta, long baseOffset, long appendTimeMs) {
    newest = (newest + 1) % WINDOW;
    firstSequences[newest] = firstSequence;
    lastOffsetDeltas[newest] = lastOffsetDelta;
    baseOffsets[newest] = baseOffset;
    appendTimesMs[newest] = appendTimeMs;
    count = Math.min(count + 1, WINDOW);
  }

  /** Sequence numbers go from 0 to 2^31-1 and then from 0 again. */
  static int advance(int sequence, long by) {
    return (int) ((sequence + by) & Integer.MAX_VALUE);
  }
}
