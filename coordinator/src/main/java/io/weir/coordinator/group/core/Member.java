package io.weir.coordinator.group.core;

import io.weir.coordinator.state.Reply;
import io.weir.protocol.model.ErrorCode;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A member of a classic group, with the requests of it that wait. Confined to the shard.
 *
 * <p>While a join or a sync of the member waits, it cannot be expected to send heartbeats, and its
 * session does not end; but for a new member, whose first join may not wait for ever.
 */
final class Member {
  /** How long the first join of a member may wait, as the client may be gone meanwhile. */
  static final int FIRST_JOIN_TIMEOUT_MS = 300_000;

  /** Shorter ones would only let a client make us busy. */
  private static final int MIN_REBALANCE_TIMEOUT_MS = 100;

  private final String memberId;
  private final @Nullable String instanceId;
  private final String clientId;
  private final String clientHost;
  private int sessionTimeoutMs;
  private int rebalanceTimeoutMs;
  private List<MemberProtocol> protocols;
  private ByteBuffer assignment = SyncResult.NOTHING;
  private int epochBefore = JoinResult.NO_GENERATION;
  private boolean isNew = true;
  private boolean owesSync;
  private long sessionDeadlineMs;
  private @Nullable Reply<JoinResult> waitingJoin;
  private @Nullable Reply<SyncResult> waitingSync;

  Member(String memberId, JoinRequested join) {
    this.memberId = memberId;
    this.instanceId = join.instanceId();
    this.clientId = join.clientId();
    this.clientHost = join.clientHost();
    this.sessionTimeoutMs = join.sessionTimeoutMs();
    this.rebalanceTimeoutMs = Math.max(MIN_REBALANCE_TIMEOUT_MS, join.rebalanceTimeoutMs());
    this.protocols = join.protocols();
  }

  /** As the log knows it; its session starts now. */
  Member(GroupSnapshot.Member stored, String protocolName, long nowMs) {
    this.memberId = stored.memberId();
    this.instanceId = stored.instanceId();
    this.clientId = stored.clientId();
    this.clientHost = stored.clientHost();
    this.sessionTimeoutMs = stored.sessionTimeoutMs();
    this.rebalanceTimeoutMs = Math.max(MIN_REBALANCE_TIMEOUT_MS, stored.rebalanceTimeoutMs());
    this.protocols = List.of(new MemberProtocol(protocolName, stored.subscription()));
    this.assignment = stored.assignment();
    this.isNew = false;
    touch(nowMs);
  }

  /**
   * As it was in a consumer group, where it spoke the classic protocol.
   *
   * @param epoch that it knows, perhaps not the group's last
   */
  Member(String memberId, ConsumerMember known, ClassicMember classic, int epoch) {
    this.memberId = memberId;
    this.instanceId = known.instanceId();
    this.clientId = known.clientId();
    this.clientHost = known.clientHost();
    this.sessionTimeoutMs = classic.sessionTimeoutMs();
    this.rebalanceTimeoutMs = Math.max(MIN_REBALANCE_TIMEOUT_MS, known.rebalanceTimeoutMs());
    this.protocols = classic.protocols();
    this.epochBefore = epoch;
    this.isNew = false;
  }

  /** The same member in a consumer group, where it goes on with the classic protocol. */
  ConsumerMember asOfConsumerGroup(ConsumerSubscription subscription) {
    return new ConsumerMember(
        instanceId,
        subscription.words().rackId(),
        clientId,
        clientHost,
        rebalanceTimeoutMs,
        subscription.topics(),
        null,
        null,
        new ClassicMember(sessionTimeoutMs, protocols));
  }

  String memberId() {
    return memberId;
  }

  @Nullable String instanceId() {
    return instanceId;
  }

  String clientId() {
    return clientId;
  }

  String clientHost() {
    return clientHost;
  }

  int rebalanceTimeoutMs() {
    return rebalanceTimeoutMs;
  }

  List<MemberProtocol> protocols() {
    return protocols;
  }

  ByteBuffer assignment() {
    return assignment;
  }

  void assign(ByteBuffer assignment) {
    this.assignment = assignment;
  }

