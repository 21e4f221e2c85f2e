package io.weir.coordinator.group.core;

import static java.util.Objects.requireNonNull;
import static java.util.Objects.requireNonNullElse;

import io.weir.coordinator.metadata.MetadataImage;
import io.weir.coordinator.state.Now;
import io.weir.coordinator.state.Reply;
import io.weir.protocol.model.ErrorCode;
import io.weir.protocol.model.TopicIdPartition;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Members of one group under the consumer protocol of KIP-848, whose partitions are shared out
 * here. Decides only. Confined to the shard.
 *
 * <pre>
 *            a member joins           targets are made           all members have them
 *   EMPTY ──────────────▶ ASSIGNING ──────────────▶ RECONCILING ──────────────▶ STABLE
 *    │ ▲                      ▲                        │                          │
 *    │ └── nobody left        └── members, subscriptions or topics change ────────┘
 *    ▼
 *   DEAD (being erased)
 * </pre>
 *
 * <p>Each change is a set of records, and takes effect when they are committed; one is under way at
 * most, and what is asked meanwhile waits for it. Targets are made in the change that calls for
 * them, so that ASSIGNING is only seen after a member has left, until the next one is heard of.
 *
 * <p>Invariants: the group's epoch and each member's only grow, but for the marks of leaving and
 * joining; a partition is held by one member at most; a partition that stays in a member's target
 * stays assigned to it.
 */
final class ConsumerGroup implements Membership {
  static final String TYPE = "consumer";
  private static final String PROTOCOL_TYPE = "consumer";

  /** Where the group stands; with the field's names. */
  private enum State {
    EMPTY("Empty"),
    ASSIGNING("Assigning"),
    RECONCILING("Reconciling"),
    STABLE("Stable"),
    DEAD("Dead");

    private final String shown;

    State(String shown) {
      this.shown = shown;
    }
  }

  private final String groupId;
  private final ConsumerGroupSettings settings;
  private final Supplier<MetadataImage> metadata;
  private final @Nullable Successor afterDowngrade;
  private final ClassicMembers classic;
  private final Assignors assignors;
  private final ConsumerGroupState state;
  private final OneAtATime steps = new OneAtATime();
  private final ConsumerDeadlines deadlines = new ConsumerDeadlines();
  private final RebalanceTally rebalances = new RebalanceTally();
  private @Nullable ClassicTrace before;
  private TopicNews unseenTopics = TopicNews.NOTHING;
  private int newsCount;
  private int lastEpoch;
  private @Nullable ClassicGroup successor;
  private boolean dead;
  private long emptySinceWallMs = -1;

  /**
   * What a group that was of the classic protocol has left in the log. Immutable.
   *
   * @param generation its last
   * @param taken the members that have been taken over, as the log will know them with our first
   *     write
   */
  record ClassicTrace(int generation, List<ConsumerGroupRecord> taken) {
    ClassicTrace {
      taken = List.copyOf(taken);
    }

    /** What the log has to be told before all else. */
    List<StateRecord> records(String groupId) {
      List<StateRecord> records = new ArrayList<>();
      records.add(new StateRecord.GroupErased(groupId));
      records.addAll(taken);
      return records;
    }
  }

  /** Who goes on with the members when only such of the classic protocol are left. */
  interface Successor {
    /** How many members it can take. */
    int maxSize();

    /** The downgrade is in the log. */
    ClassicGroup take(Downgrade downgrade, Now now, Effects out);
  }

  ConsumerGroup(
      String groupId,
      ConsumerGroupSettings settings,
      MemberIds memberIds,
      Supplier<MetadataImage> metadata,
      ConsumerGroupState state,
      @Nullable ClassicTrace before,
      @Nullable Successor afterDowngrade) {
    this.groupId = groupId;
    this.settings = settings;
    this.metadata = metadata;
    this.assignors = Assignors.of(settings.assignors());
    this.state = state;
    this.before = before;
    this.afterDowngrade = afterDowngrade;
    this.classic = new ClassicMembers(this, state, settings, memberIds, deadlines);
    this.lastEpoch = state.epoch();
  }

  /** Members were taken over: their sessions start anew. */
  void takeOver(Now now) {
    for (String memberId : state.members().keySet()) {
      touch(memberId, now);
    }
  }

