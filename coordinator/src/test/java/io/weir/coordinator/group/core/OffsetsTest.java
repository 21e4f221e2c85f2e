package io.weir.coordinator.group.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.coordinator.group.core.Shard.Asked;
import io.weir.protocol.model.ErrorCode;
import io.weir.protocol.model.TopicPartition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Committed offsets: how they come, who may bring them, how they go. */
class OffsetsTest {
  private static final TopicPartition P0 = new TopicPartition("orders", 0);
  private static final TopicPartition P1 = new TopicPartition("orders", 1);

  private final Shard shard = new Shard();

  // ---- commit

  @Test
  void anOffsetIsShownAndAnsweredOnceItIsInTheLog() {
    shard.holdWrites();
    Asked<List<ErrorCode>> commit = shard.commit(P0, 5);
    assertThat(commit.isWaiting()).isTrue();
    assertThat(shard.offset(P0)).isEqualTo(-1);
    shard.commitAll();
    assertThat(commit.answer()).containsExactly(ErrorCode.NONE);
    assertThat(shard.offset(P0)).isEqualTo(5);
    assertThat(shard.state()).isEqualTo("Empty");
    assertThat(shard.core().list()).hasSize(1);
  }

  @Test
  void aCommitThatIsRefusedChangesNothing() {
    shard.holdWrites();
    Asked<List<ErrorCode>> commit = shard.commit(P0, 5);
    shard.refuseNext(ErrorCode.NOT_ENOUGH_REPLICAS);
    assertThat(commit.answer()).containsExactly(ErrorCode.COORDINATOR_NOT_AVAILABLE);
    assertThat(shard.state()).isEqualTo("absent");
  }

  @Test
  void refusalsAreToldInTheWordsOfTheProtocol() {
    shard.holdWrites();
    for (var expected :
        Map.of(
                ErrorCode.NOT_LEADER_OR_FOLLOWER, ErrorCode.NOT_COORDINATOR,
                ErrorCode.KAFKA_STORAGE_ERROR, ErrorCode.NOT_COORDINATOR,
                ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, ErrorCode.COORDINATOR_NOT_AVAILABLE,
                ErrorCode.MESSAGE_TOO_LARGE, ErrorCode.INVALID_COMMIT_OFFSET_SIZE)
            .entrySet()) {
      Asked<List<ErrorCode>> commit = shard.commit(P0, 5);
      shard.refuseNext(expected.getKey());
      assertThat(commit.answer()).containsExactly(expected.getValue());
    }
  }

  @Test
  void aCommitThatTakesTooLongIsAnsweredAndStillCountsWhenItIsCommitted() {
    shard.holdWrites();
    Asked<List<ErrorCode>> commit = shard.commit(P0, 5);
    shard.pass(5_000);
    assertThat(commit.answer()).containsExactly(ErrorCode.COORDINATOR_NOT_AVAILABLE);
    assertThat(shard.offset(P0)).isEqualTo(-1);
    shard.commitAll();
    assertThat(shard.offset(P0)).isEqualTo(5);
  }

  @Test
  void theLastOfTwoCommitsUnderWayWins() {
    shard.holdWrites();
    shard.commit(P0, 5);
    shard.commit(P0, 3);
    shard.commitAll();
    assertThat(shard.offset(P0)).isEqualTo(3);
  }

  @Test
  void theCoordinatorMovesInMidCommit() {
    shard.commit(P0, 1);
    shard.holdWrites();
    Asked<List<ErrorCode>> commit = shard.commit(P0, 5);
    Write late = shard.uncommitted.getFirst();
    shard.moveCoordinator();
    assertThat(commit.answer()).containsExactly(ErrorCode.NOT_COORDINATOR);
    assertThat(shard.offset(P0)).isEqualTo(1);
    // The old leadership's outcome comes after all.
    assertThat(shard.core().settled(late, ErrorCode.NONE, shard.now())).isEmpty();
    assertThat(shard.offset(P0)).isEqualTo(1);
  }

  @Test
  void onlyMembersMayCommitForAGroupThatHasSome() {
    JoinResult one = shard.stableGroup(1).getFirst();
    assertThat(shard.commit("g", one.memberId(), 1, P0, 5).answer())
        .containsExactly(ErrorCode.NONE);
    assertThat(shard.commit("g", one.memberId(), 0, P0, 5).answer())
        .containsExactly(ErrorCode.ILLEGAL_GENERATION);
    assertThat(shard.commit("g", "x", 1, P0, 5).answer())
        .containsExactly(ErrorCode.UNKNOWN_MEMBER_ID);
    assertThat(shard.commit("g", "", -1, P0, 5).answer())
        .containsExactly(ErrorCode.UNKNOWN_MEMBER_ID);
    assertThat(shard.commit("absent", "x", 1, P0, 5).answer())
        .containsExactly(ErrorCode.ILLEGAL_GENERATION);
  }

