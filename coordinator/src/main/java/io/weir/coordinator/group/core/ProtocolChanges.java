package io.weir.coordinator.group.core;

import io.weir.coordinator.state.Now;
import io.weir.coordinator.state.Reply;
import io.weir.protocol.model.ErrorCode;
import java.util.List;

/**
 * Joins that may change the protocol of a group. A group without members takes the protocol of the
 * first to join; what the other protocol left in the log is erased with that. A classic group of
 * consumers with members takes the consumer protocol with the first who joins by it, if {@code
 * group.consumer.migration.policy} allows that; the way back is {@link Downgrade}. Confined to the
 * shard.
 */
final class ProtocolChanges {
  private final Groups groups;
  private final MemberIds memberIds;
  private final ConsumerGroupSettings settings;

  ProtocolChanges(Groups groups, MemberIds memberIds, ConsumerGroupSettings settings) {
    this.settings = settings;
    this.groups = groups;
    this.memberIds = memberIds;
  }

  void heartbeat(
      String groupId,
      ConsumerHeartbeat heartbeat,
      Reply<ConsumerHeartbeatResult> reply,
      Now now,
      Effects out) {
    Group group = heartbeat.joins() ? groups.findOrCreate(groupId) : groups.find(groupId);
    if (group == null) {
      out.answer(
          reply,
          ConsumerHeartbeatResult.refused(
              ErrorCode.UNKNOWN_MEMBER_ID, "There is no group " + groupId + "."));
      return;
    }
    ConsumerHeartbeat named =
        heartbeat.memberId().isEmpty()
            ? heartbeat.as(memberIds.next(heartbeat.clientId()))
            : heartbeat;
    switch (group.membership()) {
      case ConsumerGroup members -> members.heartbeat(named, reply, now, out);
      case ClassicGroup members -> {
        if (heartbeat.joins() && members.isDeserted()) {
          var trace =
              members.isBlank()
                  ? null
                  : new ConsumerGroup.ClassicTrace(members.generationId(), List.of());
          groups
              .becomeConsumer(group, new ConsumerGroupState(), trace)
              .heartbeat(named, reply, now, out);
        } else if (heartbeat.joins() && !members.isDead()) {
          upgrade(group, members, named, reply, now, out);
        } else if (heartbeat.joins()) {
          out.answer(reply, refused(groupId, members, ""));
        } else {
          out.answer(
              reply,
              ConsumerHeartbeatResult.refused(
                  ErrorCode.UNKNOWN_MEMBER_ID,
                  "Group " + groupId + " has gone on with members of the classic protocol."));
        }
      }
    }
  }

  /**
   * The members go over with what they have. For them nothing changes before the newcomer's own
   * change, which brings all this into the log; should that be refused, the log and we still say
   * the same of what they have.
   */
  private void upgrade(
      Group group,
      ClassicGroup members,
      ConsumerHeartbeat heartbeat,
      Reply<ConsumerHeartbeatResult> reply,
      Now now,
      Effects out) {
    Upgrade upgrade = members.upgrade(groups.image());
    String objection = upgrade.objection();
    if (!settings.migrationPolicy().upgrades()) {
      objection = "group.consumer.migration.policy does not let it change its protocol";
    } else if (members.size() >= settings.maxSize()) {
      objection = "group.consumer.max.size does not let it take one more";
    }
    if (objection != null) {
      out.answer(reply, refused(group.id(), members, " and " + objection));
      return;
    }
    members.handOver(out);
    ConsumerGroupState state = new ConsumerGroupState();
    upgrade.records().forEach(state::apply);
    ConsumerGroup consumers =
        groups.becomeConsumer(
            group,
            state,
            new ConsumerGroup.ClassicTrace(members.generationId(), upgrade.records()));
    consumers.takeOver(now);
    consumers.heartbeat(heartbeat, reply, now, out);
  }

  private static ConsumerHeartbeatResult refused(
      String groupId, ClassicGroup members, String objection) {
    return members.isDead()
        ? ConsumerHeartbeatResult.refused(ErrorCode.COORDINATOR_NOT_AVAILABLE)
        : ConsumerHeartbeatResult.refused(
            ErrorCode.GROUP_ID_NOT_FOUND,
            "Group " + groupId + " has members of the classic protocol" + objection + ".");
  }

  /**
   * A member of the classic protocol joins a group of the other one: as one of its members, if
   * there are any, else the group is a classic one from then on.
   */
  void join(
      Group group,
      ConsumerGroup members,
      JoinRequested join,
      Reply<JoinResult> reply,
      Now now,
      Effects out) {
    Owed<JoinResult> owed = new Owed<>(reply);
    members.vanish(
        new OneAtATime.Step() {
          @Override
          public void run(Now then, Effects effects) {
            Reply<JoinResult> open = owed.handOver();
            if (open == null) {
              return;
            }
            switch (group.membership()) {
              case ClassicGroup classic -> classic.join(join, open, then, effects);
              case ConsumerGroup consumers -> {
                if (consumers.isDead()) {
                  effects.answer(open, refused(ErrorCode.COORDINATOR_NOT_AVAILABLE));
                } else if (consumers.hasMembers()) {
                  consumers.classic().join(join, open, then, effects);
                } else {
                  groups
                      .becomeClassic(group, consumers.lastEpoch())
                      .join(join, open, then, effects);
                }
              }
            }
          }

          @Override
          public void refuse(ErrorCode error, Effects effects) {
            owed.answer(refused(error), effects);
          }

          private JoinResult refused(ErrorCode error) {
            return JoinResult.refused(error, join.memberId());
          }
        },
        now,
        out);
  }
}
