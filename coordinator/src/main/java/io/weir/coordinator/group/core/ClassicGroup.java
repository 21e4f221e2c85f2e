package io.weir.coordinator.group.core;

import static java.util.Objects.requireNonNull;

import io.weir.coordinator.metadata.MetadataImage;
import io.weir.coordinator.state.Now;
import io.weir.coordinator.state.Reply;
import io.weir.protocol.model.ErrorCode;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Members of one group under the classic protocol: join, sync, heartbeat, leave. Decides only.
 * Confined to the shard.
 *
 * <pre>
 *          first join                        all joined, or time-out
 *   EMPTY ────────────▶ PREPARING_REBALANCE ──────────────▶ COMPLETING_REBALANCE
 *    │ ▲                    │        ▲  ▲                      │      │
 *    │ └── nobody left ─────┘        │  └─ join, leave, expiry ┘      │ assignment
 *    ▼ refused                       └── join, leave, expiry ─┐       ▼ committed
 *   DEAD (being erased)                                      STABLE ◀─┘
 * </pre>
 *
 * <p>Invariants: the generation only grows, by one each time PREPARING_REBALANCE is left; joins
 * wait in PREPARING_REBALANCE only, syncs in COMPLETING_REBALANCE only; in EMPTY and DEAD there are
 * no members.
 */
final class ClassicGroup implements Membership {
  /** As ListGroups shows it. */
  static final String TYPE = "classic";

  private static final long NEVER = Long.MAX_VALUE;

  /** The protocol type of groups that share topics. */
  static final String CONSUMERS = "consumer";

  /** Where the group stands; with the field's names. */
  enum State {
    EMPTY("Empty"),
    PREPARING_REBALANCE("PreparingRebalance"),
    COMPLETING_REBALANCE("CompletingRebalance"),
    STABLE("Stable"),
    DEAD("Dead");

    private final String shown;

    State(String shown) {
      this.shown = shown;
    }

    String shown() {
      return shown;
    }
  }

  private final String groupId;
  private final GroupSettings settings;
  private final MemberIds memberIds;
  private final GroupMembers members = new GroupMembers();
  private final PendingMembers pending = new PendingMembers();

  private State state = State.EMPTY;
  private int generationId;
  private String protocolType = "";
  private @Nullable String protocolName;
  private long stateSinceWallMs = -1;
  private JoinWait joinWait = JoinWait.ofMembers(0, 0);
  private long syncDeadlineMs = NEVER;
  private boolean assignmentUnderWay;
  private final RebalanceTally rebalances = new RebalanceTally();

  ClassicGroup(String groupId, GroupSettings settings, MemberIds memberIds) {
    this.groupId = groupId;
    this.settings = settings;
    this.memberIds = memberIds;
  }

  /** Takes the group up where the log left it. Sessions start anew. */
  void restore(GroupSnapshot snapshot, Now now, Effects out) {
    generationId = snapshot.generationId();
    protocolType = snapshot.protocolType();
    protocolName = snapshot.protocolName();
    stateSinceWallMs = snapshot.stateTimestampMs();
    for (GroupSnapshot.Member stored : snapshot.members()) {
      String protocol = snapshot.protocolName() == null ? "" : snapshot.protocolName();
      members.add(new Member(stored, protocol, now.monotonicMs()));
    }
    if (snapshot.leaderId() != null && members.has(snapshot.leaderId())) {
      members.lead(snapshot.leaderId());
    }
    state = members.isEmpty() ? State.EMPTY : State.STABLE;
    if (members.size() > settings.maxSize()) {
      prepareRebalance(RebalanceCause.GROUP_TOO_LARGE, now, out);
    } else if (!members.isEmpty() && snapshot.leaderId() == null) {
      // It was of the consumer protocol, and what the last of that had is nobody's.
      prepareRebalance(RebalanceCause.PROTOCOL_CHANGED, now, out);
    }
  }

