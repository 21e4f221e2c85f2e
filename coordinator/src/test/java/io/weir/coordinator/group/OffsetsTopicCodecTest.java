package io.weir.coordinator.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.coordinator.group.core.CommittedOffset;
import io.weir.coordinator.group.core.ConsumerGroupRecord;
import io.weir.coordinator.group.core.ConsumerMember;
import io.weir.coordinator.group.core.CurrentAssignment;
import io.weir.coordinator.group.core.GroupSnapshot;
import io.weir.coordinator.group.core.StateRecord;
import io.weir.coordinator.state.EncodedRecord;
import io.weir.protocol.model.TopicIdPartition;
import io.weir.protocol.model.TopicPartition;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Records as the field's tools expect them in the topic. */
class OffsetsTopicCodecTest {
  private static final TopicPartition T5 = new TopicPartition("t", 5);

  @Test
  void anOffsetHasKeyVersionOneAndValueVersionThree() {
    StateRecord stored =
        new StateRecord.OffsetStored(
            "g", T5, new CommittedOffset(258, 7, "m", 1, CommittedOffset.NO_EXPIRY));
    EncodedRecord encoded = OffsetsTopicCodec.encode(stored);
    assertThat(hex(encoded.key())).isEqualTo("0001" + "000167" + "000174" + "00000005");
    assertThat(hex(encoded.value()))
        .isEqualTo("0003" + "0000000000000102" + "00000007" + "00016d" + "0000000000000001");
    assertThat(decode(encoded)).isEqualTo(stored);
  }

  @Test
  void anOffsetWithItsOwnExpiryHasValueVersionOne() {
    StateRecord stored =
        new StateRecord.OffsetStored("g", T5, new CommittedOffset(1, -1, "", 2, 3));
    EncodedRecord encoded = OffsetsTopicCodec.encode(stored);
    assertThat(hex(encoded.value())).startsWith("0001");
    assertThat(decode(encoded)).isEqualTo(stored);
  }

  @Test
  void aGroupHasKeyVersionTwoAndValueVersionThree() {
    StateRecord stored =
        new StateRecord.GroupStored(
            "g",
            new GroupSnapshot(
                "consumer",
                4,
                "range",
                "m1",
                99,
                List.of(
                    new GroupSnapshot.Member(
                        "m1", "i1", "app", "/10.0.0.1", 60_000, 10_000, bytes("s"), bytes("a")),
                    new GroupSnapshot.Member(
                        "m2", null, "app", "/10.0.0.2", 60_000, 10_000, bytes(""), bytes("")))));
    EncodedRecord encoded = OffsetsTopicCodec.encode(stored);
    assertThat(hex(encoded.key())).isEqualTo("0002" + "000167");
    assertThat(hex(encoded.value())).startsWith("0003" + "0008" + "636f6e73756d6572" + "00000004");
    assertThat(decode(encoded)).isEqualTo(stored);
  }

  @Test
  void tombstonesHaveNoValue() {
    for (StateRecord erased :
        List.of(new StateRecord.OffsetErased("g", T5), new StateRecord.GroupErased("g"))) {
      EncodedRecord encoded = OffsetsTopicCodec.encode(erased);
      assertThat(encoded.value()).isNull();
      assertThat(decode(encoded)).isEqualTo(erased);
    }
  }

  @Test
  void otherKindsOfRecordsArePassedOver() {
    assertThat(OffsetsTopicCodec.decode(ByteBuffer.wrap(new byte[] {0, 4, 0, 0}), null)).isNull();
  }

  @Test
  void whatIsSaidOfAConsumerGroupComesBackAsItWas() {
    Set<TopicIdPartition> some =
        Set.of(
            new TopicIdPartition(new UUID(1, 2), 3),
            new TopicIdPartition(new UUID(1, 2), 0),
            new TopicIdPartition(new UUID(3, 4), 1));
    ConsumerMember member =
        new ConsumerMember("i", null, "c", "/h", 7, List.of("t"), "t-.*", "range", null);
    CurrentAssignment current =
        new CurrentAssignment(3, 2, CurrentAssignment.Phase.UNREVOKED_PARTITIONS, some, Set.of());
    List<ConsumerGroupRecord> records =
        List.of(
            new ConsumerGroupRecord.Epoch("g", new ConsumerGroupRecord.GroupEpoch(4, -5)),
            new ConsumerGroupRecord.Epoch("g", null),
            new ConsumerGroupRecord.Member("g", "m", member),
            new ConsumerGroupRecord.Member("g", "m", null),
            new ConsumerGroupRecord.TargetEpoch("g", 4),
            new ConsumerGroupRecord.TargetEpoch("g", null),
            new ConsumerGroupRecord.Target("g", "m", some),
            new ConsumerGroupRecord.Target("g", "m", null),
            new ConsumerGroupRecord.Current("g", "m", current),
            new ConsumerGroupRecord.Current("g", "m", null),
            new ConsumerGroupRecord.Pattern(
                "g", "t-.*", new ConsumerGroupRecord.MatchedTopics(Set.of("t-1"), 8, 9)),
            new ConsumerGroupRecord.Pattern("g", "t-.*", null));

    for (ConsumerGroupRecord record : records) {
      assertThat(decode(OffsetsTopicCodec.encode(record))).isEqualTo(record);
    }
  }

  private static @Nullable StateRecord decode(EncodedRecord encoded) {
    return OffsetsTopicCodec.decode(encoded.key(), encoded.value());
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }

  private static String hex(@Nullable ByteBuffer bytes) {
    assertThat(bytes).isNotNull();
    byte[] copy = new byte[bytes == null ? 0 : bytes.remaining()];
    if (bytes != null) {
      bytes.duplicate().get(copy);
    }
    return HexFormat.of().formatHex(copy);
  }
}
