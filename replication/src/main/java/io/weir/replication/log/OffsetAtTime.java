package io.weir.replication.log;

/**
 * An offset that was found by its time.
 *
 * @param offset -1 when there is none
 * @param timestampMs of the record at that offset; -1 when unknown or none
 * @param leaderEpoch of the batch that holds the offset; -1 when unknown or none
 */
public record OffsetAtTime(long offset, long timestampMs, int leaderEpoch) {
  public static final OffsetAtTime NONE = new OffsetAtTime(-1, -1, -1);
}