  /** Goes on with those who are left of a group of the consumer protocol. */
  void takeOver(Downgrade downgrade, Now now, Effects out) {
    generationId = downgrade.generation();
    protocolType = CONSUMERS;
    protocolName = downgrade.members().electProtocol();
    for (Member member : downgrade.members().all()) {
      member.touch(now.monotonicMs());
      members.add(member);
    }
    enter(State.STABLE, now);
    prepareRebalance(RebalanceCause.PROTOCOL_CHANGED, now, out);
  }

  /**
   * What the group is under the consumer protocol. It stays a classic one until it is handed over.
   */
  Upgrade upgrade(MetadataImage image) {
    if (members.isEmpty()) {
      // Some have been told their ids: they may come with them to the other group as well.
      return new Upgrade(List.of(), null);
    }
    return protocolType.equals(CONSUMERS)
        ? Upgrade.of(groupId, generationId, members.all(), image)
        : new Upgrade(List.of(), "it is no group of consumers but of type " + protocolType);
  }

  /** The members go on elsewhere; who waits here is told to join again. */
  void handOver(Effects out) {
    refuseAll(ErrorCode.REBALANCE_IN_PROGRESS, out);
    state = State.DEAD;
  }

  // ---- join

  void join(JoinRequested join, Reply<JoinResult> reply, Now now, Effects out) {
    ErrorCode refusal = refusalOf(join);
    if (refusal != ErrorCode.NONE) {
      out.answer(reply, JoinResult.refused(refusal, join.memberId()));
    } else if (join.memberId().isEmpty()) {
      joinUnnamed(join, reply, now, out);
    } else if (join.instanceId() == null && pending.remove(join.memberId())) {
      add(new Member(join.memberId(), join), join, reply, now, out);
    } else {
      joinNamed(join, reply, now, out);
    }
  }

  private ErrorCode refusalOf(JoinRequested join) {
    if (state == State.DEAD) {
      return ErrorCode.COORDINATOR_NOT_AVAILABLE;
    }
    if (!hasRoomFor(join)) {
      return ErrorCode.GROUP_MAX_SIZE_REACHED;
    }
    boolean sameType = members.isEmpty() || protocolType.equals(join.protocolType());
    if (join.protocolType().isEmpty() || !sameType || !members.canWorkWith(join.protocols())) {
      return ErrorCode.INCONSISTENT_GROUP_PROTOCOL;
    }
    return ErrorCode.NONE;
  }

  private boolean hasRoomFor(JoinRequested join) {
    Member present =
        join.memberId().isEmpty()
            ? members.ofInstance(join.instanceId())
            : members.get(join.memberId());
    if (present == null) {
      return members.size() < settings.maxSize();
    }
    // A group can be too large, after the limit was lowered: the first to come keep their places.
    return state != State.PREPARING_REBALANCE
        || present.awaitsGeneration()
        || members.count(Member::awaitsGeneration) < settings.maxSize();
  }

  private void joinUnnamed(JoinRequested join, Reply<JoinResult> reply, Now now, Effects out) {
    String prefix = join.instanceId() == null ? join.clientId() : join.instanceId();
    String memberId = memberIds.next(prefix);
    Member older = members.ofInstance(join.instanceId());
    if (older != null) {
      replaceStatic(older, memberId, join, reply, now, out);
    } else if (join.instanceId() != null || !join.takesMemberIdFirst()) {
      add(new Member(memberId, join), join, reply, now, out);
    } else if (pending.isFull()) {
      out.answer(reply, JoinResult.refused(ErrorCode.GROUP_MAX_SIZE_REACHED, ""));
    } else {
      pending.add(memberId, now.monotonicMs() + join.sessionTimeoutMs());
      out.answer(reply, JoinResult.refused(ErrorCode.MEMBER_ID_REQUIRED, memberId));
    }
  }

