package io.weir.coordinator.group.core;

import static io.weir.coordinator.group.core.Shard.consumer;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.coordinator.group.core.Shard.Asked;
import io.weir.protocol.model.ErrorCode;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Who may be a member, and under which id. */
class MembershipTest {
  private final Shard shard = new Shard();

  private static JoinRequested joining(
      String memberId, @Nullable String instanceId, boolean idFirst, boolean skips) {
    JoinRequested plain = consumer(memberId, instanceId, "range");
    return new JoinRequested(
        memberId,
        instanceId,
        plain.clientId(),
        plain.clientHost(),
        plain.sessionTimeoutMs(),
        plain.rebalanceTimeoutMs(),
        plain.protocolType(),
        plain.protocols(),
        idFirst,
        skips);
  }

  // ---- member ids (KIP-394)

  @Test
  void aNewMemberIsToldItsIdAndJoinsWithIt() {
    JoinResult told = shard.join(joining("", null, true, false)).answer();
    assertThat(told.errorCode()).isEqualTo(ErrorCode.MEMBER_ID_REQUIRED);
    assertThat(told.memberId()).startsWith("client-");
    Asked<JoinResult> join = shard.join(joining(told.memberId(), null, true, false));
    shard.pass(3_000);
    assertThat(join.answer().errorCode()).isEqualTo(ErrorCode.NONE);
    assertThat(join.answer().memberId()).isEqualTo(told.memberId());
  }

  @Test
  void anIdThatIsNotUsedExpiresAndTheGroupLeavesNoTrace() {
    JoinResult told = shard.join(joining("", null, true, false)).answer();
    assertThat(shard.state()).isEqualTo("Empty");
    shard.pass(Shard.SESSION_MS);
    assertThat(shard.state()).isEqualTo("absent");
    assertThat(shard.join(told.memberId()).answer().errorCode())
        .isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
    assertThat(shard.log).isEmpty();
  }

  @Test
  void aRebalanceWaitsForWhoWasToldItsIdUntilTheIdExpires() {
    JoinResult one = shard.stableGroup(1).getFirst();
    shard.join(joining("", null, true, false));
    Asked<JoinResult> again = shard.join(one.memberId());
    assertThat(again.isWaiting()).isTrue();
    shard.pass(Shard.SESSION_MS);
    assertThat(again.answer().members()).hasSize(1);
  }

  @Test
  void whoWasOnlyToldItsIdLeavesWithoutARebalance() {
    JoinResult one = shard.stableGroup(1).getFirst();
    JoinResult told = shard.join(joining("", null, true, false)).answer();
    assertThat(shard.leave(new MemberRef(told.memberId(), null))).containsExactly(ErrorCode.NONE);
    assertThat(shard.heartbeat(one)).isEqualTo(ErrorCode.NONE);
  }

  @Test
  void idsThatAreGivenOutAreBounded() {
    for (int i = 0; i < PendingMembers.MAX; i++) {
      shard.join(joining("", null, true, false));
    }
    assertThat(shard.join(joining("", null, true, false)).answer().errorCode())
        .isEqualTo(ErrorCode.GROUP_MAX_SIZE_REACHED);
  }

  // ---- limits

  @Test
  void sessionTimeoutsHaveBounds() {
    for (int sessionMs : new int[] {5_999, 1_800_001, -1}) {
      JoinRequested join =
          new JoinRequested("", null, "c", "h", sessionMs, 1, "consumer", List.of(), false, false);
      assertThat(shard.join(join).answer().errorCode())
          .isEqualTo(ErrorCode.INVALID_SESSION_TIMEOUT);
    }
    assertThat(shard.state()).isEqualTo("absent");
  }