  @Test
  void offsetsAreTakenWhileMembersAreRevokedButNotBeforeTheyAreAssigned() {
    JoinResult one = shard.stableGroup(1).getFirst();
    Asked<JoinResult> newcomer = shard.join("");
    assertThat(shard.commit("g", one.memberId(), 1, P0, 5).answer())
        .containsExactly(ErrorCode.NONE);
    JoinResult again = shard.join(one.memberId()).answer();
    assertThat(newcomer.answer().generationId()).isEqualTo(2);
    assertThat(shard.commit("g", one.memberId(), again.generationId(), P0, 6).answer())
        .containsExactly(ErrorCode.REBALANCE_IN_PROGRESS);
  }

  @Test
  void aCommitKeepsTheMemberAlive() {
    JoinResult one = shard.stableGroup(1).getFirst();
    for (int i = 0; i < 5; i++) {
      shard.pass(9_000);
      shard.commit("g", one.memberId(), 1, P0, i);
    }
    assertThat(shard.heartbeat(one)).isEqualTo(ErrorCode.NONE);
  }

  @Test
  void wordsThatAreTooLongAreRefusedTheRestIsStored() {
    CommittedOffset wordy =
        new CommittedOffset(1, -1, "x".repeat(4_097), 0, CommittedOffset.NO_EXPIRY);
    CommittedOffset plain = new CommittedOffset(2, 7, "words", 0, CommittedOffset.NO_EXPIRY);
    Asked<List<ErrorCode>> asked = new Asked<>();
    shard.carryOut(
        shard
            .core()
            .commit(
                "g",
                new CommitRequested(
                    new MemberRef("", null),
                    -1,
                    false,
                    List.of(
                        new CommitRequested.Entry(P0, wordy),
                        new CommitRequested.Entry(P1, plain))),
                asked,
                shard.now()));
    assertThat(asked.answer()).containsExactly(ErrorCode.OFFSET_METADATA_TOO_LARGE, ErrorCode.NONE);
    assertThat(shard.core().offsets("g")).containsOnlyKeys(P1).containsValue(plain);
  }

  @Test
  void whatIsUnderWayIsBounded() {
    shard.holdWrites();
    List<Asked<List<ErrorCode>>> commits = new ArrayList<>();
    for (int i = 0; i < UncommittedWrites.MAX_BYTES / 64; i++) {
      commits.add(shard.commit(P0, i));
      if (!commits.getLast().isWaiting()) {
        break;
      }
    }
    assertThat(commits.getLast().answer()).containsExactly(ErrorCode.COORDINATOR_NOT_AVAILABLE);
    shard.commitAll();
    assertThat(shard.offset(P0)).isEqualTo(commits.size() - 2);
  }

  // ---- deletion

  @Test
  void anEmptyGroupIsDeletedWithItsOffsets() {
    shard.commit(P0, 5);
    assertThat(shard.delete("g").answer()).isEqualTo(ErrorCode.NONE);
    assertThat(shard.state()).isEqualTo("absent");
    shard.moveCoordinator();
    assertThat(shard.state()).isEqualTo("absent");
    assertThat(shard.offset(P0)).isEqualTo(-1);
  }

  @Test
  void aGroupWithMembersIsNotDeleted() {
    shard.stableGroup(1);
    assertThat(shard.delete("g").answer()).isEqualTo(ErrorCode.NON_EMPTY_GROUP);
    assertThat(shard.delete("absent").answer()).isEqualTo(ErrorCode.GROUP_ID_NOT_FOUND);
  }

  @Test
  void aCommitUnderWayDoesNotSurviveTheDeletionOfItsGroup() {
    shard.commit(P0, 1);
    shard.holdWrites();
    shard.commit(P1, 5);
    Asked<ErrorCode> delete = shard.delete("g");
    assertThat(shard.commit(P0, 9).answer()).containsExactly(ErrorCode.COORDINATOR_NOT_AVAILABLE);
    assertThat(shard.join("").answer().errorCode()).isEqualTo(ErrorCode.COORDINATOR_NOT_AVAILABLE);
    assertThat(shard.state()).isEqualTo("Dead");
    shard.commitAll();
    assertThat(delete.answer()).isEqualTo(ErrorCode.NONE);
    shard.moveCoordinator();
    assertThat(shard.core().list()).isEmpty();
  }