  private void joinNamed(JoinRequested join, Reply<JoinResult> reply, Now now, Effects out) {
    ErrorCode error = members.check(new MemberRef(join.memberId(), join.instanceId()));
    Member member = members.get(join.memberId());
    if (error != ErrorCode.NONE || member == null) {
      out.answer(reply, JoinResult.refused(error, join.memberId()));
      return;
    }
    boolean sameProtocols = member.protocols().equals(join.protocols());
    boolean repeatsItself =
        switch (state) {
          // It may have missed our answer to its join.
          case COMPLETING_REBALANCE -> sameProtocols;
          // A leader that joins again wants a rebalance, as when a topic has new partitions.
          case STABLE -> sameProtocols && !members.isLeader(member);
          case EMPTY, PREPARING_REBALANCE, DEAD -> false;
        };
    if (repeatsItself) {
      member.touch(now.monotonicMs());
      out.answer(reply, joined(member));
    } else {
      members.update(member, join);
      member.awaitGeneration(reply, now.monotonicMs(), out);
      rebalance(RebalanceCause.MEMBER_REJOINED, now, out);
    }
  }

  private void add(
      Member member, JoinRequested join, Reply<JoinResult> reply, Now now, Effects out) {
    if (members.isEmpty()) {
      protocolType = join.protocolType();
    }
    members.add(member);
    member.awaitGeneration(reply, now.monotonicMs(), out);
    if (state == State.PREPARING_REBALANCE) {
      joinWait.memberAdded();
    }
    rebalance(RebalanceCause.MEMBER_JOINED, now, out);
  }

  /**
   * A static member has come back under a new id. As long as the group would elect the same
   * protocol, its assignment stands, and only the id changes.
   */
  private void replaceStatic(
      Member older,
      String memberId,
      JoinRequested join,
      Reply<JoinResult> reply,
      Now now,
      Effects out) {
    older.refuseAll(ErrorCode.FENCED_INSTANCE_ID, out);
    boolean led = members.isLeader(older);
    Member newer = new Member(memberId, join);
    newer.assign(older.assignment());
    newer.touch(now.monotonicMs());
    members.replace(older, newer);
    if (state == State.STABLE && members.electProtocol().equals(protocolName)) {
      // A leader that cannot be told to skip assigning is told that somebody else leads.
      String shownLeader =
          led && !join.knowsSkipAssignment()
              ? older.memberId()
              : requireNonNull(members.leaderId());
      out.write(
          List.of(checkpoint(Member::assignment)),
          new StaticMemberStored(newer, shownLeader, join, reply));
    } else {
      newer.awaitGeneration(reply, now.monotonicMs(), out);
      rebalance(RebalanceCause.MEMBER_REPLACED, now, out);
    }
  }

  /** The answer to a static member that came back: it leaves when its new id is in the log. */
  private final class StaticMemberStored implements Write.Outcome {
    private final Member member;
    private final String shownLeader;
    private final JoinRequested join;
    private final int generation = generationId;
    private @Nullable Reply<JoinResult> reply;

    StaticMemberStored(
        Member member, String shownLeader, JoinRequested join, Reply<JoinResult> reply) {
      this.member = member;
      this.shownLeader = shownLeader;
      this.join = join;
      this.reply = reply;
    }

    @Override
    public void settled(WriteResult result, Now now, Effects out) {
      if (reply == null) {
        return;
      }
      ErrorCode error = members.check(new MemberRef(member.memberId(), member.instanceId()));
      if (!result.isCommitted()) {
        refuse(result, out);
      } else if (error != ErrorCode.NONE) {
        out.answer(reply, JoinResult.refused(error, member.memberId()));
      } else if (state == State.STABLE && generation == generationId) {
        member.settleIn(now.monotonicMs());
        out.answer(reply, joined(member, shownLeader, true));
      } else {
        // The group went on meanwhile: the member joins what there is now.
        join(join.as(member.memberId()), reply, now, out);
      }
    }

    @Override
    public void overdue(Now now, Effects out) {
      refuse(WriteResult.UNAVAILABLE, out);
    }

