package io.weir.protocol.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.weir.protocol.message.Codec.Versioned;
import io.weir.protocol.wire.FieldNotInVersionException;
import io.weir.protocol.wire.MalformedMessageException;
import io.weir.protocol.wire.WireReader;
import io.weir.protocol.wire.WireWriter;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The records of __consumer_offsets, byte by byte, since other tools read them. */
final class GroupRecordsTest {
  private static final int MESSAGES = 40;
  private static final long SEED = Long.getLong("seed", 1);

  private static final OffsetCommitValue COMMIT =
      OffsetCommitValue.builder()
          .offset(258)
          .leaderEpoch(3)
          .metadata("m")
          .commitTimestamp(5)
          .build();

  static Stream<KafkaGroupRecord> all() {
    return KafkaGroupRecord.all();
  }

  @ParameterizedTest
  @MethodSource("all")
  void bothReadAndWriteTheSameBytes(KafkaGroupRecord kafka) {
    for (long seed = SEED; seed < SEED + MESSAGES; seed++) {
      byte[] theirs = kafka.random(seed);
      ProtocolMessage message = Codec.read(kafka.ours(), theirs);
      byte[] ours = Codec.write(message, kafka.ours().version());

      assertThat(ours).as("%s, -Dseed=%d", kafka, seed).isEqualTo(kafka.roundTrip(theirs));
      assertThat(kafka.roundTrip(ours)).isEqualTo(ours);
      assertThat(Codec.read(kafka.ours(), ours)).isEqualTo(message);
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void aRecordCutOffAnywhereIsMalformed(KafkaGroupRecord kafka) {
    byte[] bytes = kafka.random(SEED);
    for (int length = 0; length < bytes.length; length++) {
      ByteBuf in = Unpooled.copiedBuffer(bytes, 0, length);
      assertThatThrownBy(() -> Codec.read(kafka.ours(), in))
          .as("%s, %d of %d bytes", kafka, length, bytes.length)
          .isInstanceOf(MalformedMessageException.class);
    }
  }

  @Test
  void theKindOfARecordIsTheVersionOfItsKey() {
    List<Integer> kinds =
        all()
            .map(KafkaGroupRecord::ours)
            .filter(ours -> ours.message().endsWith("Key"))
            .map(Versioned::version)
            .toList();

    assertThat(kinds).hasSizeGreaterThan(20).doesNotHaveDuplicates();
    assertThat(ConsumerGroupMetadataKey.MIN_VERSION).isEqualTo(3);
    assertThat(ConsumerGroupMetadataKey.MAX_VERSION).isEqualTo(3);
    ByteBuf in = Unpooled.buffer().writeShort(0);
    assertThatThrownBy(() -> ConsumerGroupMetadataKey.read(new WireReader(in), 4))
        .isInstanceOf(MalformedMessageException.class);
  }

  @Test
  void aMemberWithoutAClassicPartSaysSo() {
    ConsumerGroupMemberMetadataValue member =
        ConsumerGroupMemberMetadataValue.builder()
            .instanceId(null)
            .rackId("r")
            .clientId("c")
            .clientHost("h")
            .subscribedTopicNames(List.of("t"))
            .subscribedTopicRegex(null)
            .rebalanceTimeoutMs(258)
            .serverAssignor(null)
            .classicMemberMetadata(null)
            .build();
    ConsumerGroupMemberMetadataValue.ClassicMember nothing =
        ConsumerGroupMemberMetadataValue.ClassicMember.builder().build();
    ConsumerGroupMemberMetadataValue.ClassicMember something =
        nothing.toBuilder().sessionTimeoutMs(3).build();
    String common = "00" + "0272" + "0263" + "0268" + "020274" + "00" + "00000102" + "00";

    assertThat(hex(member, 0)).isEqualTo(common + "01" + "0001" + "00");
    assertThat(hex(member.toBuilder().classicMemberMetadata(something).build(), 0))
        .isEqualTo(common + "01" + "0007" + "01" + "00000003" + "01" + "00");
    assertThat(hex(member.toBuilder().classicMemberMetadata(nothing).build(), 0))
        .isEqualTo(common + "00");
    assertThat(read(common + "01" + "0001" + "00")).isEqualTo(member);
    assertThatThrownBy(() -> read(common + "01" + "0001" + "02"))
        .isInstanceOf(MalformedMessageException.class)
        .hasMessageContaining("presence");
  }

  @Test
  void aCommittedOffsetInTheVersionInUse() {
    assertThat(hex(COMMIT, 3))
        .isEqualTo("0000000000000102" + "00000003" + "00016d" + "0000000000000005");
  }

  @Test
  void aCommittedOffsetThatExpires() {
    OffsetCommitValue expiring = COMMIT.toBuilder().leaderEpoch(-1).expireTimestamp(9).build();

    assertThat(hex(expiring, 1))
        .isEqualTo("0000000000000102" + "00016d" + "0000000000000005" + "0000000000000009");
  }

  @Test
  void aCommittedOffsetWithTheIdOfTheTopic() {
    OffsetCommitValue flexible = COMMIT.toBuilder().topicId(new UUID(1, 2)).build();

    assertThat(hex(flexible, 4))
        .isEqualTo(
            "0000000000000102"
                + "00000003"
                + "026d"
                + "0000000000000005"
                + "01"
                + "0010"
                + "0000000000000001"
                + "0000000000000002");
    assertThat(hex(COMMIT, 4)).endsWith("0000000000000005" + "00");
  }

  @Test
  void theKeyOfAnOffset() {
    OffsetCommitKey key = OffsetCommitKey.builder().group("g").topic("t").partition(7).build();

    assertThat(hex(key, 1)).isEqualTo("000167" + "000174" + "00000007");
  }

  @Test
  void theStateOfAGroupComesBackAsItWas() {
    GroupMetadataValue group =
        GroupMetadataValue.builder()
            .protocolType("consumer")
            .generation(4)
            .protocol("range")
            .leader("m-1")
            .currentStateTimestamp(99)
            .members(
                List.of(
                    GroupMetadataValue.Member.builder()
                        .memberId("m-1")
                        .groupInstanceId("i")
                        .clientId("c")
                        .clientHost("/127.0.0.1")
                        .rebalanceTimeout(1)
                        .sessionTimeout(2)
                        .subscription(ByteBuffer.wrap(new byte[] {1}))
                        .assignment(ByteBuffer.wrap(new byte[] {2, 3}))
                        .build()))
            .build();

    for (int version : List.of(3, 4)) {
      byte[] bytes = Codec.write(group, version);
      assertThat(GroupMetadataValue.read(new WireReader(Unpooled.wrappedBuffer(bytes)), version))
          .isEqualTo(group);
    }
  }

  @Test
  void buffersInAMessageKeepTheirPositionWhoeverReadsThem() {
    SyncGroupResponse response =
        SyncGroupResponse.builder().assignment(ByteBuffer.wrap(new byte[] {1, 2, 3})).build();

    response.assignment().get();

    assertThat(response.assignment().remaining()).isEqualTo(3);
    assertThat(response.assignment().isReadOnly()).isTrue();
  }

  @Test
  void whatAVersionCannotCarryIsNotDroppedSilently() {
    LeaveGroupRequest several =
        LeaveGroupRequest.builder()
            .groupId("g")
            .members(List.of(LeaveGroupRequest.Member.builder().memberId("m").build()))
            .build();

    assertThatThrownBy(() -> several.write(new WireWriter(Unpooled.buffer()), 2))
        .isInstanceOf(FieldNotInVersionException.class)
        .hasMessageContaining("members");
  }

  @Test
  void aVersionThatDoesNotExistIsRefused() {
    ByteBuf in = Unpooled.buffer();
    assertThatThrownBy(() -> OffsetCommitValue.read(new WireReader(in), 5))
        .isInstanceOf(MalformedMessageException.class);
    assertThatThrownBy(() -> COMMIT.size(5)).isInstanceOf(IllegalArgumentException.class);
  }

  private static ConsumerGroupMemberMetadataValue read(String hex) {
    ByteBuf in = Unpooled.wrappedBuffer(HexFormat.of().parseHex(hex));
    return ConsumerGroupMemberMetadataValue.read(new WireReader(in), 0);
  }

  private static String hex(ProtocolMessage message, int version) {
    ByteBuf bytes = Unpooled.wrappedBuffer(Codec.write(message, version));
    return HexFormat.of().formatHex(ByteBufUtil.getBytes(bytes));
  }
}