  @Test
  void aFullGroupTakesNobodyButItsOwn() {
    Shard small =
        new Shard(
            new GroupSettings(
                6_000,
                1_800_000,
                2,
                3_000,
                4_096,
                1_000_000,
                600_000,
                5_000,
                ConsumerGroupSettings.defaults()));
    List<JoinResult> two = small.stableGroup(2);
    assertThat(small.join("").answer().errorCode()).isEqualTo(ErrorCode.GROUP_MAX_SIZE_REACHED);
    assertThat(small.heartbeat(two.get(0))).isEqualTo(ErrorCode.NONE);
    assertThat(small.join(two.get(0).memberId()).isWaiting()).isTrue();
  }

  @Test
  void aRebalanceTimeoutOfNothingDoesNotKeepTheShardBusy() {
    JoinRequested hasty =
        new JoinRequested(
            "",
            "i",
            "c",
            "h",
            Shard.SESSION_MS,
            0,
            "consumer",
            consumer("", null, "range").protocols(),
            false,
            false);
    shard.join(hasty);
    shard.pass(3_000 + Shard.SESSION_MS + 1_000);
    assertThat(shard.state()).isEqualTo("Empty");
  }

  // ---- generations

  @Test
  void onlyMembersOfTheCurrentGenerationAreHeard() {
    JoinResult one = shard.stableGroup(1).getFirst();
    GroupShardCore core = shard.core();
    MemberRef member = new MemberRef(one.memberId(), null);
    assertThat(core.heartbeat("g", member, 1, shard.now())).isEqualTo(ErrorCode.NONE);
    assertThat(core.heartbeat("g", member, 0, shard.now())).isEqualTo(ErrorCode.ILLEGAL_GENERATION);
    assertThat(core.heartbeat("g", member, 2, shard.now())).isEqualTo(ErrorCode.ILLEGAL_GENERATION);
    assertThat(core.heartbeat("g", new MemberRef("x", null), 1, shard.now()))
        .isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
    assertThat(core.heartbeat("other", member, 1, shard.now()))
        .isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
  }

  @Test
  void aSyncWithAnotherProtocolIsRefused() {
    JoinResult one = shard.stableGroup(1).getFirst();
    JoinResult confused =
        new JoinResult(
            ErrorCode.NONE, one.memberId(), 1, "consumer", "sticky", "", false, List.of());
    assertThat(shard.sync(confused, Map.of()).answer().errorCode())
        .isEqualTo(ErrorCode.INCONSISTENT_GROUP_PROTOCOL);
  }

  // ---- static members

  private JoinResult stableStatic(String instanceId) {
    Asked<JoinResult> join = shard.join(joining("", instanceId, true, true));
    shard.pass(3_000);
    JoinResult joined = join.answer();
    shard.sync(joined, instanceId, Map.of(joined.memberId(), "its share"));
    return joined;
  }

  @Test
  void aStaticMemberThatComesBackKeepsItsAssignmentAndFencesItsOlderSelf() {
    JoinResult old = stableStatic("i1");
    JoinResult back = shard.join(joining("", "i1", true, true)).answer();
    assertThat(back.errorCode()).isEqualTo(ErrorCode.NONE);
    assertThat(back.memberId()).isNotEqualTo(old.memberId());
    assertThat(back.generationId()).isEqualTo(old.generationId());
    assertThat(back.skipAssignment()).isTrue();
    assertThat(back.members()).hasSize(1);
    assertThat(shard.state()).isEqualTo("Stable");
    assertThat(Shard.text(shard.sync(back, "i1", Map.of()).answer().assignment()))
        .isEqualTo("its share");

    MemberRef zombie = new MemberRef(old.memberId(), "i1");
    assertThat(shard.core().heartbeat("g", zombie, 1, shard.now()))
        .isEqualTo(ErrorCode.FENCED_INSTANCE_ID);
    assertThat(shard.sync(old, "i1", Map.of()).answer().errorCode())
        .isEqualTo(ErrorCode.FENCED_INSTANCE_ID);
  }

  @Test
  void anOlderClientThatComesBackAsLeaderIsShownAnotherLeader() {
    JoinResult old = stableStatic("i1");
    JoinResult back = shard.join(joining("", "i1", true, false)).answer();
    assertThat(back.skipAssignment()).isFalse();
    assertThat(back.leaderId()).isEqualTo(old.memberId());
    assertThat(back.members()).isEmpty();
  }