    private void refuse(WriteResult result, Effects out) {
      if (reply != null) {
        out.answer(reply, JoinResult.refused(result.forGroup(), ""));
        reply = null;
      }
    }
  }

  private JoinResult joined(Member member) {
    return joined(member, requireNonNull(members.leaderId()), false);
  }

  private JoinResult joined(Member member, String shownLeader, boolean assignmentStands) {
    boolean leads = member.memberId().equals(shownLeader);
    return new JoinResult(
        ErrorCode.NONE,
        member.memberId(),
        generationId,
        protocolType,
        protocolName,
        shownLeader,
        leads && assignmentStands,
        leads ? members.shownToLeader(protocolName) : List.of());
  }

  // ---- rebalance

  /** Members or their protocols have changed. */
  private void rebalance(RebalanceCause cause, Now now, Effects out) {
    if (state == State.PREPARING_REBALANCE) {
      completeIfAllJoined(now, out);
    } else {
      prepareRebalance(cause, now, out);
    }
  }

  private void prepareRebalance(RebalanceCause cause, Now now, Effects out) {
    rebalances.begin(cause, now.monotonicMs());
    for (Member member : members.all()) {
      member.refuseSync(ErrorCode.REBALANCE_IN_PROGRESS, now.monotonicMs(), out);
      member.forgiveSync();
    }
    syncDeadlineMs = NEVER;
    assignmentUnderWay = false;
    int rebalanceTimeoutMs = members.rebalanceTimeoutMs();
    joinWait =
        state == State.EMPTY
            ? JoinWait.ofEmptyGroup(
                now.monotonicMs(), settings.initialRebalanceDelayMs(), rebalanceTimeoutMs)
            : JoinWait.ofMembers(now.monotonicMs(), rebalanceTimeoutMs);
    enter(State.PREPARING_REBALANCE, now);
    completeIfAllJoined(now, out);
  }

  private void completeIfAllJoined(Now now, Effects out) {
    boolean allJoined =
        pending.isEmpty() && members.count(Member::awaitsGeneration) == members.size();
    if (members.isEmpty() || (allJoined && joinWait.endsWhenAllJoined())) {
      completeJoin(now, out);
    } else if (joinWait.isOver(now.monotonicMs())) {
      completeJoin(now, out);
    }
  }

  private void completeJoin(Now now, Effects out) {
    for (Member late : members.matching(m -> !m.awaitsGeneration() && m.instanceId() == null)) {
      members.remove(late);
    }
    if (members.isEmpty()) {
      becomeEmpty(now, out);
      return;
    }
    List<Member> joined = members.matching(Member::awaitsGeneration);
    if (joined.isEmpty()) {
      // Static members only, and none has come: they keep their places for another round.
      joinWait = JoinWait.ofMembers(now.monotonicMs(), members.rebalanceTimeoutMs());
      return;
    }
    Member leader = members.get(requireNonNull(members.leaderId()));
    if (leader == null || !leader.awaitsGeneration()) {
      members.lead(joined.getFirst().memberId());
    }
    generationId++;
    protocolName = members.electProtocol();
    enter(State.COMPLETING_REBALANCE, now);
    syncDeadlineMs = now.monotonicMs() + members.rebalanceTimeoutMs();
    for (Member member : joined) {
      member.answerJoin(joined(member), now.monotonicMs(), out);
    }
  }

  private void becomeEmpty(Now now, Effects out) {
    generationId++;
    protocolName = null;
    enter(State.EMPTY, now);
    rebalances.end(now.monotonicMs());
    // Should it fail, the log still names the last members; a successor would let them expire.
    out.write(List.of(checkpoint(Member::assignment)), (result, then, effects) -> {});
  }

  // ---- sync

