package io.weir.coordinator.group.core;

import io.weir.protocol.model.ErrorCode;
import org.jspecify.annotations.Nullable;

/** Whether a member may say what it says. Stateless. */
final class HeartbeatCheck {
  /** What the group allows. Immutable. */
  record Limits(int maxSize, Assignors assignors) {}

  private HeartbeatCheck() {}

  /** Null when nothing speaks against it. */
  static @Nullable ConsumerHeartbeatResult refusalOf(
      ConsumerHeartbeat heartbeat, ConsumerGroupState state, Limits limits) {
    String assignor = heartbeat.assignor();
    if (assignor != null && !limits.assignors().offers(assignor)) {
      return refused(
          ErrorCode.UNSUPPORTED_ASSIGNOR,
          "There is no assignor " + assignor + " here, only " + limits.assignors().names() + ".");
    }
    String pattern = heartbeat.pattern();
    if (pattern != null && !pattern.isEmpty() && TopicPattern.compile(pattern) == null) {
      return refused(
          ErrorCode.INVALID_REGULAR_EXPRESSION,
          "The subscribed pattern is no regular expression of RE2.");
    }
    return heartbeat.instanceId() == null
        ? dynamic(heartbeat, state, limits)
        : ofInstance(heartbeat, heartbeat.instanceId(), state, limits);
  }

  private static @Nullable ConsumerHeartbeatResult dynamic(
      ConsumerHeartbeat heartbeat, ConsumerGroupState state, Limits limits) {
    ConsumerMember member = state.member(heartbeat.memberId());
    if (member == null) {
      return heartbeat.joins() ? noRoom(state, limits) : unknown(heartbeat.memberId());
    }
    if (member.classic() != null && !heartbeat.joins()) {
      return unknown(heartbeat.memberId());
    }
    return outOfStep(heartbeat, state.current(heartbeat.memberId()));
  }

  private static @Nullable ConsumerHeartbeatResult ofInstance(
      ConsumerHeartbeat heartbeat, String instanceId, ConsumerGroupState state, Limits limits) {
    String memberId = state.memberOfInstance(instanceId);
    if (memberId == null) {
      return heartbeat.joins() ? noRoom(state, limits) : unknown(instanceId);
    }
    CurrentAssignment current = state.current(memberId);
    ConsumerMember member = state.member(memberId);
    boolean isClassic = member != null && member.classic() != null;
    if (isClassic && heartbeat.joins()) {
      // As among members of the classic protocol, the newest holder of an instance id is right.
      return null;
    }
    if (isClassic && memberId.equals(heartbeat.memberId())) {
      return unknown(instanceId);
    }
    if (memberId.equals(heartbeat.memberId())) {
      return outOfStep(heartbeat, current);
    }
    if (!heartbeat.joins()) {
      return refused(
          ErrorCode.FENCED_INSTANCE_ID,
          "Another member has taken the instance id " + instanceId + ".");
    }
    return current.epoch() == CurrentAssignment.AWAY
        ? null
        : refused(
            ErrorCode.UNRELEASED_INSTANCE_ID,
            "Another member, which has not left, has the instance id " + instanceId + ".");
  }

  /** A member that has missed one answer is let in, if it has nothing that it should not have. */
  private static @Nullable ConsumerHeartbeatResult outOfStep(
      ConsumerHeartbeat heartbeat, CurrentAssignment current) {
    if (heartbeat.joins() || heartbeat.leaves() || heartbeat.epoch() == current.epoch()) {
      return null;
    }
    boolean missedOne =
        heartbeat.epoch() < current.epoch()
            && heartbeat.epoch() == current.previousEpoch()
            && heartbeat.owned() != null
            && current.assigned().containsAll(heartbeat.owned());
    return missedOne
        ? null
        : refused(
            ErrorCode.FENCED_MEMBER_EPOCH,
            "The member is not in epoch "
                + heartbeat.epoch()
                + " but in "
                + current.epoch()
                + ": it has to give up all partitions and join again.");
  }

  private static @Nullable ConsumerHeartbeatResult noRoom(ConsumerGroupState state, Limits limits) {
    return state.members().size() < limits.maxSize()
        ? null
        : refused(
            ErrorCode.GROUP_MAX_SIZE_REACHED,
            "The group has as many members as group.consumer.max.size allows.");
  }

  private static ConsumerHeartbeatResult unknown(String who) {
    return refused(ErrorCode.UNKNOWN_MEMBER_ID, who + " is not a member of the group.");
  }

  private static ConsumerHeartbeatResult refused(ErrorCode error, String message) {
    return ConsumerHeartbeatResult.refused(error, message);
  }
}
