package io.weir.replication.core;

/**
 * What a leader knows about one follower within its epoch.
 *
 * <pre>
 *   unknown ── consistent Follow ──► following ── Ack ──► following
 *      ▲                                 │
 *      └── stream ended, other Follow ───┘
 * </pre>
 *
 * While unknown its log end is -1 and it holds the high watermark back if it is in sync. Confined
 * to the partition's owner.
 */
public final class FollowerProgress {
  private final int nodeId;
  private long streamId = -1;
  private int followId = -1;
  private ReplicaEnd end = ReplicaEnd.UNKNOWN;
  private long logStartOffset = -1;
  private SendWindow window = new SendWindow(0, 0);

  /** The leader's log end when the follower was last measured, and the time of that. */
  private long markOffset;

  private long markMs;
  private long lastCaughtUpMs;
  private boolean lostRecords;

  FollowerProgress(int nodeId, long nowMs) {
    this.nodeId = nodeId;
    this.lastCaughtUpMs = nowMs;
  }

  public int nodeId() {
    return nodeId;
  }

  /** The stream that the follower follows by; meaningless while it does not follow. */
  public long streamId() {
    return streamId;
  }

  /** The follow id that answers must carry; meaningless while it does not follow. */
  public int followId() {
    return followId;
  }

  public boolean isFollowing() {
    return end.appended() >= 0;
  }

  /** Log end that the follower acknowledged in this epoch, by this stream; -1 while unknown. */
  public long logEndOffset() {
    return end.appended();
  }

  /** How far it is, as it said in this epoch, by this stream. */
  ReplicaEnd end() {
    return end;
  }

  /** Where its log starts, as it said in this epoch, by this stream; -1 while unknown. */
  long logStartOffset() {
    return logStartOffset;
  }

  /** What is under way; only while following. */
  public SendWindow window() {
    return window;
  }

  boolean lostRecords() {
    return lostRecords;
  }

  boolean isLagging(long nowMs, long lagTimeMaxMs) {
    return nowMs - lastCaughtUpMs > lagTimeMaxMs;
  }

  void forget() {
    end = ReplicaEnd.UNKNOWN;
    logStartOffset = -1;
  }

  void begin(long newStreamId, int newFollowId, ReplicaEnd followerEnd, int windowBytes) {
    streamId = newStreamId;
    followId = newFollowId;
    end = followerEnd;
    window = new SendWindow(windowBytes, followerEnd.appended());
  }

  boolean isCurrent(long ackStreamId, int ackFollowId) {
    return isFollowing() && streamId == ackStreamId && followId == ackFollowId;
  }

  void acknowledge(ReplicaEnd followerEnd) {
    end = end.furthest(followerEnd);
    window.onAcknowledged(end.appended());
  }

  void startsAt(long offset) {
    logStartOffset = offset;
  }

  void noteLostRecords(boolean lost) {
    lostRecords = lost;
  }

  void grantTime(long nowMs) {
    lastCaughtUpMs = nowMs;
  }

  /**
   * Measures the follower against the leader's log end. It is caught up now if it has all; it was
   * caught up at the last measurement if it has all that the leader had then.
   */
  void measure(long leaderEnd, long nowMs) {
    if (!isFollowing()) {
      return;
    }
    if (end.appended() >= leaderEnd) {
      lastCaughtUpMs = nowMs;
    } else if (end.appended() >= markOffset) {
      lastCaughtUpMs = Math.max(lastCaughtUpMs, markMs);
    } else {
      return;
    }
    markOffset = leaderEnd;
    markMs = nowMs;
  }
}
