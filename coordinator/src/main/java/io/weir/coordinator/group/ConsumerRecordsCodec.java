package io.weir.coordinator.group;

import io.netty.buffer.Unpooled;
import io.weir.coordinator.group.core.ClassicMember;
import io.weir.coordinator.group.core.ConsumerGroupRecord;
import io.weir.coordinator.group.core.ConsumerMember;
import io.weir.coordinator.group.core.CurrentAssignment;
import io.weir.coordinator.group.core.CurrentAssignment.Phase;
import io.weir.coordinator.group.core.MemberProtocol;
import io.weir.coordinator.group.core.StateRecord;
import io.weir.coordinator.state.EncodedRecord;
import io.weir.protocol.message.ConsumerGroupCurrentMemberAssignmentKey;
import io.weir.protocol.message.ConsumerGroupCurrentMemberAssignmentValue;
import io.weir.protocol.message.ConsumerGroupMemberMetadataKey;
import io.weir.protocol.message.ConsumerGroupMemberMetadataValue;
import io.weir.protocol.message.ConsumerGroupMetadataKey;
import io.weir.protocol.message.ConsumerGroupMetadataValue;
import io.weir.protocol.message.ConsumerGroupRegularExpressionKey;
import io.weir.protocol.message.ConsumerGroupRegularExpressionValue;
import io.weir.protocol.message.ConsumerGroupTargetAssignmentMemberKey;
import io.weir.protocol.message.ConsumerGroupTargetAssignmentMemberValue;
import io.weir.protocol.message.ConsumerGroupTargetAssignmentMetadataKey;
import io.weir.protocol.message.ConsumerGroupTargetAssignmentMetadataValue;
import io.weir.protocol.message.ProtocolMessage;
import io.weir.protocol.model.TopicIdPartition;
import io.weir.protocol.wire.MalformedMessageException;
import io.weir.protocol.wire.WireReader;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The records of groups of the consumer protocol. Of Kafka's kinds the topics of a group (4) are
 * passed over: since Kafka 4.1 their hash in the group's own record has taken their place.
 * Stateless.
 */
final class ConsumerRecordsCodec {
  private static final int GROUP = ConsumerGroupMetadataKey.MIN_VERSION;
  private static final int MEMBER = ConsumerGroupMemberMetadataKey.MIN_VERSION;
  private static final int TARGET_EPOCH = ConsumerGroupTargetAssignmentMetadataKey.MIN_VERSION;
  private static final int TARGET = ConsumerGroupTargetAssignmentMemberKey.MIN_VERSION;
  private static final int CURRENT = ConsumerGroupCurrentMemberAssignmentKey.MIN_VERSION;
  private static final int PATTERN = ConsumerGroupRegularExpressionKey.MIN_VERSION;
  private static final int VALUE_VERSION = 0;

  private ConsumerRecordsCodec() {}

  static EncodedRecord encode(ConsumerGroupRecord record) {
    String group = record.groupId();
    return switch (record) {
      case ConsumerGroupRecord.Epoch r ->
          record(new ConsumerGroupMetadataKey(group), GROUP, epoch(r.value()));
      case ConsumerGroupRecord.Member r ->
          record(
              new ConsumerGroupMemberMetadataKey(group, r.memberId()), MEMBER, member(r.value()));
      case ConsumerGroupRecord.Pattern r ->
          record(
              new ConsumerGroupRegularExpressionKey(group, r.pattern()),
              PATTERN,
              pattern(r.value()));
      case ConsumerGroupRecord.TargetEpoch r ->
          record(
              new ConsumerGroupTargetAssignmentMetadataKey(group),
              TARGET_EPOCH,
              targetEpoch(r.value()));
      case ConsumerGroupRecord.Target r ->
          record(
              new ConsumerGroupTargetAssignmentMemberKey(group, r.memberId()),
              TARGET,
              target(r.value()));
      case ConsumerGroupRecord.Current r ->
          record(
              new ConsumerGroupCurrentMemberAssignmentKey(group, r.memberId()),
              CURRENT,
              current(r.value()));
    };
  }

  private static EncodedRecord record(
      ProtocolMessage key, int kind, @Nullable ProtocolMessage value) {
    return new EncodedRecord(
        OffsetsTopicCodec.bytes(key, kind),
        value == null ? null : OffsetsTopicCodec.bytes(value, VALUE_VERSION));
  }

  private static @Nullable ProtocolMessage epoch(ConsumerGroupRecord.@Nullable GroupEpoch value) {
    return value == null
        ? null
        : ConsumerGroupMetadataValue.builder()
            .epoch(value.epoch())
            .metadataHash(value.topicsHash())
            .build();
  }