  /** The log was replayed: sessions start anew, and so does the time to give partitions up. */
  void restored(Now now, Effects out) {
    for (String memberId : state.members().keySet()) {
      touch(memberId, now);
      watchRevocation(memberId, now);
    }
    classic.watch(now);
    noteIfEmpty(now);
    unseenTopics = TopicNews.EVERYTHING;
    steps.submit(new TopicChange(), now, out);
  }

  /** A committed record. */
  void apply(ConsumerGroupRecord record) {
    state.apply(record);
    lastEpoch = Math.max(lastEpoch, state.epoch());
  }

  // ---- heartbeat

  void heartbeat(
      ConsumerHeartbeat heartbeat, Reply<ConsumerHeartbeatResult> reply, Now now, Effects out) {
    if (dead) {
      out.answer(reply, ConsumerHeartbeatResult.refused(ErrorCode.COORDINATOR_NOT_AVAILABLE, null));
      return;
    }
    touch(heartbeat.memberId(), now);
    steps.submit(new Heartbeat(heartbeat, new Owed<>(reply)), now, out);
  }

  /** A member is heard of. */
  private final class Heartbeat implements OneAtATime.Step {
    private final ConsumerHeartbeat heartbeat;
    private final Owed<ConsumerHeartbeatResult> owed;

    Heartbeat(ConsumerHeartbeat heartbeat, Owed<ConsumerHeartbeatResult> owed) {
      this.heartbeat = heartbeat;
      this.owed = owed;
    }

    @Override
    public void run(Now now, Effects out) {
      ConsumerHeartbeatResult refusal = HeartbeatCheck.refusalOf(heartbeat, state, this.limits());
      if (refusal != null) {
        owed.answer(refusal, out);
      } else if (heartbeat.leaves()) {
        leave(now, out);
      } else {
        stay(now, out);
      }
    }

    private HeartbeatCheck.Limits limits() {
      return new HeartbeatCheck.Limits(settings.maxSize(), assignors);
    }

    private void leave(Now now, Effects out) {
      ConsumerGroupChange change = change();
      String memberId = memberIdOf(heartbeat);
      if (heartbeat.epoch() == CurrentAssignment.AWAY) {
        CurrentAssignment current = state.current(memberId);
        change.putCurrent(
            memberId,
            new CurrentAssignment(
                CurrentAssignment.AWAY,
                current.epoch(),
                CurrentAssignment.Phase.STABLE,
                current.assigned(),
                Set.of()));
      } else {
        change.remove(memberId);
        change.settleTarget(now.wallMs());
      }
      ConsumerHeartbeatResult left =
          new ConsumerHeartbeatResult(
              ErrorCode.NONE, null, heartbeat.memberId(), heartbeat.epoch(), null);
      finish(change, left, now, out);
    }

    private void stay(Now now, Effects out) {
      ConsumerGroupChange change = change();
      String memberId = heartbeat.memberId();
      ConsumerMember known = state.member(memberId);
      String older =
          heartbeat.instanceId() == null || known != null
              ? null
              : state.memberOfInstance(heartbeat.instanceId());
      ConsumerMember asIs = known != null || older == null ? known : state.member(older);
      ConsumerMember member = describe(asIs);
      if (older != null && known == null) {
        change.replace(older, memberId, member);
      } else {
        change.put(memberId, member);
      }
      change.settleTarget(now.wallMs());
      CurrentAssignment past = state.current(memberId);
      CurrentAssignment next = change.reconcile(memberId, heartbeat.owned());
      boolean tellsAll =
          heartbeat.joins()
              || heartbeat.isFull()
              || heartbeat.epoch() != past.epoch()
              || !next.assigned().equals(past.assigned());
      ConsumerHeartbeatResult answer =
          new ConsumerHeartbeatResult(
              ErrorCode.NONE, null, memberId, next.epoch(), tellsAll ? next.assigned() : null);
      finish(change, answer, now, out);
    }