  /** The member's subscription in terms of the protocol; empty when it does not know it. */
  ByteBuffer metadata(@Nullable String protocolName) {
    for (MemberProtocol protocol : protocols) {
      if (protocol.name().equals(protocolName)) {
        return protocol.metadata();
      }
    }
    return SyncResult.NOTHING;
  }

  /** Whether the topic is in the subscription that comes with any of the member's protocols. */
  boolean mayRead(String topic) {
    return protocols.stream()
        .anyMatch(protocol -> ConsumerSubscription.mayInclude(protocol.metadata(), topic));
  }

  void update(JoinRequested join) {
    sessionTimeoutMs = join.sessionTimeoutMs();
    rebalanceTimeoutMs = Math.max(MIN_REBALANCE_TIMEOUT_MS, join.rebalanceTimeoutMs());
    protocols = join.protocols();
  }

  /** Keeps the join until the generation is made. A join that waits already is sent round again. */
  void awaitGeneration(Reply<JoinResult> join, long nowMs, Effects out) {
    refuseJoin(ErrorCode.REBALANCE_IN_PROGRESS, out);
    waitingJoin = join;
    if (isNew) {
      sessionDeadlineMs = nowMs + FIRST_JOIN_TIMEOUT_MS;
    }
  }

  /** Whether it has come from a consumer group in this epoch, and knows of no generation since. */
  boolean isStillIn(int epoch) {
    return epochBefore != JoinResult.NO_GENERATION && epochBefore == epoch;
  }

  boolean awaitsGeneration() {
    return waitingJoin != null;
  }

  /** The generation is made: the member is in it, and has to sync. */
  void answerJoin(JoinResult result, long nowMs, Effects out) {
    if (waitingJoin != null) {
      out.answer(waitingJoin, result);
      waitingJoin = null;
      epochBefore = JoinResult.NO_GENERATION;
      owesSync = true;
      settleIn(nowMs);
    }
  }

  /** The member has its first answer; from now on it is expected to send heartbeats. */
  void settleIn(long nowMs) {
    isNew = false;
    touch(nowMs);
  }

  void awaitAssignment(Reply<SyncResult> sync, long nowMs, Effects out) {
    refuseSync(ErrorCode.REBALANCE_IN_PROGRESS, nowMs, out);
    waitingSync = sync;
    owesSync = false;
  }

  /** The member has waited long enough to have its whole session before it again. */
  void answerSync(SyncResult result, long nowMs, Effects out) {
    if (waitingSync != null) {
      out.answer(waitingSync, result);
      waitingSync = null;
      touch(nowMs);
    }
  }

  void refuseSync(ErrorCode error, long nowMs, Effects out) {
    answerSync(SyncResult.refused(error), nowMs, out);
  }

  /** Whether the member knows its generation and has not asked for its assignment. */
  boolean owesSync() {
    return owesSync;
  }

  void forgiveSync() {
    owesSync = false;
  }

  /** The member is not one any more, or not here: nothing of it may wait on. */
  void refuseAll(ErrorCode error, Effects out) {
    refuseJoin(error, out);
    if (waitingSync != null) {
      out.answer(waitingSync, SyncResult.refused(error));
      waitingSync = null;
    }
  }

  private void refuseJoin(ErrorCode error, Effects out) {
    if (waitingJoin != null) {
      out.answer(waitingJoin, JoinResult.refused(error, memberId));
      waitingJoin = null;
    }
  }

  /** The member has shown that it lives. */
  void touch(long nowMs) {
    sessionDeadlineMs = nowMs + sessionTimeoutMs;
  }

  /** When the session ends unless the member is heard of; never, while we owe it an answer. */
  long sessionDeadlineMs() {
    boolean waits = waitingJoin != null || waitingSync != null;
    return waits && !isNew ? Long.MAX_VALUE : sessionDeadlineMs;
  }

  GroupSnapshot.Member snapshot(@Nullable String protocolName, ByteBuffer assignment) {
    return new GroupSnapshot.Member(
        memberId,
        instanceId,
        clientId,
        clientHost,
        rebalanceTimeoutMs,
        sessionTimeoutMs,
        metadata(protocolName),
        assignment);
  }
}