  private static @Nullable ProtocolMessage member(@Nullable ConsumerMember value) {
    return value == null
        ? null
        : ConsumerGroupMemberMetadataValue.builder()
            .instanceId(value.instanceId())
            .rackId(value.rackId())
            .clientId(value.clientId())
            .clientHost(value.clientHost())
            .subscribedTopicNames(value.topics())
            .subscribedTopicRegex(value.pattern())
            .rebalanceTimeoutMs(value.rebalanceTimeoutMs())
            .serverAssignor(value.assignor())
            .classicMemberMetadata(classic(value.classic()))
            .build();
  }

  private static ConsumerGroupMemberMetadataValue.@Nullable ClassicMember classic(
      @Nullable ClassicMember value) {
    return value == null
        ? null
        : new ConsumerGroupMemberMetadataValue.ClassicMember(
            value.sessionTimeoutMs(),
            value.protocols().stream()
                .map(protocol ->
                    new ConsumerGroupMemberMetadataValue.Protocol(
                        protocol.name(), protocol.metadata()))
                .toList());
  }

  private static @Nullable ProtocolMessage pattern(
      ConsumerGroupRecord.@Nullable MatchedTopics value) {
    return value == null
        ? null
        : ConsumerGroupRegularExpressionValue.builder()
            .topics(value.topics().stream().sorted().toList())
            .metadataVersion(value.metadataVersion())
            .timestamp(value.foundAtMs())
            .build();
  }

  private static @Nullable ProtocolMessage targetEpoch(@Nullable Integer value) {
    return value == null
        ? null
        : ConsumerGroupTargetAssignmentMetadataValue.builder().assignmentEpoch(value).build();
  }

  private static @Nullable ProtocolMessage target(@Nullable Set<TopicIdPartition> value) {
    if (value == null) {
      return null;
    }
    List<ConsumerGroupTargetAssignmentMemberValue.Topic> topics = new ArrayList<>();
    TopicPartitionLists.of(value)
        .forEach((topic, partitions) ->
            topics.add(
                ConsumerGroupTargetAssignmentMemberValue.Topic.builder()
                    .topicId(topic)
                    .partitions(partitions)
                    .build()));
    return ConsumerGroupTargetAssignmentMemberValue.builder().topicPartitions(topics).build();
  }

  private static @Nullable ProtocolMessage current(@Nullable CurrentAssignment value) {
    return value == null
        ? null
        : ConsumerGroupCurrentMemberAssignmentValue.builder()
            .memberEpoch(value.epoch())
            .previousMemberEpoch(value.previousEpoch())
            .state(numberOf(value.phase()))
            .assignedPartitions(topics(value.assigned()))
            .partitionsPendingRevocation(topics(value.revoking()))
            .build();
  }

  private static byte numberOf(Phase phase) {
    return switch (phase) {
      case STABLE -> 0;
      case UNREVOKED_PARTITIONS -> 1;
      case UNRELEASED_PARTITIONS -> 2;
    };
  }

  private static List<ConsumerGroupCurrentMemberAssignmentValue.Topic> topics(
      Set<TopicIdPartition> partitions) {
    List<ConsumerGroupCurrentMemberAssignmentValue.Topic> topics = new ArrayList<>();
    TopicPartitionLists.of(partitions)
        .forEach((topic, indexes) ->
            topics.add(
                ConsumerGroupCurrentMemberAssignmentValue.Topic.builder()
                    .topicId(topic)
                    .partitions(indexes)
                    .build()));
    return topics;
  }

  // ---- back

  /**
   * Reads a record whose kind has been read.
   *
   * @return null for a kind that means nothing here
   */
  static @Nullable StateRecord decode(int kind, WireReader key, @Nullable ByteBuffer value) {
    return switch (kind) {
      case 3 -> {
        var group = ConsumerGroupMetadataKey.read(key, kind).groupId();
        yield new ConsumerGroupRecord.Epoch(group, value == null ? null : readEpoch(value));
      }
      case 5 -> {
        var member = ConsumerGroupMemberMetadataKey.read(key, kind);
        yield new ConsumerGroupRecord.Member(
            member.groupId(), member.memberId(), value == null ? null : readMember(value));
      }
      case 6 -> {
        var group = ConsumerGroupTargetAssignmentMetadataKey.read(key, kind).groupId();
        yield new ConsumerGroupRecord.TargetEpoch(
            group, value == null ? null : readTargetEpoch(value));
      }
      case 7 -> {
        var member = ConsumerGroupTargetAssignmentMemberKey.read(key, kind);
        yield new ConsumerGroupRecord.Target(
            member.groupId(), member.memberId(), value == null ? null : readTarget(value));
      }
      case 8 -> {
        var member = ConsumerGroupCurrentMemberAssignmentKey.read(key, kind);
        yield new ConsumerGroupRecord.Current(
            member.groupId(), member.memberId(), value == null ? null : readCurrent(value));
      }
      case 16 -> {
        var pattern = ConsumerGroupRegularExpressionKey.read(key, kind);
        yield new ConsumerGroupRecord.Pattern(
            pattern.groupId(),
            pattern.regularExpression(),
            value == null ? null : readPattern(value));
      }
      default -> null;
    };
  }

