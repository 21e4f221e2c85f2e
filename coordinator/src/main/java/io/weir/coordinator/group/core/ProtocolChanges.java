package io.weir.coordinator.group.core;

import io.weir.coordinator.state.Now;
import io.weir.coordinator.state.Reply;
import io.weir.protocol.model.ErrorCode;

/**
 * Joins that may change the protocol of a group. A group without members takes the protocol of the
 * first to join; what the other protocol left in the log is erased with that. Confined to the
 * shard.
 */
final class ProtocolChanges {
  private final Groups groups;
  private final MemberIds memberIds;

  ProtocolChanges(Groups groups, MemberIds memberIds) {
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
              members.isBlank() ? null : new ConsumerGroup.ClassicTrace(members.generationId());
          groups
              .becomeConsumer(group, new ConsumerGroupState(), trace)
              .heartbeat(named, reply, now, out);
        } else {
          out.answer(reply, refused(groupId, members));
        }
      }
    }
  }

  private static ConsumerHeartbeatResult refused(String groupId, ClassicGroup members) {
    return members.isDead()
        ? ConsumerHeartbeatResult.refused(ErrorCode.COORDINATOR_NOT_AVAILABLE)
        : ConsumerHeartbeatResult.refused(
            ErrorCode.GROUP_ID_NOT_FOUND,
            "Group " + groupId + " has members of the classic protocol.");
  }

  /** A member of the classic protocol joins a group of the other one. */
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
                  effects.answer(open, refused(ErrorCode.INCONSISTENT_GROUP_PROTOCOL));
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
