package io.weir.replication.core;

/**
 * How far a replica is. Immutable.
 *
 * @param appended its log end
 * @param flushed all before it is on disk; at most {@code appended}, and not used where what is
 *     appended counts
 */
public record ReplicaEnd(long appended, long flushed) {
  /** A replica of which nothing is known. */
  static final ReplicaEnd UNKNOWN = new ReplicaEnd(-1, -1);

  public ReplicaEnd {
    flushed = Math.min(flushed, appended);
  }

  /** A replica of which nothing is known to be on disk. */
  public static ReplicaEnd appended(long logEndOffset) {
    return new ReplicaEnd(logEndOffset, 0);
  }

  ReplicaEnd furthest(ReplicaEnd other) {
    return new ReplicaEnd(Math.max(appended, other.appended), Math.max(flushed, other.flushed));
  }

  long counting(boolean flushedCounts) {
    return flushedCounts ? flushed : appended;
  }
}
