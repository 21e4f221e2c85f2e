package io.weir.coordinator.group.core;

import static java.util.Objects.requireNonNullElse;

import io.weir.coordinator.metadata.MetadataImage;
import io.weir.coordinator.state.Now;
import io.weir.coordinator.state.Reply;
import io.weir.protocol.model.ErrorCode;
import io.weir.protocol.model.TopicIdPartition;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The members of a consumer group that speak the classic protocol. Each of its joins is one step
 * towards its target; in between it hears REBALANCE_IN_PROGRESS whenever it has to join again. Its
 * generation is its epoch, and it never leads. Decides only. Confined to the shard.
 *
 * <pre>
 *            join                sync                epoch rises, or what it waits for is free
 *   (none) ────────▶ owes sync ────────▶ in step ──────────────────────────────▶ owes join
 *                      ▲                                                             │
 *                      └───────────────────────────── join ──────────────────────────┘
 * </pre>
 *
 * <p>Who owes a join or a sync for longer than its rebalance time-out is removed.
 */
final class ClassicMembers {
  private final ConsumerGroup group;
  private final ConsumerGroupState state;
  private final ConsumerGroupSettings settings;
  private final MemberIds memberIds;
  private final ConsumerDeadlines deadlines;

  ClassicMembers(
      ConsumerGroup group,
      ConsumerGroupState state,
      ConsumerGroupSettings settings,
      MemberIds memberIds,
      ConsumerDeadlines deadlines) {
    this.group = group;
    this.state = state;
    this.settings = settings;
    this.memberIds = memberIds;
    this.deadlines = deadlines;
  }

  // ---- join

  void join(JoinRequested join, Reply<JoinResult> reply, Now now, Effects out) {
    if (!join.memberId().isEmpty()) {
      group.submit(new Join(join, true, new Owed<>(reply)), now, out);
      return;
    }
    String prefix = requireNonNullElse(join.instanceId(), join.clientId());
    String memberId = memberIds.next(prefix);
    if (join.instanceId() == null && join.takesMemberIdFirst()) {
      // Nothing is kept of it: who comes with an id that nobody has is as good as new.
      ErrorCode refusal = refusalOf(join, memberId, null);
      out.answer(
          reply,
          JoinResult.refused(
              refusal == ErrorCode.NONE ? ErrorCode.MEMBER_ID_REQUIRED : refusal,
              refusal == ErrorCode.NONE ? memberId : ""));
    } else {
      group.submit(new Join(join.as(memberId), false, new Owed<>(reply)), now, out);
    }
  }

  /** Why nobody may join like this; NONE when it is in order. */
  private ErrorCode refusalOf(JoinRequested join, String memberId, @Nullable String replaced) {
    ConsumerMember known = state.member(replaced == null ? memberId : replaced);
    boolean comesNew = known == null || known.classic() == null;
    if (!join.protocolType().equals(ClassicGroup.CONSUMERS)
        || join.protocols().isEmpty()
        || ConsumerSubscription.read(join.protocols().getFirst().metadata()) == null
        || (comesNew && settings.migrationPolicy() == MigrationPolicy.DISABLED)
        || !sharesAProtocol(join, memberId, replaced)) {
      return ErrorCode.INCONSISTENT_GROUP_PROTOCOL;
    }
    return known == null && state.members().size() >= settings.maxSize()
        ? ErrorCode.GROUP_MAX_SIZE_REACHED
        : ErrorCode.NONE;
  }

  /** Should the group be a classic one again, its members have to have a protocol in common. */
  private boolean sharesAProtocol(JoinRequested join, String memberId, @Nullable String replaced) {
    return join.protocols().stream()
        .anyMatch(protocol ->
            state.members().entrySet().stream()
                .filter(
                    other -> !other.getKey().equals(memberId) && !other.getKey().equals(replaced))
                .map(other -> other.getValue().classic())
                .allMatch(other -> other == null || other.knows(protocol.name())));
  }

  /** A member joins, or joins again. */
  private final class Join implements OneAtATime.Step {
    private final JoinRequested join;
    private final boolean namesItself;
    private final Owed<JoinResult> owed;

    /**
     * @param join with the id that the member has from now on
     * @param namesItself whether the client came with that id
     */
    Join(JoinRequested join, boolean namesItself, Owed<JoinResult> owed) {
      this.join = join;
      this.namesItself = namesItself;
      this.owed = owed;
    }

    @Override
    public void run(Now now, Effects out) {
      String holder = join.instanceId() == null ? null : state.memberOfInstance(join.instanceId());
      String replaced = holder == null || holder.equals(join.memberId()) ? null : holder;
      ErrorCode refusal = refusal(replaced);
      ConsumerSubscription subscription =
          refusal == ErrorCode.NONE
              ? ConsumerSubscription.read(join.protocols().getFirst().metadata())
              : null;
      if (subscription == null) {
        refuse(refusal, out);
        return;
      }
      ConsumerMember known = state.member(join.memberId());
      ConsumerMember member = new Member(join.memberId(), join).asOfConsumerGroup(subscription);
      ConsumerGroupChange change = group.change();
      if (replaced != null) {
        change.replace(replaced, join.memberId(), member);
      } else {
        change.put(join.memberId(), member);
      }
      change.settleTarget(now.wallMs());
      MetadataImage image = group.image();
      change.reconcile(join.memberId(), ConsumerAssignment.owned(subscription, image));
      RebalanceCause cause =
          replaced != null
              ? RebalanceCause.MEMBER_REPLACED
              : known == null ? RebalanceCause.MEMBER_JOINED : RebalanceCause.MEMBER_REJOINED;
      group.store(change, cause, this, this::joined, now, out);
    }

