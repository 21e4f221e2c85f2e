package io.weir.coordinator.group.core;

import static io.weir.coordinator.group.core.Shard.partitions;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.protocol.model.ErrorCode;
import io.weir.protocol.model.TopicIdPartition;
import io.weir.protocol.model.TopicPartition;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Stories of groups of the consumer protocol. */
class ConsumerGroupTest {
  private final Shard shard = new Shard();

  /** Members are heard of, and do as they are told, until nothing changes any more. */
  private void settle(Consumer... members) {
    for (int round = 0; round < 4; round++) {
      for (Consumer member : members) {
        assertThat(member.beat().errorCode()).isEqualTo(ErrorCode.NONE);
        member.comply();
      }
    }
    assertThat(shard.described().state()).isEqualTo("Stable");
  }

  private Consumer joined(String id, String... topics) {
    Consumer member = new Consumer(shard, id, topics);
    assertThat(member.join().errorCode()).isEqualTo(ErrorCode.NONE);
    return member.comply();
  }

  @Test
  void theFirstMemberGetsAllAtOnce() {
    shard.topic("orders", 3);
    Consumer a = new Consumer(shard, "a", "orders");

    ConsumerHeartbeatResult answer = a.join();

    assertThat(answer.assignment()).isEqualTo(partitions("orders", 0, 1, 2));
    assertThat(answer.epoch()).isEqualTo(1);
    assertThat(shard.described().state()).isEqualTo("Stable");
  }

  @Test
  void aPartitionChangesHandsOnlyAfterItWasGivenUp() {
    shard.topic("orders", 4);
    Consumer a = joined("a", "orders");
    Consumer b = new Consumer(shard, "b", "orders");
    assertThat(b.join().assignment()).as("of b, while a holds all").isEmpty();

    ConsumerHeartbeatResult told = a.beat();
    assertThat(told.assignment()).hasSize(2);
    assertThat(told.epoch()).as("a's epoch, while it has to revoke").isEqualTo(1);
    assertThat(b.beat().assignment()).as("of b, before a has revoked").isEmpty();

    a.comply();
    assertThat(a.beat().epoch()).isEqualTo(2);
    Set<TopicIdPartition> all = new HashSet<>(a.owned);
    b.beat();
    b.comply();
    assertThat(b.owned).hasSize(2);
    all.addAll(b.owned);
    assertThat(all).isEqualTo(partitions("orders", 0, 1, 2, 3));
  }

  @Test
  void whoDoesNotGiveUpInTimeIsRemoved() {
    shard.topic("orders", 2);
    Consumer a = joined("a", "orders");
    Consumer b = joined("b", "orders");
    a.beat();

    for (int second = 0; second * 1_000 <= Consumer.REBALANCE_MS; second++) {
      shard.pass(1_000);
      a.beat();
      b.beat();
    }

    assertThat(a.beat().errorCode()).isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
    b.beat();
    b.comply();
    assertThat(b.owned).isEqualTo(partitions("orders", 0, 1));
  }

  @Test
  void whoIsNotHeardOfIsRemoved() {
    shard.topic("orders", 2);
    Consumer a = joined("a", "orders");
    Consumer b = joined("b", "orders");
    settle(a, b);

    shard.pass(40_000);
    b.beat();
    shard.pass(10_000);
    b.beat();
    b.comply();

    assertThat(b.owned).isEqualTo(partitions("orders", 0, 1));
    assertThat(a.beat().errorCode()).isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
  }

  @Test
  void theLastMemberLeavesAndTheGroupCanBeDeleted() {
    shard.topic("orders", 2);
    Consumer a = joined("a", "orders");
    assertThat(shard.delete("g").answer()).isEqualTo(ErrorCode.NON_EMPTY_GROUP);

    assertThat(a.leave(-1).epoch()).isEqualTo(-1);

    assertThat(shard.described().state()).isEqualTo("Empty");
    assertThat(shard.delete("g").answer()).isEqualTo(ErrorCode.NONE);
    shard.moveCoordinator();
    assertThat(shard.core().list()).isEmpty();
  }

  @Test
  void aMemberThatMissedOneAnswerIsLetInAndOneThatHoldsTooMuchIsNot() {
    shard.topic("orders", 2);
    Consumer a = joined("a", "orders");
    Consumer b = joined("b", "orders");
    a.beat();
    a.comply();
    a.beat();
    assertThat(a.epoch).isEqualTo(2);

    a.epoch = 1;
    assertThat(a.beat().epoch()).isEqualTo(2);
    a.epoch = 1;
    a.owned = partitions("orders", 0, 1);
    assertThat(a.beat().errorCode()).isEqualTo(ErrorCode.FENCED_MEMBER_EPOCH);
    b.epoch = 9;
    assertThat(b.beat().errorCode()).isEqualTo(ErrorCode.FENCED_MEMBER_EPOCH);
  }

  @Test
  void aStaticMemberComesBackToWhatItLeft() {
    shard.topic("orders", 4);
    Consumer a = new Consumer(shard, "a", "orders").withInstance("i");
    a.join();
    a.comply();
    Consumer b = joined("b", "orders");
    settle(a, b);
    Set<TopicIdPartition> had = a.owned;
    Consumer again = new Consumer(shard, "a2", "orders").withInstance("i");
    assertThat(again.join().errorCode()).isEqualTo(ErrorCode.UNRELEASED_INSTANCE_ID);

    assertThat(a.leave(-2).epoch()).isEqualTo(-2);
    assertThat(b.beat().epoch()).as("b's epoch, while the other is away").isEqualTo(b.epoch);
    assertThat(again.join().assignment()).isEqualTo(had);
    assertThat(a.beat().errorCode()).isEqualTo(ErrorCode.FENCED_INSTANCE_ID);
    again.comply();
    settle(again, b);
  }