  private static ConsumerGroupRecord.GroupEpoch readEpoch(ByteBuffer bytes) {
    WireReader in = reader(bytes);
    var value = ConsumerGroupMetadataValue.read(in, in.readInt16());
    return new ConsumerGroupRecord.GroupEpoch(value.epoch(), value.metadataHash());
  }

  private static ConsumerMember readMember(ByteBuffer bytes) {
    WireReader in = reader(bytes);
    var value = ConsumerGroupMemberMetadataValue.read(in, in.readInt16());
    String pattern = value.subscribedTopicRegex();
    return new ConsumerMember(
        value.instanceId(),
        value.rackId(),
        value.clientId(),
        value.clientHost(),
        value.rebalanceTimeoutMs(),
        value.subscribedTopicNames(),
        pattern == null || pattern.isEmpty() ? null : pattern,
        value.serverAssignor(),
        readClassic(value.classicMemberMetadata()));
  }

  private static @Nullable ClassicMember readClassic(
      ConsumerGroupMemberMetadataValue.@Nullable ClassicMember value) {
    if (value == null) {
      return null;
    }
    if (value.supportedProtocols().isEmpty()) {
      throw new MalformedMessageException("a member of the classic protocol without a protocol");
    }
    return new ClassicMember(
        value.sessionTimeoutMs(),
        value.supportedProtocols().stream()
            .map(protocol -> new MemberProtocol(protocol.name(), protocol.metadata()))
            .toList());
  }

  private static ConsumerGroupRecord.MatchedTopics readPattern(ByteBuffer bytes) {
    WireReader in = reader(bytes);
    var value = ConsumerGroupRegularExpressionValue.read(in, in.readInt16());
    return new ConsumerGroupRecord.MatchedTopics(
        Set.copyOf(value.topics()), value.metadataVersion(), value.timestamp());
  }

  private static int readTargetEpoch(ByteBuffer bytes) {
    WireReader in = reader(bytes);
    return ConsumerGroupTargetAssignmentMetadataValue.read(in, in.readInt16()).assignmentEpoch();
  }

  private static Set<TopicIdPartition> readTarget(ByteBuffer bytes) {
    WireReader in = reader(bytes);
    Set<TopicIdPartition> partitions = new HashSet<>();
    for (var topic :
        ConsumerGroupTargetAssignmentMemberValue.read(in, in.readInt16()).topicPartitions()) {
      topic.partitions().forEach(p -> partitions.add(new TopicIdPartition(topic.topicId(), p)));
    }
    return Set.copyOf(partitions);
  }

  private static CurrentAssignment readCurrent(ByteBuffer bytes) {
    WireReader in = reader(bytes);
    var value = ConsumerGroupCurrentMemberAssignmentValue.read(in, in.readInt16());
    Phase phase =
        switch (value.state()) {
          case 0 -> Phase.STABLE;
          case 1 -> Phase.UNREVOKED_PARTITIONS;
          // What is not known is looked at again when the member is heard of.
          case 2, 127 -> Phase.UNRELEASED_PARTITIONS;
          default -> throw new MalformedMessageException("no state of a member: " + value.state());
        };
    return new CurrentAssignment(
        value.memberEpoch(),
        value.previousMemberEpoch(),
        phase,
        partitions(value.assignedPartitions()),
        partitions(value.partitionsPendingRevocation()));
  }

  private static Set<TopicIdPartition> partitions(
      List<ConsumerGroupCurrentMemberAssignmentValue.Topic> topics) {
    Set<TopicIdPartition> partitions = new HashSet<>();
    for (var topic : topics) {
      topic.partitions().forEach(p -> partitions.add(new TopicIdPartition(topic.topicId(), p)));
    }
    return partitions;
  }

  private static WireReader reader(ByteBuffer bytes) {
    return new WireReader(Unpooled.wrappedBuffer(bytes));
  }
}
