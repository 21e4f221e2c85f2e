package io.weir.coordinator.group.core;

import static io.weir.coordinator.group.core.Shard.consumer;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.coordinator.group.core.Shard.Asked;
import io.weir.protocol.model.ErrorCode;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** How members come together into a generation. */
class RebalanceTest {
  private final Shard shard = new Shard();

  @Test
  void aLoneMemberWaitsForTheInitialDelayThenLeads() {
    Asked<JoinResult> join = shard.join("");
    shard.pass(2_999);
    assertThat(join.isWaiting()).isTrue();
    shard.pass(1);
    assertThat(join.answer().errorCode()).isEqualTo(ErrorCode.NONE);
    assertThat(join.answer().generationId()).isEqualTo(1);
    assertThat(join.answer().leaderId()).isEqualTo(join.answer().memberId());
    assertThat(join.answer().protocolName()).isEqualTo("range");
    assertThat(shard.state()).isEqualTo("CompletingRebalance");
  }

  @Test
  void eachNewcomerProlongsTheInitialDelayButNotBeyondTheRebalanceTimeout() {
    Asked<JoinResult> first = shard.join("");
    for (int i = 0; i < 19; i++) {
      shard.pass(2_999);
      shard.join("");
    }
    assertThat(first.isWaiting()).isTrue();
    shard.pass(Shard.REBALANCE_MS - 19 * 2_999);
    assertThat(first.answer().generationId()).isEqualTo(1);
    assertThat(first.answer().members()).hasSize(20);
  }

  @Test
  void membersGetTheLeadersAssignmentOnceItIsInTheLog() {
    Asked<JoinResult> first = shard.join("");
    Asked<JoinResult> second = shard.join("");
    shard.pass(6_000);
    assertThat(second.answer().members()).isEmpty();
    shard.holdWrites();
    Asked<SyncResult> follower = shard.sync(second.answer(), Map.of());
    Asked<SyncResult> leader =
        shard.sync(
            first.answer(),
            Map.of(first.answer().memberId(), "a", second.answer().memberId(), "b"));
    assertThat(follower.isWaiting()).isTrue();
    assertThat(leader.isWaiting()).isTrue();

    shard.commitAll();
    assertThat(Shard.text(leader.answer().assignment())).isEqualTo("a");
    assertThat(Shard.text(follower.answer().assignment())).isEqualTo("b");
    assertThat(shard.state()).isEqualTo("Stable");
  }

  @Test
  void aThirdMemberJoinsTwo() {
    List<JoinResult> two = shard.stableGroup(2);
    Asked<JoinResult> third = shard.join("");
    assertThat(shard.heartbeat(two.get(0))).isEqualTo(ErrorCode.REBALANCE_IN_PROGRESS);
    Asked<JoinResult> first = shard.join(two.get(0).memberId());
    assertThat(third.isWaiting()).isTrue();
    Asked<JoinResult> second = shard.join(two.get(1).memberId());

    assertThat(first.answer().generationId()).isEqualTo(2);
    assertThat(first.answer().members()).hasSize(3);
    assertThat(third.answer().leaderId()).isEqualTo(first.answer().memberId());
    assertThat(shard.heartbeat(two.get(0))).isEqualTo(ErrorCode.ILLEGAL_GENERATION);
    assertThat(shard.heartbeat(second.answer())).isEqualTo(ErrorCode.NONE);
  }

  @Test
  void aSlowMemberIsRemovedAtTheRebalanceTimeout() {
    List<JoinResult> two = shard.stableGroup(2);
    Asked<JoinResult> third = shard.join("");
    Asked<JoinResult> first = shard.join(two.get(0).memberId());
    // The slow one lives, it only does not come.
    for (int i = 0; i < 11; i++) {
      shard.pass(5_000);
      assertThat(shard.heartbeat(two.get(1))).isEqualTo(ErrorCode.REBALANCE_IN_PROGRESS);
    }
    assertThat(first.isWaiting()).isTrue();
    shard.pass(5_000);
    assertThat(first.answer().members()).hasSize(2);
    assertThat(third.answer().generationId()).isEqualTo(2);
    assertThat(shard.heartbeat(two.get(1))).isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
  }

  @Test
  void aMemberThatFallsSilentCausesARebalance() {
    List<JoinResult> two = shard.stableGroup(2);
    for (int i = 0; i < 2; i++) {
      shard.pass(5_000);
      shard.heartbeat(two.get(0));
    }
    assertThat(shard.state()).isEqualTo("PreparingRebalance");
    Asked<JoinResult> again = shard.join(two.get(0).memberId());
    assertThat(again.answer().members()).hasSize(1);
  }

  @Test
  void aDeadLeaderIsSucceeded() {
    List<JoinResult> two = shard.stableGroup(2);
    assertThat(shard.leave(new MemberRef(two.get(0).memberId(), null)))
        .containsExactly(ErrorCode.NONE);
    Asked<JoinResult> second = shard.join(two.get(1).memberId());
    assertThat(second.answer().leaderId()).isEqualTo(two.get(1).memberId());
  }

