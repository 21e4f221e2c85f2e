package io.weir.replication.core;

/**
 * Where a leader epoch ends in a log. Immutable.
 *
 * @param epoch -1 when the log has no epoch that answers the question
 * @param endOffset start of the next epoch, or the log's end for its latest; -1 with epoch -1
 */
public record EpochBoundary(int epoch, long endOffset) {
  /** The log has no such epoch. */
  public static final EpochBoundary NONE = new EpochBoundary(-1, -1);

  public boolean isKnown() {
    return epoch >= 0;
  }
}
