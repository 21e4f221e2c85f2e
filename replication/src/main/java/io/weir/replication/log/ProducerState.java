package io.weir.replication.log;

import io.netty.buffer.ByteBuf;
import io.weir.protocol.record.BatchHeader;
import io.weir.protocol.record.TimestampType;

/**
 * What a log remembers of one idempotent producer: its epoch, its last five batches, which is how
 * many a client has under way at most, and its open transaction. Confined to its {@link
 * ProducerStates}.
 */
final class ProducerState {
  static final int WINDOW = 5;
  static final long NO_TRANSACTION = -1;

  private final int[] firstSequences = new int[WINDOW];
  private final int[] lastOffsetDeltas = new int[WINDOW];
  private final long[] baseOffsets = new long[WINDOW];
  private final long[] appendTimesMs = new long[WINDOW];
  private int newest = -1;
  private int count;
  private short epoch;
  private int coordinatorEpoch = -1;
  private long transactionStart = NO_TRANSACTION;
  private long lastTimestampMs = BatchHeader.NO_TIMESTAMP;

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

  /** Of the last marker that ended a transaction; -1 when there was none. */
  int coordinatorEpoch() {
    return coordinatorEpoch;
  }

  /** Offset of the first record of the open transaction; {@link #NO_TRANSACTION} for none. */
  long transactionStart() {
    return transactionStart;
  }

  boolean inTransaction() {
    return transactionStart != NO_TRANSACTION;
  }

  /** Timestamp of the last batch or marker; -1 when unknown. */
  long lastTimestampMs() {
    return lastTimestampMs;
  }

  /** Sequence number of the last record; -1 when unknown. */
  int lastSequence() {
    return count == 0 ? BatchHeader.NO_SEQUENCE : advance(firstSequence(0), lastOffsetDelta(0));
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

  /** Takes note of a batch of records. */
  void append(ByteBuf buffer, int index) {
    note(BatchHeader.producerEpoch(buffer, index), BatchHeader.maxTimestamp(buffer, index));
    if (BatchHeader.isTransactional(buffer, index) && !inTransaction()) {
      transactionStart = BatchHeader.baseOffset(buffer, index);
    }
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

  /**
   * Takes note of a marker.
   *
   * @return where the transaction began that it ends; {@link #NO_TRANSACTION} when none was open
   */
  long end(EndMarker marker, short markerEpoch, long timestampMs) {
    note(markerEpoch, timestampMs);
    coordinatorEpoch = marker.coordinatorEpoch();
    long start = transactionStart;
    transactionStart = NO_TRANSACTION;
    return start;
  }

  private void note(short batchEpoch, long timestampMs) {
    if (batchEpoch != epoch) {
      epoch = batchEpoch;
      count = 0;
    }
    lastTimestampMs = timestampMs;
    seenSinceSweep = true;
  }

  void restore(int lastCoordinatorEpoch, long openTransactionStart, long timestampMs) {
    coordinatorEpoch = lastCoordinatorEpoch;
    transactionStart = openTransactionStart;
    lastTimestampMs = timestampMs;
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
