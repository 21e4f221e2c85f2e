package io.weir.coordinator.group;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.weir.coordinator.group.core.CommittedOffset;
import io.weir.coordinator.group.core.ConsumerGroupRecord;
import io.weir.coordinator.group.core.GroupSnapshot;
import io.weir.coordinator.group.core.StateRecord;
import io.weir.coordinator.state.EncodedRecord;
import io.weir.protocol.message.GroupMetadataKey;
import io.weir.protocol.message.GroupMetadataValue;
import io.weir.protocol.message.OffsetCommitKey;
import io.weir.protocol.message.OffsetCommitValue;
import io.weir.protocol.message.ProtocolMessage;
import io.weir.protocol.model.TopicPartition;
import io.weir.protocol.wire.MalformedMessageException;
import io.weir.protocol.wire.WireReader;
import io.weir.protocol.wire.WireWriter;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Between what the core says and the bytes of Kafka's record schemas. Key and value each begin with
 * their version; a key's version tells its kind. Stateless.
 */
final class OffsetsTopicCodec {
  private static final int OFFSET_KEY_VERSION = 1;
  private static final int GROUP_KEY_VERSION = 2;

  /** The only version that can say when an offset expires. */
  private static final int EXPIRING_OFFSET_VERSION = 1;

  private static final int OFFSET_VERSION = 3;
  private static final int GROUP_VERSION = 3;

  private OffsetsTopicCodec() {}

  static EncodedRecord encode(StateRecord record) {
    return switch (record) {
      case StateRecord.OffsetStored stored ->
          new EncodedRecord(
              offsetKey(stored.groupId(), stored.partition()), offsetValue(stored.offset()));
      case StateRecord.OffsetErased erased ->
          new EncodedRecord(offsetKey(erased.groupId(), erased.partition()), null);
      case StateRecord.GroupStored stored ->
          new EncodedRecord(groupKey(stored.groupId()), groupValue(stored.snapshot()));
      case StateRecord.GroupErased erased -> new EncodedRecord(groupKey(erased.groupId()), null);
      case ConsumerGroupRecord changed -> ConsumerRecordsCodec.encode(changed);
    };
  }

  /**
   * Reads a record. Key and value stay as they are.
   *
   * @return null for a kind of record that means nothing here
   * @throws MalformedMessageException when the bytes are not what they claim to be
   */
  static @Nullable StateRecord decode(ByteBuffer key, @Nullable ByteBuffer value) {
    WireReader in = new WireReader(Unpooled.wrappedBuffer(key));
    int kind = in.readInt16();
    return switch (kind) {
      case 0, OFFSET_KEY_VERSION -> decodeOffset(OffsetCommitKey.read(in, kind), value);
      case GROUP_KEY_VERSION -> decodeGroup(GroupMetadataKey.read(in, kind), value);
      default -> ConsumerRecordsCodec.decode(kind, in, value);
    };
  }

  private static ByteBuffer offsetKey(String groupId, TopicPartition partition) {
    return bytes(
        new OffsetCommitKey(groupId, partition.topic(), partition.partition()), OFFSET_KEY_VERSION);
  }

  private static ByteBuffer offsetValue(CommittedOffset offset) {
    boolean expires = offset.expireTimestampMs() != CommittedOffset.NO_EXPIRY;
    OffsetCommitValue value =
        OffsetCommitValue.builder()
            .offset(offset.offset())
            .leaderEpoch(offset.leaderEpoch())
            .metadata(offset.metadata())
            .commitTimestamp(offset.commitTimestampMs())
            .expireTimestamp(offset.expireTimestampMs())
            .build();
    return bytes(value, expires ? EXPIRING_OFFSET_VERSION : OFFSET_VERSION);
  }

  private static StateRecord decodeOffset(OffsetCommitKey key, @Nullable ByteBuffer bytes) {
    TopicPartition partition = new TopicPartition(key.topic(), key.partition());
    if (bytes == null) {
      return new StateRecord.OffsetErased(key.group(), partition);
    }
    WireReader in = new WireReader(Unpooled.wrappedBuffer(bytes));
    OffsetCommitValue value = OffsetCommitValue.read(in, in.readInt16());
    return new StateRecord.OffsetStored(
        key.group(),
        partition,
        new CommittedOffset(
            value.offset(),
            value.leaderEpoch(),
            value.metadata(),
            value.commitTimestamp(),
            value.expireTimestamp()));
  }

  private static ByteBuffer groupKey(String groupId) {
    return bytes(new GroupMetadataKey(groupId), GROUP_KEY_VERSION);
  }

  private static ByteBuffer groupValue(GroupSnapshot snapshot) {
    List<GroupMetadataValue.Member> members =
        snapshot.members().stream()
            .map(member ->
                GroupMetadataValue.Member.builder()
                    .memberId(member.memberId())
                    .groupInstanceId(member.instanceId())
                    .clientId(member.clientId())
                    .clientHost(member.clientHost())
                    .rebalanceTimeout(member.rebalanceTimeoutMs())
                    .sessionTimeout(member.sessionTimeoutMs())
                    .subscription(member.subscription())
                    .assignment(member.assignment())
                    .build())
            .toList();
    GroupMetadataValue value =
        GroupMetadataValue.builder()
            .protocolType(snapshot.protocolType())
            .generation(snapshot.generationId())
            .protocol(snapshot.protocolName())
            .leader(snapshot.leaderId())
            .currentStateTimestamp(snapshot.stateTimestampMs())
            .members(members)
            .build();
    return bytes(value, GROUP_VERSION);
  }

  private static StateRecord decodeGroup(GroupMetadataKey key, @Nullable ByteBuffer bytes) {
    if (bytes == null) {
      return new StateRecord.GroupErased(key.group());
    }
    WireReader in = new WireReader(Unpooled.wrappedBuffer(bytes));
    GroupMetadataValue value = GroupMetadataValue.read(in, in.readInt16());
    List<GroupSnapshot.Member> members =
        value.members().stream()
            .map(member ->
                new GroupSnapshot.Member(
                    member.memberId(),
                    member.groupInstanceId(),
                    member.clientId(),
                    member.clientHost(),
                    member.rebalanceTimeout() < 0
                        ? member.sessionTimeout()
                        : member.rebalanceTimeout(),
                    member.sessionTimeout(),
                    member.subscription(),
                    member.assignment()))
            .toList();
    return new StateRecord.GroupStored(
        key.group(),
        new GroupSnapshot(
            value.protocolType(),
            value.generation(),
            value.protocol(),
            value.leader(),
            value.currentStateTimestamp(),
            members));
  }

  /** A message behind its version. */
  static ByteBuffer bytes(ProtocolMessage message, int version) {
    ByteBuf out = Unpooled.buffer(Short.BYTES + message.size(version));
    out.writeShort(version);
    message.write(new WireWriter(out), version);
    return out.nioBuffer();
  }
}
