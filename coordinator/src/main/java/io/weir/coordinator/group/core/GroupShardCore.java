package io.weir.coordinator.group.core;

import io.weir.coordinator.metadata.MetadataImage;
import io.weir.coordinator.state.Now;
import io.weir.coordinator.state.Reply;
import io.weir.coordinator.state.StateMachine;
import io.weir.protocol.model.ErrorCode;
import io.weir.protocol.model.TopicPartition;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * All that is decided about the groups of one partition of {@code __consumer_offsets} during one
 * leadership. Decides only: no threads, no clock, no I/O. Confined to the shard.
 *
 * <p>First {@link #replay} each record of the log and then {@link #loaded}; from then on requests,
 * {@link #settled} for each write, and {@link #tick} when {@link #nextWakeMs} has come. Each gives
 * effects, to be carried out in order: answers at once, writes by appending them in order. Writes
 * that commit must be reported in the order of the log.
 *
 * <p>Invariants: offsets are those of the committed log; each reply that is passed in is answered
 * exactly once, at the latest by {@link #close}.
 */
public final class GroupShardCore implements StateMachine<Effect> {
  private final GroupSettings settings;
  private final Groups groups;
  private final OffsetCommits commits;
  private final GroupErasure erasure;
  private final ProtocolChanges changes;
  private final OffsetDeletion deletion;
  private final UncommittedWrites uncommitted;
  private final OpenTransactions transactions;
  private final WakeUps wakeUps = new WakeUps();
  private final Map<String, GroupSnapshot> replayed = new HashMap<>();
  private final Map<String, ConsumerGroupState> replayedConsumers = new HashMap<>();
  private long nextRetentionCheckMs = Long.MAX_VALUE;

  /**
   * Nothing of the log is known yet.
   *
   * @param metadata the cluster as it is known now
   */
  public GroupShardCore(
      GroupSettings settings, MemberIds memberIds, Supplier<MetadataImage> metadata) {
    this.settings = settings;
    this.groups = new Groups(settings, memberIds, metadata);
    this.commits = new OffsetCommits(groups, settings.offsetMetadataMaxBytes());
    this.erasure = new GroupErasure(groups, settings.offsetsRetentionMs());
    this.changes = new ProtocolChanges(groups, memberIds, settings.consumer());
    this.deletion = new OffsetDeletion(groups);
    this.transactions = new OpenTransactions(groups);
    this.uncommitted = new UncommittedWrites(settings.commitTimeoutMs());
  }

  // ---- load

  /** A record of the log, in its order. */
  public void replay(StateRecord record) {
    switch (record) {
      case StateRecord.GroupStored stored -> replayed.put(stored.groupId(), stored.snapshot());
      case StateRecord.GroupErased erased -> replayed.remove(erased.groupId());
      case StateRecord.OffsetStored stored -> groups.apply(stored);
      case StateRecord.OffsetErased erased -> groups.apply(erased);
      case ConsumerGroupRecord changed ->
          replayedConsumers
              .computeIfAbsent(changed.groupId(), groupId -> new ConsumerGroupState())
              .apply(changed);
    }
  }

  /** A record of the log that belongs to the producer's transaction. */
  public void replay(StateRecord record, long producerId) {
    if (record instanceof StateRecord.OffsetStored stored) {
      transactions.add(producerId, stored);
    } else {
      replay(record);
    }
  }

  /** A marker of the log: the producer's transaction ends. */
  public void replayEnd(long producerId, boolean commit) {
    transactions.end(producerId, commit);
  }

  /** The whole log was replayed: members have a session time-out to show themselves. */
  @Override
  public List<Effect> loaded(Now now) {
    Effects out = new Effects();
    replayed.forEach((groupId, snapshot) ->
        groups
            .becomeClassic(groups.findOrCreate(groupId), snapshot.generationId())
            .restore(snapshot, now, out));
    replayed.clear();
    replayedConsumers.forEach((groupId, state) -> {
      if (state.exists()) {
        groups.becomeConsumer(groups.findOrCreate(groupId), state, null).restored(now, out);
      }
    });
    replayedConsumers.clear();
    nextRetentionCheckMs = now.monotonicMs() + settings.retentionCheckIntervalMs();
    return carryOut(out, now, groupIds());
  }

  // ---- members

  public List<Effect> join(String groupId, JoinRequested join, Reply<JoinResult> reply, Now now) {
    Effects out = new Effects();
    ErrorCode refusal = refusalOf(groupId, join);
    if (refusal == ErrorCode.NONE) {
      Group group = groups.findOrCreate(groupId);
      switch (group.membership()) {
        case ClassicGroup members -> members.join(join, reply, now, out);
        case ConsumerGroup members -> changes.join(group, members, join, reply, now, out);
      }
    } else {
      out.answer(reply, JoinResult.refused(refusal, join.memberId()));
    }
    return carryOut(out, now, groupId);
  }

  private ErrorCode refusalOf(String groupId, JoinRequested join) {
    if (join.sessionTimeoutMs() < settings.minSessionTimeoutMs()
        || join.sessionTimeoutMs() > settings.maxSessionTimeoutMs()) {
      return ErrorCode.INVALID_SESSION_TIMEOUT;
    }
    boolean knownToNobody = groups.find(groupId) == null && !join.memberId().isEmpty();
    return knownToNobody ? ErrorCode.UNKNOWN_MEMBER_ID : ErrorCode.NONE;
  }

  public List<Effect> sync(String groupId, SyncRequested sync, Reply<SyncResult> reply, Now now) {
    Effects out = new Effects();
    Group group = groups.find(groupId);
    if (group == null) {
      out.answer(reply, SyncResult.refused(ErrorCode.UNKNOWN_MEMBER_ID));
    } else {
      switch (group.membership()) {
        case ClassicGroup members -> members.sync(sync, reply, now, out);
        case ConsumerGroup members -> out.answer(reply, members.classic().sync(sync, now));
      }
    }
    return carryOut(out, now, groupId);
  }

  /** Answered at once. A heartbeat only moves a deadline back, so that no timer changes. */
  public ErrorCode heartbeat(String groupId, MemberRef member, int generationId, Now now) {
    Group group = groups.find(groupId);
    if (group == null) {
      return ErrorCode.UNKNOWN_MEMBER_ID;
    }
    return switch (group.membership()) {
      case ClassicGroup members -> members.heartbeat(member, generationId, now);
      case ConsumerGroup members -> members.classic().heartbeat(member, generationId, now);
    };
  }

  /** The answer has one error for each member, in their order. */
  public List<Effect> leave(
      String groupId, List<MemberRef> members, Reply<List<ErrorCode>> reply, Now now) {
    Effects out = new Effects();
    Group group = groups.find(groupId);
    if (group == null) {
      out.answer(reply, members.stream().map(member -> ErrorCode.UNKNOWN_MEMBER_ID).toList());
    } else {
      switch (group.membership()) {
        case ClassicGroup classic -> out.answer(reply, classic.leave(members, now, out));
        case ConsumerGroup consumers -> consumers.leave(members, reply, now, out);
      }
    }
    return carryOut(out, now, groupId);
  }

  /** A member of the consumer protocol is heard of. */
  public List<Effect> consumerHeartbeat(
      String groupId, ConsumerHeartbeat heartbeat, Reply<ConsumerHeartbeatResult> reply, Now now) {
    Effects out = new Effects();
    changes.heartbeat(groupId, heartbeat, reply, now, out);
    return carryOut(out, now, groupId);
  }

  // ---- offsets

  /** Whether the group's offsets may be shown to who asks as a member; NONE if so. */
  public ErrorCode checkFetch(String groupId, @Nullable String memberId, int epoch) {
    Group group = groups.find(groupId);
    return group == null ? ErrorCode.NONE : group.membership().checkFetch(memberId, epoch);
  }

  /** The answer has one error for each entry, in their order. */
  public List<Effect> commit(
      String groupId, CommitRequested commit, Reply<List<ErrorCode>> reply, Now now) {
    Effects out = new Effects();
    commits.commit(groupId, commit, reply, now, out);
    return carryOut(out, now, List.of());
  }

  /**
   * As {@link #commit}; the offsets become visible if the transaction commits. Members are checked
   * as far as the request names them.
   */
  public List<Effect> commitInTransaction(
      String groupId,
      CommitRequested commit,
      OffsetTransaction transaction,
      Reply<List<ErrorCode>> reply,
      Now now) {
    Effects out = new Effects();
    commits.commitInTransaction(groupId, commit, transaction, reply, out);
    return carryOut(out, now, List.of());
  }

  /**
   * The marker that ends the producer's transaction is committed, in its order with the writes. A
   * second one, or one of a transaction without offsets, changes nothing.
   */
  public List<Effect> transactionEnded(long producerId, boolean commit, Now now) {
    return carryOut(new Effects(), now, transactions.end(producerId, commit));
  }

  /** The partitions whose committed offset a transaction that is not over may change. */
  public Set<TopicPartition> unstableOffsets(String groupId) {
    Group group = groups.find(groupId);
    return group == null ? Set.of() : group.offsets().unstable();
  }

  /** All committed offsets of the group. */
  public Map<TopicPartition, CommittedOffset> offsets(String groupId) {
    Group group = groups.find(groupId);
    return group == null ? Map.of() : Map.copyOf(group.offsets().committed());
  }

  /** Those of the partitions' committed offsets that exist. */
  public Map<TopicPartition, CommittedOffset> offsets(
      String groupId, Collection<TopicPartition> partitions) {
    Group group = groups.find(groupId);
    if (group == null) {
      return Map.of();
    }
    Map<TopicPartition, CommittedOffset> found = new HashMap<>();
    for (TopicPartition partition : partitions) {
      CommittedOffset offset = group.offsets().get(partition);
      if (offset != null) {
        found.put(partition, offset);
      }
    }
    return found;
  }

  // ---- administration

  public List<GroupListing> list() {
    List<GroupListing> listings = new ArrayList<>();
    for (Group group : groups.all()) {
      listings.add(group.membership().listing());
    }
    return listings;
  }

  /** What is measured of all groups. */
  public List<GroupStatistics> statistics() {
    return groups.all().stream().map(GroupStatistics::of).toList();
  }

  /** Null when there is no such group of the classic protocol. */
  public @Nullable GroupDescription describe(String groupId) {
    Group group = groups.find(groupId);
    return group != null && group.membership() instanceof ClassicGroup members
        ? members.describe()
        : null;
  }

  /** Null when there is no such group of the consumer protocol. */
  public @Nullable ConsumerGroupDescription describeConsumers(String groupId) {
    Group group = groups.find(groupId);
    return group != null && group.membership() instanceof ConsumerGroup members
        ? members.describe()
        : null;
  }

  public List<Effect> delete(String groupId, Reply<ErrorCode> reply, Now now) {
    Effects out = new Effects();
    Group group = groups.find(groupId);
    ErrorCode refusal =
        group == null ? ErrorCode.GROUP_ID_NOT_FOUND : group.membership().checkErasure();
    if (group == null || refusal != ErrorCode.NONE) {
      out.answer(reply, refusal);
    } else {
      erasure.delete(group, reply, out);
    }
    return carryOut(out, now, groupId);
  }

  /** Forgets the group's offsets for these partitions, where no member reads them. */
  public List<Effect> deleteOffsets(
      String groupId, List<TopicPartition> partitions, Reply<OffsetsDeleted> reply, Now now) {
    Effects out = new Effects();
    deletion.delete(groupId, partitions, reply, out);
    return carryOut(out, now, groupId);
  }

  /** Topics are gone, and with them all offsets for them. */
  public List<Effect> topicsDeleted(Set<String> topics, Now now) {
    Effects out = new Effects();
    erasure.eraseTopics(topics, out);
    return carryOut(out, now, List.of());
  }

  /** Topics have come, gone, or got more partitions, as the metadata shows already. */
  public List<Effect> topicsChanged(Set<String> topics, Now now) {
    Effects out = new Effects();
    for (Group group : groups.all()) {
      if (group.membership() instanceof ConsumerGroup members) {
        members.topicsChanged(topics, now, out);
      }
    }
    return carryOut(out, now, List.of());
  }

  // ---- log, time, end

  /**
   * A write is committed (NONE), or was refused and will never be in the log. An unknown write is
   * passed over.
   */
  public List<Effect> settled(Write write, ErrorCode logError, Now now) {
    Effects out = new Effects();
    if (!uncommitted.remove(write)) {
      return List.of();
    }
    OffsetTransaction transaction = write.transaction();
    List<String> touched = new ArrayList<>();
    for (StateRecord record : write.records()) {
      if (record instanceof StateRecord.OffsetStored stored) {
        groups
            .findOrCreate(stored.groupId())
            .offsets()
            .end(stored.partition(), transaction != null);
        if (logError == ErrorCode.NONE && transaction != null) {
          transactions.add(transaction.producerId(), stored);
        }
      }
      if (logError == ErrorCode.NONE && transaction == null) {
        groups.apply(record);
      }
      if (touched.isEmpty() || !touched.getLast().equals(record.groupId())) {
        touched.add(record.groupId());
      }
    }
    write.outcome().settled(new WriteResult(logError), now, out);
    return carryOut(out, now, touched);
  }

  /** Does all that is due. */
  @Override
  public List<Effect> tick(Now now) {
    Effects out = new Effects();
    for (Write overdue : uncommitted.overdue(now.monotonicMs())) {
      overdue.outcome().overdue(now, out);
    }
    List<String> due = wakeUps.due(now.monotonicMs());
    for (String groupId : due) {
      Group group = groups.find(groupId);
      if (group != null) {
        group.membership().expire(now, out);
      }
    }
    if (nextRetentionCheckMs <= now.monotonicMs()) {
      nextRetentionCheckMs = now.monotonicMs() + settings.retentionCheckIntervalMs();
      erasure.expire(now, out);
    }
    return carryOut(out, now, due);
  }

  /** When {@link #tick} is next needed, in monotonic milliseconds. */
  @Override
  public long nextWakeMs() {
    return Math.min(
        nextRetentionCheckMs, Math.min(wakeUps.earliestMs(), uncommitted.earliestDeadlineMs()));
  }

  /**
   * The leadership, or the trust in this state, has ended: all who wait get the error. Nothing may
   * be asked of the core afterwards.
   */
  @Override
  public List<Effect> close(ErrorCode error, Now now) {
    Effects out = new Effects();
    for (Group group : groups.all()) {
      group.membership().refuseAll(error, out);
    }
    for (Write write : uncommitted.drain()) {
      write.outcome().settled(new WriteResult(error), now, out);
    }
    List<Effect> answers = new ArrayList<>();
    for (Effect effect = out.poll(); effect != null; effect = out.poll()) {
      if (effect instanceof Effect.Answer<?>) {
        answers.add(effect);
      }
    }
    return answers;
  }

  private List<String> groupIds() {
    return groups.all().stream().map(Group::id).toList();
  }

  private List<Effect> carryOut(Effects out, Now now, String groupId) {
    return carryOut(out, now, List.of(groupId));
  }

  /** Admits the writes, then puts the groups' timers right and forgets those that are nothing. */
  private List<Effect> carryOut(Effects out, Now now, Collection<String> touched) {
    List<Effect> effects = new ArrayList<>();
    for (Effect effect = out.poll(); effect != null; effect = out.poll()) {
      switch (effect) {
        case Effect.Answer<?> answer -> effects.add(answer);
        case Write write -> {
          if (uncommitted.admit(write, now.monotonicMs())) {
            begin(write);
            effects.add(write);
          } else {
            write.outcome().settled(WriteResult.UNAVAILABLE, now, out);
          }
        }
      }
    }
    for (String groupId : touched) {
      Group group = groups.find(groupId);
      if (group != null && group.isBlank()) {
        groups.forget(group);
        group = null;
      }
      wakeUps.set(
          groupId, group == null ? Long.MAX_VALUE : group.membership().earliestDeadlineMs());
    }
    return effects;
  }

  private void begin(Write write) {
    for (StateRecord record : write.records()) {
      if (record instanceof StateRecord.OffsetStored stored) {
        groups
            .findOrCreate(stored.groupId())
            .offsets()
            .begin(stored.partition(), write.transaction() != null);
      }
    }
  }
}