  @Test
  void aMemberThatDoesNotSyncIsRemovedAtTheRebalanceTimeout() {
    Asked<JoinResult> a = shard.join("");
    Asked<JoinResult> b = shard.join("");
    shard.pass(6_000);
    Asked<SyncResult> sync = shard.sync(b.answer(), Map.of());
    for (int i = 0; i < 12; i++) {
      shard.pass(5_000);
      shard.heartbeat(a.answer());
    }
    assertThat(sync.answer().errorCode()).isEqualTo(ErrorCode.REBALANCE_IN_PROGRESS);
    assertThat(shard.heartbeat(a.answer())).isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
    assertThat(shard.heartbeat(b.answer())).isEqualTo(ErrorCode.REBALANCE_IN_PROGRESS);
  }

  @Test
  void theLeaderMayAskForARebalanceAFollowerGetsItsGenerationAgain() {
    List<JoinResult> two = shard.stableGroup(2);
    JoinResult again = shard.join(two.get(1).memberId()).answer();
    assertThat(again.generationId()).isEqualTo(1);
    assertThat(shard.state()).isEqualTo("Stable");
    Asked<JoinResult> leader = shard.join(two.get(0).memberId());
    assertThat(leader.isWaiting()).isTrue();
    assertThat(shard.state()).isEqualTo("PreparingRebalance");
  }

  @Test
  void aRepeatedJoinReplacesTheEarlierOne() {
    List<JoinResult> two = shard.stableGroup(2);
    Asked<JoinResult> once = shard.join(two.get(0).memberId());
    Asked<JoinResult> twice = shard.join(two.get(0).memberId());
    assertThat(once.answer().errorCode()).isEqualTo(ErrorCode.REBALANCE_IN_PROGRESS);
    assertThat(twice.isWaiting()).isTrue();
  }

  @Test
  void membersVoteForAProtocolThatAllKnow() {
    Asked<JoinResult> a = shard.join(consumer("", null, "range", "sticky"));
    shard.join(consumer("", null, "sticky", "range"));
    shard.join(consumer("", null, "roundrobin", "sticky", "range"));
    shard.pass(Shard.REBALANCE_MS);
    assertThat(a.answer().protocolName()).isEqualTo("sticky");
    assertThat(Shard.text(a.answer().members().getFirst().metadata()))
        .isEqualTo("topics of sticky");
  }

  @Test
  void whoKnowsNoCommonProtocolStaysOutside() {
    shard.join(consumer("", null, "range"));
    assertThat(shard.join(consumer("", null, "sticky")).answer().errorCode())
        .isEqualTo(ErrorCode.INCONSISTENT_GROUP_PROTOCOL);
    assertThat(shard.join(consumer("", null)).answer().errorCode())
        .isEqualTo(ErrorCode.INCONSISTENT_GROUP_PROTOCOL);
  }

  @Test
  void theLastToLeaveEmptiesTheGroupAndTheLogSaysSo() {
    List<JoinResult> two = shard.stableGroup(2);
    shard.leave(
        new MemberRef(two.get(0).memberId(), null), new MemberRef(two.get(1).memberId(), null));
    assertThat(shard.state()).isEqualTo("Empty");
    StateRecord.GroupStored last = (StateRecord.GroupStored) shard.log.getLast();
    assertThat(last.snapshot().members()).isEmpty();
    assertThat(last.snapshot().generationId()).isEqualTo(2);
    assertThat(last.snapshot().protocolType()).isEqualTo("consumer");
  }

  @Test
  void anAssignmentThatCannotBeStoredIsNotHandedOut() {
    List<JoinResult> one = List.of(joinAlone());
    shard.holdWrites();
    Asked<SyncResult> sync = shard.syncAll(one).getFirst();
    shard.refuseNext(ErrorCode.NOT_ENOUGH_REPLICAS);
    assertThat(sync.answer().errorCode()).isEqualTo(ErrorCode.COORDINATOR_NOT_AVAILABLE);
    assertThat(shard.heartbeat(one.getFirst())).isEqualTo(ErrorCode.REBALANCE_IN_PROGRESS);
    JoinResult again = shard.join(one.getFirst().memberId()).answer();
    assertThat(again.generationId()).isEqualTo(2);
  }

  @Test
  void anAssignmentThatIsCommittedTooLateIsNotHandedOutEither() {
    List<JoinResult> one = List.of(joinAlone());
    shard.holdWrites();
    Asked<SyncResult> sync = shard.syncAll(one).getFirst();
    shard.pass(5_000);
    assertThat(sync.answer().errorCode()).isEqualTo(ErrorCode.COORDINATOR_NOT_AVAILABLE);
    JoinResult again = shard.join(one.getFirst().memberId()).answer();
    shard.commitAll();
    assertThat(shard.state()).isEqualTo("CompletingRebalance");
    assertThat(again.generationId()).isEqualTo(2);
  }

  @Test
  void aMemberThatLeavesWhileTheAssignmentIsBeingStoredSendsTheOthersRoundAgain() {
    Asked<JoinResult> a = shard.join("");
    Asked<JoinResult> b = shard.join("");
    shard.pass(6_000);
    shard.holdWrites();
    List<Asked<SyncResult>> syncs = shard.syncAll(List.of(a.answer(), b.answer()));
    shard.leave(new MemberRef(b.answer().memberId(), null));
    assertThat(syncs.get(1).answer().errorCode()).isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
    assertThat(syncs.get(0).answer().errorCode()).isEqualTo(ErrorCode.REBALANCE_IN_PROGRESS);
    shard.commitAll();
    assertThat(shard.state()).isEqualTo("PreparingRebalance");
  }

  private JoinResult joinAlone() {
    Asked<JoinResult> join = shard.join("");
    shard.pass(3_000);
    return join.answer();
  }
}
