package io.weir.replication.core;

/**
 * Following one leader in one epoch. Decides only; confined to the partition's owner.
 *
 * <pre>
 *   DETACHED ── stream opened ──► ASKED ── first frame of this follow id ──► FOLLOWING
 *      ▲                          │  ▲                                          │
 *      └────── stream ended ──────┘  └── truncated, gap, damage: ask again ─────┘
 * </pre>
 *
 * Invariant: only frames of the current leader epoch and the latest follow id touch the log.
 */
public final class FollowerCore {
  /** Where a follower stands towards its leader. */
  public enum State {
    DETACHED,
    ASKED,
    FOLLOWING
  }

  /** What to do with batches that arrived. */
  public enum OnBatches {
    /** They continue the log. */
    APPEND,
    /** They belong to an earlier epoch, stream or question. */
    DROP,
    /** Something is missing before them: ask to follow anew. */
    ASK_AGAIN
  }

  private final int leader;
  private final int leaderEpoch;
  private State state = State.DETACHED;
  private long streamId = -1;
  private int followId;

  public FollowerCore(int leader, int leaderEpoch) {
    this.leader = leader;
    this.leaderEpoch = leaderEpoch;
  }

  public int leader() {
    return leader;
  }

  public int leaderEpoch() {
    return leaderEpoch;
  }

  public State state() {
    return state;
  }

  /** The stream in use; meaningless while detached. */
  public long streamId() {
    return streamId;
  }

  /** The id that the latest question carries, and that answers must carry. */
  public int followId() {
    return followId;
  }

  /** A stream to the leader is there. */
  public void onStreamOpened(long newStreamId) {
    streamId = newStreamId;
    state = State.DETACHED;
  }

  /** The stream is gone; a stream that was replaced before does not matter. */
  public void onStreamEnded(long endedStreamId) {
    if (streamId == endedStreamId) {
      streamId = -1;
      state = State.DETACHED;
    }
  }

  /**
   * A question is about to be sent; everything under way until now is void.
   *
   * @return the follow id that it carries
   */
  public int ask() {
    if (streamId < 0) {
      throw new IllegalStateException("no stream to ask by");
    }
    state = State.ASKED;
    followId++;
    return followId;
  }

  public boolean hasStream() {
    return streamId >= 0;
  }

  /** Whether a frame answers the latest question. The first that does makes this follow. */
  public boolean accepts(long frameStreamId, int frameLeaderEpoch, int frameFollowId) {
    return state != State.DETACHED
        && frameStreamId == streamId
        && frameLeaderEpoch == leaderEpoch
        && frameFollowId == followId;
  }

  /**
   * Batches came.
   *
   * @param baseOffset of the first batch
   * @param nextOffset where the own log, with what is staged, ends
   */
  public OnBatches onBatches(
      long frameStreamId,
      int frameLeaderEpoch,
      int frameFollowId,
      long baseOffset,
      long nextOffset) {
    if (!accepts(frameStreamId, frameLeaderEpoch, frameFollowId)) {
      return OnBatches.DROP;
    }
    state = State.FOLLOWING;
    return baseOffset == nextOffset ? OnBatches.APPEND : OnBatches.ASK_AGAIN;
  }

  /**
   * Where to truncate, so that nothing stays that the leader does not have.
   *
   * @param leaders where the leader's largest epoch not above our last one ends
   * @return at least the log's start, at most its end
   */
  public static long truncationPoint(EpochBoundary leaders, LogView log) {
    EpochBoundary own = log.endOffsetOf(leaders.epoch());
    long common = own.isKnown() ? Math.min(own.endOffset(), leaders.endOffset()) : 0;
    return Math.clamp(common, log.logStartOffset(), log.logEndOffset());
  }

  /**
   * The high watermark to believe.
   *
   * @param known the one believed until now
   * @param leaders the leader's
   * @return never above the own log end, and not behind the known one
   */
  public static long watermark(long known, long leaders, long logEndOffset) {
    return Math.max(Math.min(known, logEndOffset), Math.min(leaders, logEndOffset));
  }
}