  void sync(SyncRequested sync, Reply<SyncResult> reply, Now now, Effects out) {
    Member member = members.get(sync.memberId());
    ErrorCode refusal = refusalOf(sync);
    if (refusal != ErrorCode.NONE || member == null) {
      out.answer(reply, SyncResult.refused(refusal));
    } else if (state == State.STABLE) {
      member.forgiveSync();
      member.touch(now.monotonicMs());
      out.answer(reply, synced(member));
    } else {
      member.awaitAssignment(reply, now.monotonicMs(), out);
      if (members.isLeader(member) && !assignmentUnderWay) {
        storeAssignment(sync.assignments(), out);
      }
    }
    if (members.count(Member::owesSync) == 0) {
      syncDeadlineMs = NEVER;
    }
  }

  private ErrorCode refusalOf(SyncRequested sync) {
    ErrorCode error = check(new MemberRef(sync.memberId(), sync.instanceId()), sync.generationId());
    if (error != ErrorCode.NONE) {
      return error;
    }
    if (state == State.PREPARING_REBALANCE) {
      return ErrorCode.REBALANCE_IN_PROGRESS;
    }
    boolean sameType = sync.protocolType() == null || sync.protocolType().equals(protocolType);
    boolean sameName = sync.protocolName() == null || sync.protocolName().equals(protocolName);
    return sameType && sameName ? ErrorCode.NONE : ErrorCode.INCONSISTENT_GROUP_PROTOCOL;
  }

  private void storeAssignment(Map<String, ByteBuffer> assignments, Effects out) {
    assignmentUnderWay = true;
    out.write(
        List.of(checkpoint(m -> assignmentOf(m, assignments))),
        new AssignmentStored(generationId, assignments));
  }

  /** Members learn the assignment when it is in the log, if it is still of their generation. */
  private final class AssignmentStored implements Write.Outcome {
    private final int generation;
    private final Map<String, ByteBuffer> assignments;

    AssignmentStored(int generation, Map<String, ByteBuffer> assignments) {
      this.generation = generation;
      this.assignments = assignments;
    }

    @Override
    public void settled(WriteResult result, Now now, Effects out) {
      if (state != State.COMPLETING_REBALANCE || generation != generationId) {
        return;
      }
      if (!result.isCommitted()) {
        fail(result, now, out);
        return;
      }
      enter(State.STABLE, now);
      rebalances.end(now.monotonicMs());
      assignmentUnderWay = false;
      for (Member member : members.all()) {
        member.assign(assignmentOf(member, assignments));
        member.answerSync(synced(member), now.monotonicMs(), out);
      }
    }

    @Override
    public void overdue(Now now, Effects out) {
      if (state == State.COMPLETING_REBALANCE && generation == generationId) {
        fail(WriteResult.UNAVAILABLE, now, out);
      }
    }

    private void fail(WriteResult result, Now now, Effects out) {
      for (Member member : members.all()) {
        member.refuseSync(result.forGroup(), now.monotonicMs(), out);
      }
      prepareRebalance(RebalanceCause.ASSIGNMENT_NOT_STORED, now, out);
    }
  }

  private static ByteBuffer assignmentOf(Member member, Map<String, ByteBuffer> assignments) {
    return assignments.getOrDefault(member.memberId(), SyncResult.NOTHING);
  }

  private SyncResult synced(Member member) {
    return new SyncResult(ErrorCode.NONE, protocolType, protocolName, member.assignment());
  }

  // ---- heartbeat, leave, expiry

  ErrorCode heartbeat(MemberRef ref, int generation, Now now) {
    ErrorCode error = check(ref, generation);
    Member member = members.get(ref.memberId());
    if (error != ErrorCode.NONE || member == null) {
      return error;
    }
    member.touch(now.monotonicMs());
    return state == State.PREPARING_REBALANCE ? ErrorCode.REBALANCE_IN_PROGRESS : ErrorCode.NONE;
  }

  /** Errors in the order of the references. */
  List<ErrorCode> leave(List<MemberRef> leaving, Now now, Effects out) {
    List<ErrorCode> errors = new ArrayList<>(leaving.size());
    int before = members.size();
    for (MemberRef ref : leaving) {
      errors.add(state == State.DEAD ? ErrorCode.COORDINATOR_NOT_AVAILABLE : depart(ref, out));
    }
    if (members.size() < before || state == State.PREPARING_REBALANCE) {
      afterDeparture(RebalanceCause.MEMBER_LEFT, now, out);
    }
    return errors;
  }