    /** The member with what it has said now. */
    private ConsumerMember describe(@Nullable ConsumerMember known) {
      boolean joins = heartbeat.joins() || known == null;
      String pattern =
          heartbeat.pattern() == null
              ? (joins || known == null ? null : known.pattern())
              : heartbeat.pattern();
      return new ConsumerMember(
          heartbeat.instanceId() == null && known != null
              ? known.instanceId()
              : heartbeat.instanceId(),
          heartbeat.rackId() == null && known != null ? known.rackId() : heartbeat.rackId(),
          heartbeat.clientId(),
          heartbeat.clientHost(),
          heartbeat.rebalanceTimeoutMs() < 0 && known != null
              ? known.rebalanceTimeoutMs()
              : heartbeat.rebalanceTimeoutMs(),
          heartbeat.topics() == null
              ? (joins || known == null ? List.of() : known.topics())
              : heartbeat.topics(),
          pattern == null || pattern.isEmpty() ? null : pattern,
          heartbeat.assignor() == null && known != null ? known.assignor() : heartbeat.assignor(),
          null);
    }

    private void finish(
        ConsumerGroupChange change, ConsumerHeartbeatResult answer, Now now, Effects out) {
      String memberId = requireNonNullElse(answer.memberId(), "");
      store(
          change,
          cause(),
          this,
          (then, effects) -> {
            if (!heartbeat.leaves()) {
              touch(memberId, then);
            }
            owed.answer(answer, effects);
          },
          now,
          out);
    }

    private RebalanceCause cause() {
      if (heartbeat.leaves()) {
        return RebalanceCause.MEMBER_LEFT;
      }
      return state.member(heartbeat.memberId()) == null
          ? RebalanceCause.MEMBER_JOINED
          : RebalanceCause.MEMBER_REJOINED;
    }

    @Override
    public void refuse(ErrorCode error, Effects out) {
      owed.answer(ConsumerHeartbeatResult.refused(error, null), out);
    }
  }

  private String memberIdOf(ConsumerHeartbeat heartbeat) {
    String ofInstance =
        heartbeat.instanceId() == null ? null : state.memberOfInstance(heartbeat.instanceId());
    return ofInstance == null ? heartbeat.memberId() : ofInstance;
  }

  /** Those who speak the classic protocol. */
  ClassicMembers classic() {
    return classic;
  }

  /** The cluster as it is known now. */
  MetadataImage image() {
    return metadata.get();
  }

  /** Who goes on with the members; null as long as they are here. */
  @Nullable ClassicGroup successor() {
    return successor;
  }

  void submit(OneAtATime.Step step, Now now, Effects out) {
    steps.submit(step, now, out);
  }

  ConsumerGroupChange change() {
    ConsumerGroupChange change =
        new ConsumerGroupChange(
            groupId, state, new ClusterTopics(metadata.get()), unseenTopics, assignors);
    if (before != null) {
      change.continueAfter(before.generation());
    }
    return change;
  }

  /**
   * Writes the change, if there is any, and goes on when it is committed.
   *
   * @param cause of the rebalance, should the change begin one
   */
  void store(
      ConsumerGroupChange change,
      RebalanceCause cause,
      OneAtATime.Step step,
      BiConsumer<Now, Effects> then,
      Now now,
      Effects out) {
    Downgrade downgrade = downgradeAfter(change);
    if (downgrade != null) {
      store(downgrade, step, then, now, out);
      return;
    }
    if (change.records().isEmpty()) {
      unseenTopics = TopicNews.NOTHING;
      then.accept(now, out);
      return;
    }
    int seen = newsCount;
    boolean newEpoch = change.epoch() > state.epoch();
    if (before != null) {
      change.first(before.records(groupId));
    }
    steps.write(
        change.records(),
        step,
        (committedAt, effects) -> {
          before = null;
          if (seen == newsCount) {
            unseenTopics = TopicNews.NOTHING;
          }
          deadlines.retain(state.members().keySet());
          for (StateRecord record : change.records()) {
            if (record instanceof ConsumerGroupRecord.Current current) {
              watchRevocation(current.memberId(), committedAt);
            }
          }
          classic.watch(committedAt);
          noteIfEmpty(committedAt);
          tally(newEpoch ? cause : null, committedAt);
          then.accept(committedAt, effects);
        },
        out);
  }

  private @Nullable Downgrade downgradeAfter(ConsumerGroupChange change) {
    return afterDowngrade == null || change.members().size() > afterDowngrade.maxSize()
        ? null
        : Downgrade.of(groupId, lastEpoch(), change, metadata.get());
  }

