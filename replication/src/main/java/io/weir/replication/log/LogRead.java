package io.weir.replication.log;

import io.weir.protocol.record.FileRecords;

/** What a read of a log gives. */
public sealed interface LogRead {
  /**
   * Whole batches, at least one.
   *
   * @param records the receiver releases them, on whatever thread
   * @param firstOffset base offset of the first batch: the asked offset or, where that lies inside
   *     a batch, one before it
   * @param nextOffset the offset after the last batch: where to go on
   */
  record Slice(FileRecords records, long firstOffset, long nextOffset) implements LogRead {}

  /** Nothing there yet below the given bound, or nothing that fits the given size. */
  record Empty() implements LogRead {}

  /** The asked offset lies before the log's start or after its end. */
  record OutOfRange() implements LogRead {}

  /** The one instance that is needed. */
  LogRead EMPTY = new Empty();

  /** The one instance that is needed. */
  LogRead OUT_OF_RANGE = new OutOfRange();
}