  private ErrorCode depart(MemberRef ref, Effects out) {
    if (ref.instanceId() == null && pending.remove(ref.memberId())) {
      return ErrorCode.NONE;
    }
    boolean byInstance = ref.memberId().isEmpty() && ref.instanceId() != null;
    Member member = byInstance ? members.ofInstance(ref.instanceId()) : members.get(ref.memberId());
    ErrorCode error = byInstance ? ErrorCode.NONE : members.check(ref);
    if (error != ErrorCode.NONE || member == null) {
      return error == ErrorCode.NONE ? ErrorCode.UNKNOWN_MEMBER_ID : error;
    }
    expel(member, out);
    return ErrorCode.NONE;
  }

  private void expel(Member member, Effects out) {
    member.refuseAll(ErrorCode.UNKNOWN_MEMBER_ID, out);
    members.remove(member);
  }

  private void afterDeparture(RebalanceCause cause, Now now, Effects out) {
    if (state != State.EMPTY && state != State.DEAD) {
      rebalance(cause, now, out);
    }
  }

  @Override
  public void expire(Now now, Effects out) {
    long nowMs = now.monotonicMs();
    boolean changed = pending.forgetUntil(nowMs) && state == State.PREPARING_REBALANCE;
    for (Member gone : members.matching(m -> m.sessionDeadlineMs() <= nowMs)) {
      expel(gone, out);
      changed = true;
    }
    if (syncDeadlineMs <= nowMs) {
      syncDeadlineMs = NEVER;
      for (Member idle : members.matching(Member::owesSync)) {
        expel(idle, out);
        changed = true;
      }
    }
    if (changed) {
      afterDeparture(RebalanceCause.MEMBER_EXPIRED, now, out);
    }
    if (state == State.PREPARING_REBALANCE && joinWait.isOver(nowMs)) {
      completeJoin(now, out);
    }
  }

  @Override
  public long earliestDeadlineMs() {
    long earliest = Math.min(pending.earliestDeadlineMs(), syncDeadlineMs);
    if (state == State.PREPARING_REBALANCE) {
      earliest = Math.min(earliest, joinWait.deadlineMs());
    }
    for (Member member : members.all()) {
      earliest = Math.min(earliest, member.sessionDeadlineMs());
    }
    return earliest;
  }

  // ---- what offsets, erasure and the shard ask

  /** Whether the committer may store offsets now; NONE if so. A member shows that it lives. */
  @Override
  public ErrorCode checkCommit(MemberRef ref, int generation, Now now) {
    if (state == State.DEAD) {
      return ErrorCode.COORDINATOR_NOT_AVAILABLE;
    }
    if (generation < 0 && state == State.EMPTY) {
      return ErrorCode.NONE;
    }
    ErrorCode error = check(ref, generation);
    Member member = members.get(ref.memberId());
    if (error != ErrorCode.NONE || member == null) {
      return error;
    }
    if (state == State.COMPLETING_REBALANCE) {
      return ErrorCode.REBALANCE_IN_PROGRESS;
    }
    member.touch(now.monotonicMs());
    return ErrorCode.NONE;
  }

  @Override
  public ErrorCode checkTransactionalCommit(MemberRef ref, int generation) {
    boolean isAnonymous = generation < 0 && ref.memberId().isEmpty() && ref.instanceId() == null;
    boolean needsNoMember = isAnonymous || (generation < 0 && state == State.EMPTY);
    return needsNoMember && state != State.DEAD ? ErrorCode.NONE : check(ref, generation);
  }

