package io.weir.coordinator.group.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.weir.coordinator.group.core.Shard.Asked;
import io.weir.protocol.message.ConsumerProtocolSubscription;
import io.weir.protocol.model.ErrorCode;
import io.weir.protocol.model.TopicPartition;
import io.weir.protocol.wire.WireWriter;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Single offsets are deleted where nobody reads on from them. */
class OffsetDeletionTest {
  private static final TopicPartition ORDERS = new TopicPartition("orders", 0);
  private static final TopicPartition BILLS = new TopicPartition("bills", 0);

  private final Shard shard = new Shard();

  @Test
  void anOffsetOfAnEmptyGroupIsDeletedForGood() {
    shard.commit(ORDERS, 5);
    shard.commit(BILLS, 6);
    OffsetsDeleted deleted = shard.deleteOffsets(ORDERS).answer();
    assertThat(deleted.errorCode()).isEqualTo(ErrorCode.NONE);
    assertThat(deleted.errors()).containsExactly(ErrorCode.NONE);
    shard.moveCoordinator();
    assertThat(shard.offset(ORDERS)).isEqualTo(-1);
    assertThat(shard.offset(BILLS)).isEqualTo(6);
  }

  @Test
  void whatMembersReadIsKeptTheRestGoes() {
    shard.commit(ORDERS, 5);
    shard.commit(BILLS, 6);
    joinWith("consumer", subscription("orders"));
    assertThat(shard.deleteOffsets(ORDERS, BILLS).answer().errors())
        .containsExactly(ErrorCode.GROUP_SUBSCRIBED_TO_TOPIC, ErrorCode.NONE);
    assertThat(shard.offset(ORDERS)).isEqualTo(5);
    assertThat(shard.offset(BILLS)).isEqualTo(-1);
  }

  @Test
  void aSubscriptionThatNobodyUnderstandsMayBeToAnything() {
    shard.commit(ORDERS, 5);
    joinWith("consumer", Shard.bytes("?"));
    assertThat(shard.deleteOffsets(ORDERS).answer().errors())
        .containsExactly(ErrorCode.GROUP_SUBSCRIBED_TO_TOPIC);
  }

  @Test
  void offsetsOfAGroupOfOtherKindAreKeptAsLongAsItHasMembers() {
    shard.commit(ORDERS, 5);
    joinWith("connect", subscription());
    assertThat(shard.deleteOffsets(ORDERS).answer().errorCode())
        .isEqualTo(ErrorCode.NON_EMPTY_GROUP);
  }

  @Test
  void aGroupThatIsNotThereHasNoOffsets() {
    assertThat(shard.deleteOffsets(ORDERS).answer().errorCode())
        .isEqualTo(ErrorCode.GROUP_ID_NOT_FOUND);
  }

  @Test
  void aTombstoneThatIsRefusedDeletesNothing() {
    shard.commit(ORDERS, 5);
    shard.holdWrites();
    Asked<OffsetsDeleted> deleted = shard.deleteOffsets(ORDERS);
    shard.refuseNext(ErrorCode.NOT_ENOUGH_REPLICAS);
    assertThat(deleted.answer().errorCode()).isEqualTo(ErrorCode.COORDINATOR_NOT_AVAILABLE);
    assertThat(shard.offset(ORDERS)).isEqualTo(5);
  }

  // ---- what is measured

  @Test
  void rebalancesAreCountedByTheirCauseWithTheTimeTheyTook() {
    shard.commit(ORDERS, 5);
    JoinResult member = shard.stableGroup(1).getFirst();
    shard.leave(new MemberRef(member.memberId(), null));
    GroupStatistics statistics = shard.core().statistics().getFirst();
    assertThat(statistics.state()).isEqualTo("Empty");
    assertThat(statistics.members()).isZero();
    assertThat(statistics.rebalances())
        .containsEntry(RebalanceCause.MEMBER_LEFT, new GroupStatistics.Rebalances(1, 0))
        .containsEntry(
            RebalanceCause.MEMBER_JOINED,
            new GroupStatistics.Rebalances(1, 2L * shard.settings.initialRebalanceDelayMs()));
    assertThat(statistics.offsets().get(ORDERS))
        .isEqualTo(new GroupStatistics.Position(5, Shard.WALL_START_MS + 1_000));
  }

  // ---- members

  private void joinWith(String protocolType, ByteBuffer metadata) {
    Asked<JoinResult> join =
        shard.join(
            new JoinRequested(
                "",
                null,
                "client",
                "/127.0.0.1",
                Shard.SESSION_MS,
                Shard.REBALANCE_MS,
                protocolType,
                List.of(new MemberProtocol("range", metadata)),
                false,
                false));
    shard.pass(2L * shard.settings.initialRebalanceDelayMs());
    shard.sync(join.answer(), Map.of());
    assertThat(shard.state()).isEqualTo("Stable");
  }

  private static ByteBuffer subscription(String... topics) {
    ConsumerProtocolSubscription subscription =
        new ConsumerProtocolSubscription(List.of(topics), null, List.of(), -1, null);
    ByteBuf out = Unpooled.buffer();
    out.writeShort(1);
    subscription.write(new WireWriter(out), 1);
    return out.nioBuffer();
  }
}