  @Test
  void aDeletionThatIsRefusedLeavesTheGroupAsItWas() {
    shard.commit(P0, 1);
    shard.holdWrites();
    Asked<ErrorCode> delete = shard.delete("g");
    shard.refuseNext(ErrorCode.NOT_ENOUGH_REPLICAS);
    assertThat(delete.answer()).isEqualTo(ErrorCode.COORDINATOR_NOT_AVAILABLE);
    assertThat(shard.offset(P0)).isEqualTo(1);
    assertThat(shard.state()).isEqualTo("Empty");
  }

  @Test
  void aGroupWithManyOffsetsIsDeletedInChunks() {
    for (int i = 0; i < 2 * GroupErasure.CHUNK + 1; i++) {
      shard.commit(new TopicPartition("wide", i), i);
    }
    int before = shard.log.size();
    assertThat(shard.delete("g").answer()).isEqualTo(ErrorCode.NONE);
    assertThat(shard.log.size() - before).isEqualTo(2 * GroupErasure.CHUNK + 2);
    shard.moveCoordinator();
    assertThat(shard.core().list()).isEmpty();
  }

  @Test
  void offsetsOfADeletedTopicGoEvenThoseUnderWay() {
    TopicPartition other = new TopicPartition("kept", 0);
    shard.commit(P0, 1);
    shard.commit(other, 2);
    shard.holdWrites();
    shard.commit(P1, 3);
    shard.carryOut(shard.core().topicsDeleted(Set.of("orders"), shard.now()));
    shard.commitAll();
    assertThat(shard.core().offsets("g")).containsOnlyKeys(other);
    shard.moveCoordinator();
    assertThat(shard.core().offsets("g")).containsOnlyKeys(other);
  }

  // ---- retention

  @Test
  void offsetsOfAGroupThatIsGoneExpireAndStayGone() {
    shard.commit(P0, 1);
    shard.pass(Duration.ofDays(6).toMillis());
    shard.commit(P1, 2);
    shard.pass(Duration.ofDays(1).toMillis() + 600_000);
    assertThat(shard.core().offsets("g")).containsOnlyKeys(P1);
    shard.moveCoordinator();
    assertThat(shard.core().offsets("g")).containsOnlyKeys(P1);
    shard.pass(Duration.ofDays(7).toMillis());
    assertThat(shard.state()).isEqualTo("absent");
    shard.moveCoordinator();
    assertThat(shard.state()).isEqualTo("absent");
  }

  @Test
  void retentionCountsFromWhenTheLastMemberLeft() {
    JoinResult one = shard.stableGroup(1).getFirst();
    shard.commit("g", one.memberId(), 1, P0, 5);
    for (int i = 0; i < 8 * 24 * 3_600 / 9; i++) {
      shard.pass(9_000);
      shard.heartbeat(one);
    }
    assertThat(shard.offset(P0)).isEqualTo(5);
    shard.leave(new MemberRef(one.memberId(), null));
    shard.pass(Duration.ofDays(7).toMillis() - 600_000);
    assertThat(shard.offset(P0)).isEqualTo(5);
    shard.pass(1_200_000);
    assertThat(shard.state()).isEqualTo("absent");
  }

  @Test
  void anOffsetMayBringItsOwnExpiry() {
    CommittedOffset brief =
        new CommittedOffset(1, -1, "", shard.now().wallMs(), shard.now().wallMs() + 1_000);
    Asked<List<ErrorCode>> asked = new Asked<>();
    shard.carryOut(
        shard
            .core()
            .commit(
                "g",
                new CommitRequested(
                    new MemberRef("", null),
                    -1,
                    false,
                    List.of(new CommitRequested.Entry(P0, brief))),
                asked,
                shard.now()));
    shard.pass(1_200_000);
    assertThat(shard.state()).isEqualTo("absent");
  }

  // ---- load

  @Test
  void theNextCoordinatorKnowsGenerationMembersAndOffsets() {
    List<JoinResult> two = shard.stableGroup(2);
    shard.commit("g", two.get(0).memberId(), 1, P0, 5);
    shard.moveCoordinator();
    assertThat(shard.state()).isEqualTo("Stable");
    assertThat(shard.offset(P0)).isEqualTo(5);
    assertThat(shard.heartbeat(two.get(0))).isEqualTo(ErrorCode.NONE);
    assertThat(Shard.text(shard.syncAll(two).get(1).answer().assignment()))
        .isEqualTo("for " + two.get(1).memberId());
    GroupDescription description = shard.core().describe("g");
    assertThat(description).isNotNull();
    // A whole session to show themselves, from now.
    shard.pass(Shard.SESSION_MS - 1);
    assertThat(shard.state()).isEqualTo("Stable");
    shard.pass(1);
    assertThat(shard.state()).isEqualTo("Empty");
  }
}