  /** In the place of a change: the group as it would be with it is a classic one. */
  private void store(
      Downgrade downgrade,
      OneAtATime.Step step,
      BiConsumer<Now, Effects> then,
      Now now,
      Effects out) {
    List<StateRecord> records = new ArrayList<>(tombstones());
    records.add(downgrade.record(now.wallMs()));
    steps.write(
        records,
        step,
        (committedAt, effects) -> {
          dead = true;
          // They ask again, and then it is the other group that they ask.
          steps.refuseWaiting(ErrorCode.COORDINATOR_NOT_AVAILABLE, effects);
          successor = requireNonNull(afterDowngrade).take(downgrade, committedAt, effects);
          then.accept(committedAt, effects);
        },
        out);
  }

  /** A rebalance lasts from a new epoch until all members have what they shall have. */
  private void tally(@Nullable RebalanceCause begun, Now now) {
    if (begun != null) {
      rebalances.begin(begun, now.monotonicMs());
    }
    State state = state();
    if (state == State.STABLE || state == State.EMPTY) {
      rebalances.end(now.monotonicMs());
    }
  }

  // ---- requests of the classic protocol

  /** Members are taken out by whoever administers the group; errors in the order of the members. */
  void leave(List<MemberRef> leaving, Reply<List<ErrorCode>> reply, Now now, Effects out) {
    Set<String> found = new LinkedHashSet<>();
    List<ErrorCode> errors = new ArrayList<>(leaving.size());
    for (MemberRef ref : leaving) {
      String ofInstance =
          ref.instanceId() == null ? null : state.memberOfInstance(ref.instanceId());
      String memberId = ofInstance == null ? ref.memberId() : ofInstance;
      ErrorCode error = ErrorCode.NONE;
      if (state.member(memberId) == null || (ref.instanceId() != null && ofInstance == null)) {
        error = ErrorCode.UNKNOWN_MEMBER_ID;
      } else if (!ref.memberId().isEmpty() && !ref.memberId().equals(memberId)) {
        error = ErrorCode.FENCED_INSTANCE_ID;
      } else {
        found.add(memberId);
      }
      errors.add(error);
    }
    Owed<List<ErrorCode>> owed = new Owed<>(reply);
    steps.submit(new Removal(List.copyOf(found), new Departure(errors, owed)), now, out);
  }

  /** Who waits for members to be gone. */
  private record Departure(List<ErrorCode> errors, Owed<List<ErrorCode>> owed) {
    void ended(ErrorCode error, Effects out) {
      List<ErrorCode> answers = new ArrayList<>(errors);
      answers.replaceAll(each -> each == ErrorCode.NONE ? error : each);
      owed.answer(answers, out);
    }
  }

  /** Takes the group, which has no members, out of the log, and then does what follows. */
  void vanish(OneAtATime.Step next, Now now, Effects out) {
    steps.submit(new Vanishing(next), now, out);
  }

  /** The group is to be of the other protocol. */
  private final class Vanishing implements OneAtATime.Step {
    private final OneAtATime.Step next;

    Vanishing(OneAtATime.Step next) {
      this.next = next;
    }

    @Override
    public void run(Now now, Effects out) {
      if (dead || !state.members().isEmpty()) {
        next.run(now, out);
      } else {
        // The epoch stays in the log: the generations go on from there.
        List<StateRecord> records = new ArrayList<>(tombstones());
        records.add(
            new StateRecord.GroupStored(
                groupId,
                new GroupSnapshot(
                    PROTOCOL_TYPE, lastEpoch(), null, null, now.wallMs(), List.of())));
        steps.write(records, this, next::run, out);
      }
    }

    @Override
    public void refuse(ErrorCode error, Effects out) {
      next.refuse(error, out);
    }
  }

  boolean hasMembers() {
    return !state.members().isEmpty();
  }

  // ---- time

  void touch(String memberId, Now now) {
    ConsumerMember member = state.member(memberId);
    if (member != null) {
      ClassicMember spoken = member.classic();
      int sessionTimeoutMs =
          spoken == null ? settings.sessionTimeoutMs() : spoken.sessionTimeoutMs();
      deadlines.session(memberId, now.monotonicMs() + sessionTimeoutMs);
    }
  }

  private void watchRevocation(String memberId, Now now) {
    ConsumerMember member = state.member(memberId);
    CurrentAssignment current = state.current(memberId);
    if (member != null && current.phase() == CurrentAssignment.Phase.UNREVOKED_PARTITIONS) {
      deadlines.revocation(
          memberId, current.revoking(), now.monotonicMs() + member.rebalanceTimeoutMs());
    } else {
      deadlines.hasRevoked(memberId);
    }
  }