    private ErrorCode refusal(@Nullable String replaced) {
      if (group.isDead()) {
        return ErrorCode.COORDINATOR_NOT_AVAILABLE;
      }
      ConsumerMember known = state.member(join.memberId());
      if (namesItself && replaced != null) {
        return ErrorCode.FENCED_INSTANCE_ID;
      }
      boolean isLostStatic = namesItself && known == null && join.instanceId() != null;
      boolean isOther = known != null && known.classic() == null;
      if (isLostStatic || isOther) {
        return ErrorCode.UNKNOWN_MEMBER_ID;
      }
      return refusalOf(join, join.memberId(), replaced);
    }

    private void joined(Now now, Effects out) {
      ClassicGroup successor = group.successor();
      Reply<JoinResult> open = owed.handOver();
      if (open == null) {
        return;
      }
      if (successor != null) {
        successor.join(join, open, now, out);
        return;
      }
      String memberId = join.memberId();
      group.touch(memberId, now);
      deadlines.nextMove(memberId, now.monotonicMs() + join.rebalanceTimeoutMs());
      out.answer(
          open,
          new JoinResult(
              ErrorCode.NONE,
              memberId,
              state.current(memberId).epoch(),
              ClassicGroup.CONSUMERS,
              join.protocols().getFirst().name(),
              "",
              false,
              List.of()));
    }

    @Override
    public void refuse(ErrorCode error, Effects out) {
      owed.answer(JoinResult.refused(error, namesItself ? join.memberId() : ""), out);
    }
  }

  // ---- sync, heartbeat

  SyncResult sync(SyncRequested sync, Now now) {
    MemberRef ref = new MemberRef(sync.memberId(), sync.instanceId());
    ErrorCode error = check(ref, sync.generationId());
    ClassicMember member = find(sync.memberId());
    if (error != ErrorCode.NONE || member == null) {
      return SyncResult.refused(error);
    }
    String type = sync.protocolType();
    String name = sync.protocolName();
    if ((type != null && !type.equals(ClassicGroup.CONSUMERS))
        || (name != null && !name.equals(member.preferred().name()))) {
      return SyncResult.refused(ErrorCode.INCONSISTENT_GROUP_PROTOCOL);
    }
    group.touch(sync.memberId(), now);
    CurrentAssignment current = state.current(sync.memberId());
    boolean hasToRevoke = current.phase() == CurrentAssignment.Phase.UNREVOKED_PARTITIONS;
    if (current.epoch() < state.epoch() && !hasToRevoke) {
      return SyncResult.refused(ErrorCode.REBALANCE_IN_PROGRESS);
    }
    deadlines.hasMoved(sync.memberId());
    ConsumerSubscription subscription = ConsumerSubscription.read(member.preferred().metadata());
    return new SyncResult(
        ErrorCode.NONE,
        ClassicGroup.CONSUMERS,
        member.preferred().name(),
        ConsumerAssignment.write(
            current.assigned(), subscription == null ? 0 : subscription.version(), group.image()));
  }

  ErrorCode heartbeat(MemberRef ref, int generation, Now now) {
    ErrorCode error = check(ref, generation);
    if (error != ErrorCode.NONE) {
      return error;
    }
    group.touch(ref.memberId(), now);
    return owesJoin(ref.memberId()) ? ErrorCode.REBALANCE_IN_PROGRESS : ErrorCode.NONE;
  }

  private @Nullable ClassicMember find(String memberId) {
    ConsumerMember member = state.member(memberId);
    return member == null ? null : member.classic();
  }

  /** Whether a member of the classic protocol may speak in this generation. */
  ErrorCode check(MemberRef ref, int generation) {
    if (group.isDead()) {
      return ErrorCode.COORDINATOR_NOT_AVAILABLE;
    }
    if (ref.instanceId() != null) {
      String holder = state.memberOfInstance(ref.instanceId());
      if (holder == null || !holder.equals(ref.memberId())) {
        return holder == null ? ErrorCode.UNKNOWN_MEMBER_ID : ErrorCode.FENCED_INSTANCE_ID;
      }
    }
    if (find(ref.memberId()) == null) {
      return ErrorCode.UNKNOWN_MEMBER_ID;
    }
    return state.current(ref.memberId()).epoch() == generation
        ? ErrorCode.NONE
        : ErrorCode.ILLEGAL_GENERATION;
  }

  /** Whether the member has to join again to come nearer to its target. */
  private boolean owesJoin(String memberId) {
    CurrentAssignment current = state.current(memberId);
    if (current.epoch() < state.epoch()) {
      return true;
    }
    return switch (current.phase()) {
      case STABLE -> false;
      case UNREVOKED_PARTITIONS -> true;
      case UNRELEASED_PARTITIONS -> isReleased(memberId, state.target(memberId));
    };
  }

  private boolean isReleased(String memberId, Set<TopicIdPartition> target) {
    return target.stream()
        .map(state::holder)
        .allMatch(holder -> holder == null || holder.equals(memberId));
  }

  /** The group has changed: from now on time runs for those who have to join again. */
  void watch(Now now) {
    state
        .members()
        .forEach((memberId, member) -> {
          if (member.classic() != null && owesJoin(memberId)) {
            deadlines.nextMoveUnlessSet(memberId, now.monotonicMs() + member.rebalanceTimeoutMs());
          }
        });
  }
}
