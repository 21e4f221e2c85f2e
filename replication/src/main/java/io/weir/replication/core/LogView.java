package io.weir.replication.core;

/**
 * What the cores want to know of a log. Its methods have no effect; confined to the log's owner.
 */
public interface LogView {
  /** First offset kept. */
  long logStartOffset();

  /** Offset that the next record will get; all before it is written. */
  long logEndOffset();

  /** Epoch of the last record, -1 in a log without records. */
  int latestEpoch();

  /** Where the largest epoch that is not above {@code leaderEpoch} ends in this log. */
  EpochBoundary endOffsetOf(int leaderEpoch);
}