  private void noteIfEmpty(Now now) {
    if (state.members().isEmpty()) {
      emptySinceWallMs = now.wallMs();
    }
  }

  @Override
  public void expire(Now now, Effects out) {
    Set<String> over = deadlines.over(now.monotonicMs());
    for (String memberId : over) {
      // Should the write be refused, it is tried again after as long.
      touch(memberId, now);
      deadlines.hasRevoked(memberId);
      deadlines.hasMoved(memberId);
    }
    if (!over.isEmpty()) {
      steps.submit(new Removal(List.copyOf(over), null), now, out);
    }
  }

  @Override
  public long earliestDeadlineMs() {
    return deadlines.earliestMs();
  }

  /** Members are gone, without having said so themselves. */
  private final class Removal implements OneAtATime.Step {
    private final List<String> memberIds;
    private final @Nullable Departure departure;

    Removal(List<String> memberIds, @Nullable Departure departure) {
      this.memberIds = memberIds;
      this.departure = departure;
    }

    @Override
    public void run(Now now, Effects out) {
      ConsumerGroupChange change = change();
      memberIds.forEach(change::remove);
      change.settleTarget(now.wallMs());
      RebalanceCause cause =
          departure == null ? RebalanceCause.MEMBER_EXPIRED : RebalanceCause.MEMBER_LEFT;
      store(change, cause, this, (then, effects) -> ended(ErrorCode.NONE, effects), now, out);
    }

    @Override
    public void refuse(ErrorCode error, Effects out) {
      ended(error, out);
    }

    private void ended(ErrorCode error, Effects out) {
      if (departure != null) {
        departure.ended(error, out);
      }
    }
  }

  // ---- topics

  /** Topics have come, gone, or got more partitions. */
  void topicsChanged(Set<String> names, Now now, Effects out) {
    if (!dead && state.isConcernedBy(names)) {
      unseenTopics = unseenTopics.and(names);
      newsCount++;
      steps.submit(new TopicChange(), now, out);
    }
  }

  /** New targets, if the topics are such as members want. */
  private final class TopicChange implements OneAtATime.Step {
    @Override
    public void run(Now now, Effects out) {
      if (state.members().isEmpty()) {
        return;
      }
      ConsumerGroupChange change = change();
      change.settleTarget(now.wallMs());
      store(change, RebalanceCause.TOPICS_CHANGED, this, (then, effects) -> {}, now, out);
    }

    @Override
    public void refuse(ErrorCode error, Effects out) {}
  }

  // ---- what offsets, erasure and the shard ask

  @Override
  public ErrorCode checkCommit(MemberRef ref, int epoch, Now now) {
    if (dead) {
      return ErrorCode.COORDINATOR_NOT_AVAILABLE;
    }
    if (epoch < 0 && state.members().isEmpty()) {
      return ErrorCode.NONE;
    }
    ErrorCode error = checkMember(ref, epoch);
    if (error == ErrorCode.NONE && isClassic(ref.memberId())) {
      touch(ref.memberId(), now);
    }
    return error;
  }

  private boolean isClassic(String memberId) {
    ConsumerMember member = state.member(memberId);
    return member != null && member.classic() != null;
  }

  @Override
  public ErrorCode checkTransactionalCommit(MemberRef ref, int epoch) {
    if (dead) {
      return ErrorCode.COORDINATOR_NOT_AVAILABLE;
    }
    boolean isAnonymous = epoch < 0 && ref.memberId().isEmpty() && ref.instanceId() == null;
    boolean needsNoMember = isAnonymous || (epoch < 0 && state.members().isEmpty());
    return needsNoMember ? ErrorCode.NONE : checkMember(ref, epoch);
  }

  @Override
  public ErrorCode checkOffsetDeletion() {
    return dead ? ErrorCode.GROUP_ID_NOT_FOUND : ErrorCode.NONE;
  }

  @Override
  public boolean isSubscribedTo(String topic) {
    return state.isSubscribedTo(topic);
  }

  @Override
  public int size() {
    return state.members().size();
  }

  @Override
  public Map<RebalanceCause, GroupStatistics.Rebalances> rebalances() {
    return rebalances.finished();
  }