  @Test
  void theNewIdOfAStaticMemberIsToldOnceItIsInTheLog() {
    stableStatic("i1");
    shard.holdWrites();
    Asked<JoinResult> back = shard.join(joining("", "i1", true, true));
    assertThat(back.isWaiting()).isTrue();
    shard.commitAll();
    String memberId = back.answer().memberId();
    shard.moveCoordinator();
    assertThat(shard.core().heartbeat("g", new MemberRef(memberId, "i1"), 1, shard.now()))
        .isEqualTo(ErrorCode.NONE);
  }

  @Test
  void aStaticMemberThatComesBackTwiceAtOnceIsItsLastSelf() {
    stableStatic("i1");
    shard.holdWrites();
    Asked<JoinResult> first = shard.join(joining("", "i1", true, true));
    Asked<JoinResult> second = shard.join(joining("", "i1", true, true));
    shard.commitAll();
    assertThat(first.answer().errorCode()).isEqualTo(ErrorCode.FENCED_INSTANCE_ID);
    assertThat(second.answer().errorCode()).isEqualTo(ErrorCode.NONE);
  }

  @Test
  void theWriteOfANewIdIsRefused() {
    stableStatic("i1");
    shard.holdWrites();
    Asked<JoinResult> back = shard.join(joining("", "i1", true, true));
    shard.refuseNext(ErrorCode.NOT_ENOUGH_REPLICAS);
    assertThat(back.answer().errorCode()).isEqualTo(ErrorCode.COORDINATOR_NOT_AVAILABLE);
    Asked<JoinResult> again = shard.join(joining("", "i1", true, true));
    shard.commitAll();
    assertThat(again.answer().errorCode()).isEqualTo(ErrorCode.NONE);
    assertThat(shard.core().describe("g")).isNotNull();
  }

  @Test
  void theGroupRebalancesWhileANewIdIsWritten() {
    stableStatic("i1");
    shard.holdWrites();
    Asked<JoinResult> back = shard.join(joining("", "i1", true, true));
    Asked<JoinResult> other = shard.join("");
    shard.commitAll();
    // It takes part in the rebalance, under its new id.
    assertThat(back.answer().generationId()).isEqualTo(2);
    assertThat(other.answer().generationId()).isEqualTo(2);
  }

  @Test
  void aStaticMemberThatWaitsToJoinIsFencedByItsNewerSelf() {
    Asked<JoinResult> first = shard.join(joining("", "i1", true, true));
    Asked<JoinResult> second = shard.join(joining("", "i1", true, true));
    assertThat(first.answer().errorCode()).isEqualTo(ErrorCode.FENCED_INSTANCE_ID);
    shard.pass(6_000);
    assertThat(second.answer().members()).hasSize(1);
  }

  @Test
  void aStaticMemberThatIsLateForARebalanceKeepsItsPlace() {
    JoinResult fixed = stableStatic("i1");
    Asked<JoinResult> newcomer = shard.join("");
    MemberRef ref = new MemberRef(fixed.memberId(), "i1");
    for (int i = 0; i < 12; i++) {
      shard.pass(5_000);
      shard.core().heartbeat("g", ref, 1, shard.now());
    }
    assertThat(newcomer.answer().members()).hasSize(2);
    assertThat(newcomer.answer().leaderId()).isEqualTo(newcomer.answer().memberId());
  }

  @Test
  void aStaticMemberIsRemovedByItsInstanceId() {
    JoinResult fixed = stableStatic("i1");
    assertThat(
            shard.leave(new MemberRef("", "i2"), new MemberRef("x", "i1"), new MemberRef("", "i1")))
        .containsExactly(ErrorCode.UNKNOWN_MEMBER_ID, ErrorCode.FENCED_INSTANCE_ID, ErrorCode.NONE);
    assertThat(shard.state()).isEqualTo("Empty");
    assertThat(shard.heartbeat(fixed)).isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
  }
}