  /** Whether the member may speak in this generation. */
  private ErrorCode check(MemberRef ref, int generation) {
    if (state == State.DEAD) {
      return ErrorCode.COORDINATOR_NOT_AVAILABLE;
    }
    ErrorCode error = members.check(ref);
    if (error != ErrorCode.NONE) {
      return error;
    }
    // Who was behind the epoch when its group became a classic one is in the rebalance as well.
    Member member = members.get(ref.memberId());
    boolean isBehind =
        state == State.PREPARING_REBALANCE && member != null && member.isStillIn(generation);
    return generation == generationId || isBehind ? ErrorCode.NONE : ErrorCode.ILLEGAL_GENERATION;
  }

  @Override
  public ErrorCode checkFetch(@Nullable String memberId, int epoch) {
    return ErrorCode.NONE;
  }

  /** What members read is known of consumers. */
  @Override
  public ErrorCode checkOffsetDeletion() {
    return switch (state) {
      case DEAD -> ErrorCode.GROUP_ID_NOT_FOUND;
      case EMPTY -> ErrorCode.NONE;
      case PREPARING_REBALANCE, COMPLETING_REBALANCE, STABLE ->
          protocolType.equals(CONSUMERS) ? ErrorCode.NONE : ErrorCode.NON_EMPTY_GROUP;
    };
  }

  /** Whether a member may read the topic. Only of a group of consumers. */
  @Override
  public boolean isSubscribedTo(String topic) {
    return members.count(member -> member.mayRead(topic)) > 0;
  }

  @Override
  public int size() {
    return members.size();
  }

  @Override
  public Map<RebalanceCause, GroupStatistics.Rebalances> rebalances() {
    return rebalances.finished();
  }

  int generationId() {
    return generationId;
  }

  /** A new group goes on from this generation. */
  void continueAfter(int generation) {
    generationId = generation;
  }

  @Override
  public boolean isDead() {
    return state == State.DEAD;
  }

  @Override
  public ErrorCode checkErasure() {
    return switch (state) {
      case EMPTY -> ErrorCode.NONE;
      case DEAD -> ErrorCode.GROUP_ID_NOT_FOUND;
      case PREPARING_REBALANCE, COMPLETING_REBALANCE, STABLE -> ErrorCode.NON_EMPTY_GROUP;
    };
  }

  @Override
  public List<StateRecord> tombstones() {
    return List.of(new StateRecord.GroupErased(groupId));
  }

  @Override
  public GroupListing listing() {
    return new GroupListing(groupId, protocolType, state.shown(), TYPE);
  }

  @Override
  public long stateSinceWallMs() {
    return stateSinceWallMs;
  }

  @Override
  public boolean isBlank() {
    return isDeserted() && generationId == 0;
  }

  /** Whether there are no members, nor any that were told their id and may come back. */
  @Override
  public boolean isDeserted() {
    return state == State.EMPTY && pending.isEmpty();
  }

  /** Only from EMPTY: the group's tombstones are being written. */
  @Override
  public void beginErasure() {
    if (state != State.EMPTY) {
      throw new IllegalStateException("group " + groupId + " has members and cannot be erased");
    }
    state = State.DEAD;
  }

  @Override
  public void abandonErasure() {
    state = State.EMPTY;
  }

  @Override
  public void refuseAll(ErrorCode error, Effects out) {
    for (Member member : members.all()) {
      member.refuseAll(error, out);
    }
  }

  GroupDescription describe() {
    boolean stable = state == State.STABLE;
    String shownProtocol = stable && protocolName != null ? protocolName : "";
    return new GroupDescription(
        groupId,
        state.shown(),
        protocolType,
        shownProtocol,
        members.described(protocolName, stable));
  }

  private void enter(State next, Now now) {
    state = next;
    stateSinceWallMs = now.wallMs();
  }

  private StateRecord checkpoint(Function<Member, ByteBuffer> assignment) {
    return new StateRecord.GroupStored(
        groupId,
        new GroupSnapshot(
            protocolType,
            generationId,
            protocolName,
            members.leaderId(),
            stateSinceWallMs,
            members.stored(protocolName, assignment)));
  }
}
