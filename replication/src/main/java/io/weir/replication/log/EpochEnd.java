package io.weir.replication.log;

/**
 * Where a leader epoch ended.
 *
 * @param leaderEpoch the largest epoch the log knows that is not after the asked one; -1 when it
 *     knows none
 * @param endOffset the offset after the epoch's last one; -1 when there is no such epoch
 */
public record EpochEnd(int leaderEpoch, long endOffset) {
  public static final EpochEnd UNDEFINED = new EpochEnd(-1, -1);

  public boolean isDefined() {
    return leaderEpoch >= 0;
  }
}