  @Override
  public ErrorCode checkFetch(@Nullable String memberId, int epoch) {
    return (memberId == null || memberId.isEmpty()) && epoch < 0
        ? ErrorCode.NONE
        : checkMember(new MemberRef(requireNonNullElse(memberId, ""), null), epoch);
  }

  private ErrorCode checkMember(MemberRef ref, int epoch) {
    ConsumerMember member = state.member(ref.memberId());
    if (member != null && member.classic() != null) {
      return classic.check(ref, epoch);
    }
    if (member == null) {
      boolean isReplaced =
          ref.instanceId() != null && state.memberOfInstance(ref.instanceId()) != null;
      return isReplaced ? ErrorCode.FENCED_INSTANCE_ID : ErrorCode.UNKNOWN_MEMBER_ID;
    }
    return state.current(ref.memberId()).epoch() == epoch
        ? ErrorCode.NONE
        : ErrorCode.STALE_MEMBER_EPOCH;
  }

  @Override
  public boolean isBlank() {
    return isDeserted() && !state.exists() && before == null;
  }

  @Override
  public boolean isDeserted() {
    return !dead && state.members().isEmpty() && !steps.isBusy();
  }

  @Override
  public boolean isDead() {
    return dead;
  }

  @Override
  public long stateSinceWallMs() {
    return emptySinceWallMs;
  }

  @Override
  public ErrorCode checkErasure() {
    if (dead) {
      return ErrorCode.GROUP_ID_NOT_FOUND;
    }
    if (!state.members().isEmpty()) {
      return ErrorCode.NON_EMPTY_GROUP;
    }
    return steps.isBusy() ? ErrorCode.COORDINATOR_NOT_AVAILABLE : ErrorCode.NONE;
  }

  @Override
  public void beginErasure() {
    if (!isDeserted()) {
      throw new IllegalStateException("group " + groupId + " has members and cannot be erased");
    }
    dead = true;
  }

  @Override
  public void abandonErasure() {
    dead = false;
  }

  /** Also of members that the log has only half, which then are nobody's. */
  @Override
  public List<StateRecord> tombstones() {
    List<StateRecord> records = new ArrayList<>();
    for (String memberId : state.currentMembers()) {
      records.add(new ConsumerGroupRecord.Current(groupId, memberId, null));
    }
    for (String memberId : state.targets().keySet()) {
      records.add(new ConsumerGroupRecord.Target(groupId, memberId, null));
    }
    records.add(new ConsumerGroupRecord.TargetEpoch(groupId, null));
    for (String memberId : state.members().keySet()) {
      records.add(new ConsumerGroupRecord.Member(groupId, memberId, null));
    }
    for (String pattern : state.patterns().keySet()) {
      records.add(new ConsumerGroupRecord.Pattern(groupId, pattern, null));
    }
    if (before != null) {
      records.add(new StateRecord.GroupErased(groupId));
    }
    records.add(new ConsumerGroupRecord.Epoch(groupId, null));
    return records;
  }

  /** The last epoch that the group was ever in, also before it was erased. */
  int lastEpoch() {
    return before == null ? lastEpoch : Math.max(lastEpoch, before.generation());
  }

  @Override
  public void refuseAll(ErrorCode error, Effects out) {
    steps.refuseWaiting(error, out);
  }

  private State state() {
    if (dead) {
      return State.DEAD;
    }
    if (state.members().isEmpty()) {
      return State.EMPTY;
    }
    if (state.targetEpoch() < state.epoch()) {
      return State.ASSIGNING;
    }
    return state.members().keySet().stream().allMatch(state::hasSettled)
        ? State.STABLE
        : State.RECONCILING;
  }

  @Override
  public GroupListing listing() {
    return new GroupListing(groupId, PROTOCOL_TYPE, state().shown, TYPE);
  }

  ConsumerGroupDescription describe() {
    List<ConsumerGroupDescription.Member> members = new ArrayList<>();
    state
        .members()
        .forEach((id, member) -> {
          CurrentAssignment current = state.current(id);
          Set<TopicIdPartition> target = state.target(id);
          members.add(
              new ConsumerGroupDescription.Member(
                  id, current.epoch(), member, current.assigned(), target));
        });
    return new ConsumerGroupDescription(
        state().shown,
        state.epoch(),
        state.targetEpoch(),
        assignors.elect(state.members().values()).name(),
        members);
  }
}
