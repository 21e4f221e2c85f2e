package io.weir.coordinator.group;

import io.weir.coordinator.group.core.ConsumerGroupDescription;
import io.weir.coordinator.group.core.ConsumerHeartbeat;
import io.weir.coordinator.group.core.ConsumerHeartbeatResult;
import io.weir.protocol.message.ConsumerGroupDescribeResponse;
import io.weir.protocol.message.ConsumerGroupHeartbeatRequest;
import io.weir.protocol.message.ConsumerGroupHeartbeatResponse;
import io.weir.protocol.model.ErrorCode;
import io.weir.protocol.model.TopicIdPartition;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Between ConsumerGroupHeartbeat and ConsumerGroupDescribe on the wire and the core. Stateless. */
final class ConsumerMessages {
  private static final int OWN_IDS = 1;
  private static final byte CLASSIC = 0;
  private static final byte CONSUMER = 1;

  private ConsumerMessages() {}

  /** What is wrong with the request, whatever the group; null when nothing is. */
  static @Nullable String objection(ConsumerGroupHeartbeatRequest request, int version) {
    if (request.groupId().isEmpty()) {
      return "The group id is empty.";
    }
    if (isEmpty(request.instanceId()) || isEmpty(request.rackId())) {
      return "An instance id or a rack, where there is one, is not empty.";
    }
    if (request.memberId().isEmpty() && (version >= OWN_IDS || request.memberEpoch() != 0)) {
      return "The member id is empty.";
    }
    return switch (request.memberEpoch()) {
      case 0 -> objectionToJoin(request);
      case -2 ->
          request.instanceId() == null ? "Only a member with an instance id can be away." : null;
      default -> request.memberEpoch() < -2 ? "The epoch is below -2." : null;
    };
  }

  private static @Nullable String objectionToJoin(ConsumerGroupHeartbeatRequest request) {
    if (request.rebalanceTimeoutMs() < 0) {
      return "Who joins says how long it may take to give partitions up.";
    }
    if (request.topicPartitions() == null || !request.topicPartitions().isEmpty()) {
      return "Who joins holds no partitions, and says so.";
    }
    return request.subscribedTopicNames() == null && request.subscribedTopicRegex() == null
        ? "Who joins names topics or a pattern of them."
        : null;
  }

  private static boolean isEmpty(@Nullable String text) {
    return text != null && text.isEmpty();
  }

  static ConsumerHeartbeat read(ConsumerGroupHeartbeatRequest request, GroupClient client) {
    return new ConsumerHeartbeat(
        request.memberId(),
        request.memberEpoch(),
        request.instanceId(),
        request.rackId(),
        client.clientId(),
        client.clientHost(),
        request.rebalanceTimeoutMs(),
        request.subscribedTopicNames(),
        request.subscribedTopicRegex(),
        request.serverAssignor(),
        owned(request));
  }

  private static @Nullable Set<TopicIdPartition> owned(ConsumerGroupHeartbeatRequest request) {
    if (request.topicPartitions() == null) {
      return null;
    }
    Set<TopicIdPartition> owned = new HashSet<>();
    for (ConsumerGroupHeartbeatRequest.Topic topic : request.topicPartitions()) {
      topic.partitions().forEach(p -> owned.add(new TopicIdPartition(topic.topicId(), p)));
    }
    return owned;
  }

  static ConsumerGroupHeartbeatResponse refused(ErrorCode error, @Nullable String message) {
    return ConsumerGroupHeartbeatResponse.builder().errorCode(error).errorMessage(message).build();
  }

  static ConsumerGroupHeartbeatResponse write(
      ConsumerHeartbeatResult result, int heartbeatIntervalMs) {
    if (result.errorCode() != ErrorCode.NONE) {
      return refused(result.errorCode(), result.message());
    }
    return ConsumerGroupHeartbeatResponse.builder()
        .memberId(result.memberId())
        .memberEpoch(result.epoch())
        .heartbeatIntervalMs(heartbeatIntervalMs)
        .assignment(result.assignment() == null ? null : assignment(result.assignment()))
        .build();
  }

  private static ConsumerGroupHeartbeatResponse.Assignment assignment(
      Collection<TopicIdPartition> partitions) {
    List<ConsumerGroupHeartbeatResponse.Topic> topics = new ArrayList<>();
    TopicPartitionLists.of(partitions)
        .forEach((topic, indexes) ->
            topics.add(
                ConsumerGroupHeartbeatResponse.Topic.builder()
                    .topicId(topic)
                    .partitions(indexes)
                    .build()));
    return ConsumerGroupHeartbeatResponse.Assignment.builder().topicPartitions(topics).build();
  }

  // ---- describe

  static ConsumerGroupDescribeResponse.Group notDescribed(
      String groupId, ErrorCode error, @Nullable String message) {
    return ConsumerGroupDescribeResponse.Group.builder()
        .groupId(groupId)
        .errorCode(error)
        .errorMessage(message)
        .build();
  }

  /**
   * The answer about one group.
   *
   * @param description null when there is no such group
   */
  static ConsumerGroupDescribeResponse.Group write(
      String groupId, @Nullable ConsumerGroupDescription description, TopicNamesById names) {
    if (description == null) {
      return notDescribed(
          groupId,
          ErrorCode.GROUP_ID_NOT_FOUND,
          "There is no group " + groupId + " of the consumer protocol.");
    }
    List<ConsumerGroupDescribeResponse.Member> members =
        description.members().stream().map(member -> write(member, names)).toList();
    return ConsumerGroupDescribeResponse.Group.builder()
        .groupId(groupId)
        .groupState(description.state())
        .groupEpoch(description.groupEpoch())
        .assignmentEpoch(description.assignmentEpoch())
        .assignorName(description.assignor())
        .members(members)
        .build();
  }

  private static ConsumerGroupDescribeResponse.Member write(
      ConsumerGroupDescription.Member described, TopicNamesById names) {
    var member = described.member();
    return ConsumerGroupDescribeResponse.Member.builder()
        .memberId(described.memberId())
        .instanceId(member.instanceId())
        .rackId(member.rackId())
        .memberEpoch(described.epoch())
        .clientId(member.clientId())
        .clientHost(member.clientHost())
        .subscribedTopicNames(member.topics())
        .subscribedTopicRegex(member.pattern())
        .assignment(assignment(described.assigned(), names))
        .targetAssignment(assignment(described.target(), names))
        .memberType(member.classic() == null ? CONSUMER : CLASSIC)
        .build();
  }

  /** Topics that are gone have no names, and are left out. */
  private static ConsumerGroupDescribeResponse.Assignment assignment(
      Collection<TopicIdPartition> partitions, TopicNamesById names) {
    List<ConsumerGroupDescribeResponse.Topic> topics = new ArrayList<>();
    TopicPartitionLists.of(partitions)
        .forEach((topic, indexes) -> {
          String name = names.nameOf(topic);
          if (name != null) {
            topics.add(
                ConsumerGroupDescribeResponse.Topic.builder()
                    .topicId(topic)
                    .topicName(name)
                    .partitions(indexes)
                    .build());
          }
        });
    return ConsumerGroupDescribeResponse.Assignment.builder().topicPartitions(topics).build();
  }
}
