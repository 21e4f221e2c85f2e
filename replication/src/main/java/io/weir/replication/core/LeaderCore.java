package io.weir.replication.core;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One leadership of one partition, from its election until the next epoch: who follows how far, the
 * in-sync set and the high watermark. Decides only; confined to the partition's owner, who tells it
 * what happened and then asks for {@link #highWatermark()} and {@link #nextProposal}.
 *
 * <p>Invariants:
 *
 * <ul>
 *   <li>highWatermark ≤ logEndOffset, and it never goes back.
 *   <li>It advances to an offset only when every replica of the in-sync set as written, and every
 *       one of an expansion that is or may be written, has said in this epoch that its log reaches
 *       there (where flushed counts: is on disk up to there), and the set as written has the
 *       effective minimum.
 *   <li>At most one proposal is unanswered.
 * </ul>
 */
public final class LeaderCore {
  /** Pause after a proposal whose fate is unknown. */
  static final long RETRY_MS = 200;

  /** Pause after a refusal, unless newer metadata comes first. */
  static final long REFUSED_PAUSE_MS = 1_000;

  private final long lagTimeMaxMs;
  private final int windowBytes;
  private final long epochStartOffset;
  private final Map<Integer, FollowerProgress> followers = new HashMap<>();

  private Leadership leadership;
  private long logEndOffset;
  private long flushedEndOffset;
  private long highWatermark;

  private @Nullable Proposal pending;

  /** Replicas of proposals whose fate is unknown: they may be in sync as far as others know. */
  private final Set<Integer> perhapsInSync = new HashSet<>();

  private long proposeNotBeforeMs;
  private long lastLookMs;

  /**
   * Takes over.
   *
   * @param windowBytes how much may be under way to a follower
   * @param logEndOffset where the new epoch starts
   * @param highWatermark the one known from before; at most the log end is believed
   */
  public LeaderCore(
      Leadership leadership,
      long lagTimeMaxMs,
      int windowBytes,
      long logEndOffset,
      long highWatermark,
      long nowMs) {
    this.leadership = leadership;
    this.lagTimeMaxMs = lagTimeMaxMs;
    this.windowBytes = windowBytes;
    this.epochStartOffset = logEndOffset;
    this.logEndOffset = logEndOffset;
    this.highWatermark = Math.min(highWatermark, logEndOffset);
    this.proposeNotBeforeMs = nowMs;
    this.lastLookMs = nowMs;
    admitReplicas(nowMs);
    advance();
  }

  public Leadership leadership() {
    return leadership;
  }

  /** First offset that is not known to be on all replicas in sync. */
  public long highWatermark() {
    return highWatermark;
  }

  /** Where this leadership began; everything from there on was appended by this leader. */
  public long epochStartOffset() {
    return epochStartOffset;
  }

  /** Whether as many replicas are in sync, as written, as acks=all asks for. */
  public boolean enoughInSync() {
    return leadership.enoughInSync();
  }

  /** All other replicas, following or not. Not to be changed. */
  public Collection<FollowerProgress> followers() {
    return followers.values();
  }

  /** The follower, or null when the node is no other replica. */
  public @Nullable FollowerProgress follower(int nodeId) {
    return followers.get(nodeId);
  }

  /** Records were written to the leader's own log. */
  public void onAppended(long newLogEndOffset, long nowMs) {
    if (newLogEndOffset < logEndOffset) {
      throw new IllegalArgumentException(
          "a leader's log end went from " + logEndOffset + " back to " + newLogEndOffset);
    }
    for (FollowerProgress follower : followers.values()) {
      follower.measure(logEndOffset, nowMs);
    }
    logEndOffset = newLogEndOffset;
    advance();
  }

  /**
   * All before the offset is on the leader's own disk. Not to be called with less than before in
   * one epoch: a leader never truncates.
   */
  public void onFlushed(long newFlushedEndOffset) {
    flushedEndOffset = Math.min(newFlushedEndOffset, logEndOffset);
    advance();
  }

  /**
   * A follower asks to follow, in this leader's epoch. Voids all that was known about it.
   *
   * @param followerEnd how far it is
   * @param followerLastEpoch epoch of its last record, -1 for none
   */
  public FollowVerdict onFollow(
      int nodeId,
      long streamId,
      int followId,
      ReplicaEnd followerEnd,
      int followerLastEpoch,
      LogView log,
      long nowMs) {
    FollowerProgress follower = followers.get(nodeId);
    if (follower == null) {
      return new FollowVerdict.NotAReplica();
    }
    follower.forget();
    FollowVerdict verdict = compare(followerEnd.appended(), followerLastEpoch, log);
    if (verdict instanceof FollowVerdict.Begin) {
      follower.begin(streamId, followId, followerEnd, windowBytes);
      follower.measure(logEndOffset, nowMs);
    }
    follower.noteLostRecords(
        leadership.inSyncReplicas().contains(nodeId) && followerEnd.appended() < highWatermark);
    advance();
    return verdict;
  }

  private static FollowVerdict compare(long followerEnd, int followerLastEpoch, LogView log) {
    boolean withinLog = followerEnd >= log.logStartOffset() && followerEnd <= log.logEndOffset();
    if (followerEnd < log.logStartOffset() || (followerLastEpoch < 0 && !withinLog)) {
      return new FollowVerdict.StartOver(log.logStartOffset());
    }
    if (followerLastEpoch < 0) {
      return new FollowVerdict.Begin();
    }
    EpochBoundary boundary = log.endOffsetOf(followerLastEpoch);
    if (!boundary.isKnown()) {
      return new FollowVerdict.StartOver(log.logStartOffset());
    }
    return boundary.epoch() == followerLastEpoch && followerEnd <= boundary.endOffset()
        ? new FollowVerdict.Begin()
        : new FollowVerdict.Diverged(boundary);
  }

  /**
   * A follower has written, or put on disk.
   *
   * @return whether it counts: not when the epoch, the stream or the follow id is another one
   */
  public boolean onAck(
      int nodeId,
      long streamId,
      int followId,
      int leaderEpoch,
      ReplicaEnd followerEnd,
      long nowMs) {
    FollowerProgress follower = followers.get(nodeId);
    if (follower == null
        || leaderEpoch != leadership.leaderEpoch()
        || !follower.isCurrent(streamId, followId)
        || followerEnd.appended() > follower.window().nextOffset()) {
      return false;
    }
    follower.acknowledge(followerEnd);
    follower.measure(logEndOffset, nowMs);
    if (followerEnd.appended() >= highWatermark) {
      follower.noteLostRecords(false);
    }
    advance();
    return true;
  }

  /** A follower says where its log starts; counts as an acknowledgement does. */
  public void onLogStart(
      int nodeId, long streamId, int followId, int leaderEpoch, long followerStart) {
    FollowerProgress follower = followers.get(nodeId);
    if (follower != null
        && leaderEpoch == leadership.leaderEpoch()
        && follower.isCurrent(streamId, followId)) {
      follower.startsAt(followerStart);
    }
  }

  /**
   * What no replica that can become the next leader has any more is before this offset; -1 when
   * that is not known of all of them.
   *
   * @param ownStart where the leader's log starts
   */
  public long logStartInSync(long ownStart) {
    long start = ownStart;
    for (FollowerProgress follower : followers.values()) {
      if (counts(follower.nodeId())) {
        start = Math.min(start, follower.logStartOffset());
      }
    }
    return start;
  }

  /** The smallest log start of the replicas that are alive, as far as they have said. */
  public long lowWatermark(long ownStart) {
    long start = ownStart;
    for (FollowerProgress follower : followers.values()) {
      if (follower.logStartOffset() >= 0) {
        start = Math.min(start, follower.logStartOffset());
      }
    }
    return start;
  }

  /** A stream ended; what came by it is void. */
  public void onStreamEnded(int nodeId, long streamId) {
    FollowerProgress follower = followers.get(nodeId);
    if (follower != null && follower.streamId() == streamId) {
      follower.forget();
    }
  }

  /**
   * Metadata tells a newer state of the same leader epoch, or other settings.
   *
   * @return whether it counts: not when it is older than what is known
   */
  public boolean onStateChanged(Leadership newer, long nowMs) {
    if (newer.leaderEpoch() != leadership.leaderEpoch()
        || newer.partitionEpoch() < leadership.partitionEpoch()) {
      return false;
    }
    boolean advanced = newer.partitionEpoch() > leadership.partitionEpoch();
    leadership = newer;
    if (advanced) {
      // Whatever was proposed on the older state is written in this one or can never be.
      pending = null;
      perhapsInSync.clear();
      proposeNotBeforeMs = nowMs;
    }
    admitReplicas(nowMs);
    advance();
    return true;
  }

  private void admitReplicas(long nowMs) {
    followers.keySet().retainAll(leadership.replicas());
    for (int replica : leadership.replicas()) {
      if (replica != leadership.self()) {
        followers.computeIfAbsent(replica, id -> new FollowerProgress(id, nowMs));
      }
    }
  }

  /**
   * The in-sync set that should be proposed now, or null when it is known to be right as it is,
   * when an answer is outstanding, or when it is too early to try again. What is returned counts as
   * sent.
   */
  public @Nullable Proposal nextProposal(long nowMs) {
    look(nowMs);
    if (pending != null || nowMs < proposeNotBeforeMs) {
      return null;
    }
    List<Integer> wanted = wantedInSync(nowMs);
    boolean isRight = Set.copyOf(wanted).equals(Set.copyOf(leadership.inSyncReplicas()));
    if (isRight && !mayHaveGrown()) {
      return null;
    }
    pending = new Proposal(leadership.leaderEpoch(), leadership.partitionEpoch(), wanted);
    return pending;
  }

  /**
   * Measures those that follow. Where the leader itself has not looked for a good part of the lag
   * time (it was paused), the silence says nothing about its followers: they get their time anew.
   */
  private void look(long nowMs) {
    boolean wasPaused = nowMs - lastLookMs > lagTimeMaxMs / 2;
    lastLookMs = nowMs;
    for (FollowerProgress follower : followers.values()) {
      follower.measure(logEndOffset, nowMs);
      if (wasPaused && follower.isFollowing()) {
        follower.grantTime(nowMs);
      }
    }
  }

  /**
   * Whether an expansion may have been written of which nothing was heard. It holds the high
   * watermark back, so it has to be found out: the answer to the next proposal, or newer metadata,
   * says what is true, even where the set is to stay as it is.
   */
  private boolean mayHaveGrown() {
    return !leadership.inSyncReplicas().containsAll(perhapsInSync);
  }

  private List<Integer> wantedInSync(long nowMs) {
    List<Integer> wanted = new ArrayList<>();
    for (int replica : leadership.replicas()) {
      if (replica == leadership.self() || belongs(replica, nowMs)) {
        wanted.add(replica);
      }
    }
    return List.copyOf(wanted);
  }

  private boolean belongs(int replica, long nowMs) {
    FollowerProgress follower = followers.get(replica);
    if (follower == null || follower.lostRecords() || follower.isLagging(nowMs, lagTimeMaxMs)) {
      return false;
    }
    return leadership.inSyncReplicas().contains(replica)
        || endOf(replica) >= Math.max(highWatermark, epochStartOffset);
  }

  /** The answer to a proposal came; one that is no longer outstanding changes nothing. */
  public void onProposalAnswered(Proposal proposal, ProposalOutcome outcome, long nowMs) {
    if (!proposal.equals(pending)) {
      return;
    }
    pending = null;
    switch (outcome) {
      case ProposalOutcome.Written(int partitionEpoch, List<Integer> inSync) -> {
        if (partitionEpoch > leadership.partitionEpoch()) {
          leadership = leadership.withInSync(partitionEpoch, inSync);
        }
        perhapsInSync.clear();
      }
      case ProposalOutcome.Refused() -> proposeNotBeforeMs = nowMs + REFUSED_PAUSE_MS;
      case ProposalOutcome.Unknown() -> {
        perhapsInSync.addAll(proposal.inSyncReplicas());
        proposeNotBeforeMs = nowMs + RETRY_MS;
      }
    }
    advance();
  }

  private void advance() {
    if (!leadership.enoughInSync()) {
      return;
    }
    long reached = leadership.flushedCounts() ? flushedEndOffset : logEndOffset;
    for (int replica : leadership.replicas()) {
      if (replica != leadership.self() && counts(replica)) {
        reached = Math.min(reached, endOf(replica));
      }
    }
    highWatermark = Math.max(highWatermark, reached);
  }

  private boolean counts(int replica) {
    return leadership.inSyncReplicas().contains(replica)
        || perhapsInSync.contains(replica)
        || (pending != null && pending.inSyncReplicas().contains(replica));
  }

  private long endOf(int replica) {
    FollowerProgress follower = followers.get(replica);
    ReplicaEnd end = follower == null ? ReplicaEnd.UNKNOWN : follower.end();
    return end.counting(leadership.flushedCounts());
  }
}