  @Test
  void aPatternFollowsTheTopics() {
    shard.topic("a-1", 1);
    shard.topic("b-1", 1);
    Consumer a = new Consumer(shard, "a").matching("a-.*");
    a.join();
    a.comply();
    assertThat(a.owned).isEqualTo(partitions("a-1", 0));

    shard.topic("a-2", 2);
    a.beat();
    a.comply();
    assertThat(a.owned).hasSize(3);
    shard.topic("a-1", 0);
    settle(a);
    assertThat(a.owned).isEqualTo(partitions("a-2", 0, 1));
    assertThat(new Consumer(shard, "x").matching("(").join().errorCode())
        .isEqualTo(ErrorCode.INVALID_REGULAR_EXPRESSION);
  }

  @Test
  void moreOfATopicIsSharedOutWithoutMovingTheRest() {
    shard.topic("orders", 2);
    Consumer a = joined("a", "orders");
    Consumer b = joined("b", "orders");
    settle(a, b);
    Set<TopicIdPartition> hadA = a.owned;

    shard.topic("orders", 4);
    assertThat(a.beat().assignment()).containsAll(hadA).hasSize(2);
    a.comply();
    settle(a, b);
    assertThat(b.owned).hasSize(2);
  }

  @Test
  void aNewCoordinatorGoesOnWithoutARebalance() {
    shard.topic("orders", 4);
    Consumer a = joined("a", "orders");
    Consumer b = joined("b", "orders");
    settle(a, b);
    int epoch = shard.described().groupEpoch();

    shard.moveCoordinator();

    assertThat(shard.uncommitted).isEmpty();
    assertThat(shard.described().groupEpoch()).isEqualTo(epoch);
    assertThat(a.beat().assignment()).isEqualTo(a.owned);
    assertThat(b.beat().epoch()).isEqualTo(epoch);
    settle(a, b);
  }

  @Test
  void aHeartbeatWaitsForTheWriteBeforeIt() {
    shard.topic("orders", 2);
    shard.holdWrites();
    var first = shard.consumerHeartbeat(new Consumer(shard, "a", "orders").request(0, true));
    var second = shard.consumerHeartbeat(new Consumer(shard, "b", "orders").request(0, true));
    assertThat(shard.uncommitted).hasSize(1);
    assertThat(first.isWaiting()).isTrue();

    shard.refuseNext(ErrorCode.NOT_ENOUGH_REPLICAS);

    assertThat(first.answer().errorCode()).isEqualTo(ErrorCode.COORDINATOR_NOT_AVAILABLE);
    assertThat(second.isWaiting()).isTrue();
    shard.commitAll();
    assertThat(second.answer().assignment()).isEqualTo(partitions("orders", 0, 1));
  }

  @Test
  void aCommitNeedsTheMembersEpoch() {
    shard.topic("orders", 2);
    Consumer a = joined("a", "orders");
    TopicPartition orders0 = new TopicPartition("orders", 0);

    assertThat(shard.commit("g", "a", a.epoch, orders0, 5).answer())
        .isEqualTo(List.of(ErrorCode.NONE));
    assertThat(shard.commit("g", "a", a.epoch + 1, orders0, 6).answer())
        .isEqualTo(List.of(ErrorCode.STALE_MEMBER_EPOCH));
    assertThat(shard.commit("g", "x", a.epoch, orders0, 6).answer())
        .isEqualTo(List.of(ErrorCode.UNKNOWN_MEMBER_ID));
    assertThat(shard.core().checkFetch("g", "a", a.epoch)).isEqualTo(ErrorCode.NONE);
    assertThat(shard.core().checkFetch("g", "a", 7)).isEqualTo(ErrorCode.STALE_MEMBER_EPOCH);
    assertThat(shard.offset(orders0)).isEqualTo(5);
  }

  @Test
  void anEmptyGroupTakesTheProtocolOfWhoComes() {
    shard.topic("orders", 2);
    List<JoinResult> classic = shard.stableGroup(1);
    shard.leave(new MemberRef(classic.getFirst().memberId(), null));
    Consumer a = joined("a", "orders");
    assertThat(a.epoch).isGreaterThan(classic.getFirst().generationId());
    shard.moveCoordinator();
    assertThat(shard.described().state()).isEqualTo("Stable");
    a.leave(-1);

    List<JoinResult> again = shard.stableGroup(1);

    assertThat(again.getFirst().generationId()).isGreaterThan(a.epoch);
    shard.moveCoordinator();
    assertThat(shard.state()).isEqualTo("Stable");
  }

  @Test
  void aRebalanceIsCountedFromItsCauseUntilEachMemberHasItsShare() {
    shard.topic("orders", 4);
    Consumer a = joined("a", "orders");
    Consumer b = joined("b", "orders");
    shard.pass(2_000);
    settle(a, b);
    shard.topic("orders", 6);
    settle(a, b);
    b.leave(-1);
    settle(a);

    GroupStatistics statistics = shard.core().statistics().getFirst();
    assertThat(statistics.type()).isEqualTo("consumer");
    assertThat(statistics.members()).isEqualTo(1);
    assertThat(statistics.rebalances())
        .isEqualTo(
            Map.of(
                RebalanceCause.MEMBER_JOINED, new GroupStatistics.Rebalances(2, 2_000),
                RebalanceCause.TOPICS_CHANGED, new GroupStatistics.Rebalances(1, 0),
                RebalanceCause.MEMBER_LEFT, new GroupStatistics.Rebalances(1, 0)));
  }
}
