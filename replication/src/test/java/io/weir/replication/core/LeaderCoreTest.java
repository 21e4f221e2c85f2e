package io.weir.replication.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Node 1 leads in epoch 5; nodes 2 and 3 follow. */
class LeaderCoreTest {
  private static final int EPOCH = 5;
  private static final long LAG_MS = 10_000;
  private static final int WINDOW = 1_000;

  private final ListLog log = ListLog.ofEpochs(4, 4, 4);
  private long nowMs = 1_000_000;
  private LeaderCore leader = lead(2, 1, List.of(1, 2, 3));
  private @Nullable Proposal lastProposal;

  private LeaderCore lead(int minInSync, long highWatermark, List<Integer> inSync) {
    return new LeaderCore(
        new Leadership(1, EPOCH, 10, List.of(1, 2, 3), inSync, minInSync),
        LAG_MS,
        WINDOW,
        log.logEndOffset(),
        highWatermark,
        nowMs);
  }

  private FollowVerdict follow(int node, long stream, long end, int lastEpoch) {
    return leader.onFollow(node, stream, 1, ReplicaEnd.appended(end), lastEpoch, log, nowMs);
  }

  private FollowerProgress following(int node) {
    return Objects.requireNonNull(leader.follower(node));
  }

  private void answer(@Nullable Proposal proposal, ProposalOutcome outcome, long atMs) {
    leader.onProposalAnswered(Objects.requireNonNull(proposal), outcome, atMs);
  }

  private boolean ack(int node, long stream, long end) {
    return leader.onAck(node, stream, 1, EPOCH, ReplicaEnd.appended(end), nowMs);
  }

  private void append(int records) {
    for (int i = 0; i < records; i++) {
      log.append(new ListLog.Entry(EPOCH, log.logEndOffset()));
    }
    leader.onAppended(log.logEndOffset(), nowMs);
    for (FollowerProgress follower : leader.followers()) {
      if (follower.isFollowing() && follower.window().nextOffset() < log.logEndOffset()) {
        follower.window().onSent(log.logEndOffset(), records);
      }
    }
  }

  private void pass(long ms) {
    for (long left = ms; left > 0; left -= 500) {
      nowMs += Math.min(left, 500);
      leader.followers().stream()
          .filter(f -> f.isFollowing() && f.logEndOffset() == log.logEndOffset())
          .forEach(f -> ack(f.nodeId(), f.streamId(), f.logEndOffset()));
      tickOnly();
    }
  }

  private void tickOnly() {
    Proposal proposal = leader.nextProposal(nowMs);
    if (proposal != null) {
      lastProposal = proposal;
    }
  }

  @Test
  void aNewLeaderLearnsTheHighWatermarkFromFollowsAloneWithoutAnyProduce() {
    assertThat(leader.highWatermark()).isEqualTo(1);

    follow(2, 20, 3, 4);
    assertThat(leader.highWatermark()).isEqualTo(1);
    follow(3, 30, 3, 4);

    assertThat(leader.highWatermark()).isEqualTo(3);
  }

  @Test
  void aWatermarkFromBeforeIsBelievedOnlyUpToTheLogsEnd() {
    leader = lead(2, 99, List.of(1, 2, 3));

    assertThat(leader.highWatermark()).isEqualTo(3);
  }

  @Test
  void recordsAreCommittedWhenTheSlowestInSyncReplicaHasThem() {
    follow(2, 20, 3, 4);
    follow(3, 30, 3, 4);
    append(4);

    ack(2, 20, 7);
    assertThat(leader.highWatermark()).isEqualTo(3);
    ack(3, 30, 5);
    assertThat(leader.highWatermark()).isEqualTo(5);
  }

  @Test
  void anAcknowledgementOfAnOlderEpochDoesNotCount() {
    follow(2, 20, 3, 4);
    follow(3, 30, 3, 4);
    append(1);
    ack(2, 20, 4);

    assertThat(leader.onAck(3, 30, 1, EPOCH - 1, ReplicaEnd.appended(4), nowMs)).isFalse();

    assertThat(leader.highWatermark()).isEqualTo(3);
  }

  @Test
  void anAcknowledgementByAnEarlierStreamOrQuestionDoesNotCount() {
    follow(2, 20, 3, 4);
    follow(3, 30, 3, 4);
    append(1);
    ack(2, 20, 4);
    leader.onFollow(3, 31, 2, ReplicaEnd.appended(3), 4, log, nowMs);

    assertThat(leader.onAck(3, 30, 1, EPOCH, ReplicaEnd.appended(4), nowMs)).isFalse();
    assertThat(leader.onAck(3, 31, 1, EPOCH, ReplicaEnd.appended(4), nowMs)).isFalse();

    assertThat(leader.highWatermark()).isEqualTo(3);
  }

  @Test
  void anAcknowledgementOfWhatWasNeverSentDoesNotCount() {
    follow(2, 20, 3, 4);

    assertThat(ack(2, 20, 8)).isFalse();
  }

  @Test
  void aFollowerThatReturnsEmptyHoldsTheWatermarkBackAndIsProposedOutAtOnce() {
    follow(2, 20, 3, 4);
    follow(3, 30, 3, 4);
    assertThat(leader.highWatermark()).isEqualTo(3);
    leader.onStreamEnded(3, 30);

    FollowVerdict verdict = leader.onFollow(3, 31, 1, ReplicaEnd.appended(0), -1, log, nowMs);
    append(1);
    ack(2, 20, 4);

    assertThat(verdict).isInstanceOf(FollowVerdict.Begin.class);
    assertThat(leader.highWatermark()).isEqualTo(3);
    assertThat(leader.nextProposal(nowMs)).isEqualTo(new Proposal(EPOCH, 10, List.of(1, 2)));
  }

  @Test
  void anEndedStreamVoidsWhatCameByItButNotWhatCameByItsSuccessor() {
    follow(2, 20, 3, 4);
    follow(3, 30, 3, 4);
    leader.onFollow(3, 31, 1, ReplicaEnd.appended(3), 4, log, nowMs);
    leader.onStreamEnded(3, 30);
    append(1);
    ack(2, 20, 4);

    assertThat(leader.onAck(3, 31, 1, EPOCH, ReplicaEnd.appended(4), nowMs)).isTrue();
    assertThat(leader.highWatermark()).isEqualTo(4);
  }

  @Test
  void aFollowerThatFallsBehindIsProposedOutAfterTheLagTime() {
    follow(2, 20, 3, 4);
    follow(3, 30, 3, 4);
    append(1);
    ack(2, 20, 4);

    pass(LAG_MS - 1_000);
    assertThat(lastProposal).isNull();
    pass(2_000);

    assertThat(lastProposal).isEqualTo(new Proposal(EPOCH, 10, List.of(1, 2)));
  }

  @Test
  void aFollowerThatIsAlwaysAFewBatchesBehindUnderSteadyLoadStaysInSync() {
    follow(2, 20, 3, 4);
    follow(3, 30, 3, 4);
    for (int i = 0; i < 100; i++) {
      append(1);
      nowMs += 500;
      ack(2, 20, log.logEndOffset());
      ack(3, 30, log.logEndOffset() - 1);
      tickOnly();
    }

    assertThat(lastProposal).isNull();
  }

  @Test
  void anIdleFollowerStaysInSync() {
    follow(2, 20, 3, 4);
    follow(3, 30, 3, 4);

    for (int i = 0; i < 100; i++) {
      nowMs += 500;
      tickOnly();
    }

    assertThat(lastProposal).isNull();
  }

  @Test
  void aShrinkDoesNotCountBeforeItIsWritten() {
    follow(2, 20, 3, 4);
    follow(3, 30, 3, 4);
    append(1);
    ack(2, 20, 4);
    pass(LAG_MS + 1_000);
    assertThat(lastProposal).isNotNull();
    assertThat(leader.highWatermark()).isEqualTo(3);

    answer(lastProposal, new ProposalOutcome.Written(11, List.of(1, 2)), nowMs);

    assertThat(leader.highWatermark()).isEqualTo(4);
  }

  @Test
  void aShrinkBelowTheMinimumStopsTheWatermarkUntilOneReturns() {
    follow(2, 20, 3, 4);
    follow(3, 30, 3, 4);
    leader.onStateChanged(new Leadership(1, EPOCH, 11, List.of(1, 2, 3), List.of(1), 2), nowMs);
    leader.onStreamEnded(3, 30);
    append(5);

    assertThat(leader.enoughInSync()).isFalse();
    assertThat(leader.highWatermark()).isEqualTo(3);

    ack(2, 20, 8);
    Proposal back = leader.nextProposal(nowMs);
    assertThat(back).isEqualTo(new Proposal(EPOCH, 11, List.of(1, 2)));
    assertThat(leader.highWatermark()).isEqualTo(3);
    answer(back, new ProposalOutcome.Written(12, List.of(1, 2)), nowMs);
    assertThat(leader.highWatermark()).isEqualTo(8);
  }

  @Test
  void theMinimumIsNeverMoreThanTheReplicasThatThereAre() {
    Leadership single = new Leadership(1, EPOCH, 1, List.of(1), List.of(1), 2);
    leader = new LeaderCore(single, LAG_MS, WINDOW, 3, 0, nowMs);

    assertThat(leader.enoughInSync()).isTrue();
    assertThat(leader.highWatermark()).isEqualTo(3);
  }

  @Test
  void aFollowerOutsideMayNotHoldTheWatermarkBackButOneWhoseReturnIsProposedMust() {
    leader = lead(2, 3, List.of(1, 2));
    follow(2, 20, 3, 4);
    follow(3, 30, 1, 4);
    append(2);
    ack(2, 20, 5);
    assertThat(leader.highWatermark()).isEqualTo(5);
    assertThat(leader.nextProposal(nowMs)).isNull();

    ack(3, 30, 5);
    Proposal back = leader.nextProposal(nowMs);
    append(1);
    ack(2, 20, 6);

    assertThat(back).isEqualTo(new Proposal(EPOCH, 10, List.of(1, 2, 3)));
    assertThat(leader.highWatermark()).isEqualTo(5);
    answer(back, new ProposalOutcome.Refused(), nowMs);
    assertThat(leader.highWatermark()).isEqualTo(6);
  }

  /** Replica 3 has caught up; that it was proposed back is all that the leader knows. */
  private void proposeReturnOfUnknownFate() {
    leader = lead(2, 3, List.of(1, 2));
    follow(2, 20, 3, 4);
    follow(3, 30, 3, 4);
    Proposal back = leader.nextProposal(nowMs);
    assertThat(back).isNotNull();
    answer(back, new ProposalOutcome.Unknown(), nowMs);
  }

  @Test
  void anExpansionWhoseFateIsUnknownGoesOnCounting() {
    proposeReturnOfUnknownFate();
    append(1);

    ack(2, 20, 4);
    assertThat(leader.highWatermark()).isEqualTo(3);

    leader.onStateChanged(new Leadership(1, EPOCH, 11, List.of(1, 2, 3), List.of(1, 2), 2), nowMs);
    assertThat(leader.highWatermark()).isEqualTo(4);
  }

  @Test
  void aFollowerThatLeavesWhileItsReturnIsUncertainDoesNotHoldTheWatermarkForEver() {
    proposeReturnOfUnknownFate();
    leader.onStreamEnded(3, 30);
    append(1);
    ack(2, 20, 4);
    assertThat(leader.highWatermark()).isEqualTo(3);

    nowMs += LeaderCore.RETRY_MS;
    Proposal asItIs = leader.nextProposal(nowMs);
    assertThat(asItIs).isEqualTo(new Proposal(EPOCH, 10, List.of(1, 2)));
    answer(asItIs, new ProposalOutcome.Written(11, List.of(1, 2)), nowMs);

    assertThat(leader.highWatermark()).isEqualTo(4);
    assertThat(leader.nextProposal(nowMs)).isNull();
  }

  @Test
  void anExpansionIsNotBelievedForTheMinimumBeforeItIsWritten() {
    leader = lead(2, 3, List.of(1));
    follow(2, 20, 3, 4);
    Proposal back = leader.nextProposal(nowMs);
    assertThat(back).isEqualTo(new Proposal(EPOCH, 10, List.of(1, 2)));
    append(1);

    ack(2, 20, 4);

    assertThat(leader.enoughInSync()).isFalse();
    assertThat(leader.highWatermark()).isEqualTo(3);
  }

  @Test
  void aFollowerMustReachTheStartOfTheLeadersEpochToReturn() {
    leader = lead(2, 1, List.of(1, 2));
    follow(3, 30, 2, 4);

    assertThat(leader.nextProposal(nowMs)).isNull();

    following(3).window().onSent(3, 1);
    ack(3, 30, 3);
    assertThat(leader.nextProposal(nowMs)).isEqualTo(new Proposal(EPOCH, 10, List.of(1, 2, 3)));
  }

  @Test
  void onlyOneProposalIsInFlightAndARefusedOneWaitsForMetadataOrAWhile() {
    leader = lead(2, 3, List.of(1, 2));
    follow(3, 30, 3, 4);
    Proposal first = leader.nextProposal(nowMs);
    assertThat(first).isNotNull();
    assertThat(leader.nextProposal(nowMs)).isNull();

    answer(first, new ProposalOutcome.Refused(), nowMs);
    assertThat(leader.nextProposal(nowMs)).isNull();

    leader.onStateChanged(new Leadership(1, EPOCH, 12, List.of(1, 2, 3), List.of(1, 2), 2), nowMs);
    assertThat(leader.nextProposal(nowMs)).isEqualTo(new Proposal(EPOCH, 12, List.of(1, 2, 3)));
  }

  @Test
  void anAnswerThatMetadataOvertookChangesNothing() {
    leader = lead(2, 3, List.of(1, 2));
    follow(3, 30, 3, 4);
    Proposal proposal = leader.nextProposal(nowMs);
    assertThat(proposal).isNotNull();
    leader.onStateChanged(new Leadership(1, EPOCH, 12, List.of(1, 2, 3), List.of(1, 2), 2), nowMs);

    answer(proposal, new ProposalOutcome.Written(11, List.of(1, 2, 3)), nowMs);

    assertThat(leader.leadership().partitionEpoch()).isEqualTo(12);
    assertThat(leader.leadership().inSyncReplicas()).containsExactly(1, 2);
  }

  @Test
  void olderMetadataOfTheSameEpochIsDropped() {
    boolean taken =
        leader.onStateChanged(new Leadership(1, EPOCH, 9, List.of(1, 2, 3), List.of(1), 2), nowMs);

    assertThat(taken).isFalse();
    assertThat(leader.leadership().inSyncReplicas()).containsExactly(1, 2, 3);
  }

  @Test
  void aLeaderThatWasPausedDoesNotBlameItsFollowersForTheSilence() {
    follow(2, 20, 3, 4);
    follow(3, 30, 3, 4);
    append(1);

    nowMs += 5 * LAG_MS;
    tickOnly();

    assertThat(lastProposal).isNull();
  }

  @Test
  void aFollowerWithAnotherHistoryIsToldWhereTheLogsPart() {
    ListLog.Entry own = new ListLog.Entry(EPOCH, 3);
    log.append(own);
    leader.onAppended(4, nowMs);

    assertThat(follow(2, 20, 9, 4)).isEqualTo(new FollowVerdict.Diverged(new EpochBoundary(4, 3)));
    assertThat(follow(2, 20, 2, 3)).isEqualTo(new FollowVerdict.StartOver(0));
    assertThat(follow(3, 30, 9, 5)).isEqualTo(new FollowVerdict.Diverged(new EpochBoundary(5, 4)));
  }

  @Test
  void anEmptyFollowerBeginsAtTheStart() {
    assertThat(follow(2, 20, 0, -1)).isInstanceOf(FollowVerdict.Begin.class);
  }

  @Test
  void aStrangerMayNotFollow() {
    assertThat(follow(9, 90, 3, 4)).isInstanceOf(FollowVerdict.NotAReplica.class);
  }

  @Test
  void moreThanTheWindowIsNotSentButOneBatchAlwaysIs() {
    follow(2, 20, 3, 4);
    SendWindow window = following(2).window();
    assertThat(window.room()).isEqualTo(WINDOW);

    window.onSent(4, 5 * WINDOW);
    assertThat(window.room()).isZero();
    ack(2, 20, 4);

    assertThat(window.room()).isEqualTo(WINDOW);
  }

  // Where flushed counts

  private void leadDurably(int minInSync) {
    Leadership mandate =
        new Leadership(1, EPOCH, 10, List.of(1, 2, 3), List.of(1, 2, 3), minInSync, true);
    leader = new LeaderCore(mandate, LAG_MS, WINDOW, 0, 0, nowMs);
    leader.onFollow(2, 20, 1, new ReplicaEnd(0, 0), -1, log, nowMs);
    leader.onFollow(3, 30, 1, new ReplicaEnd(0, 0), -1, log, nowMs);
    leader.onAppended(5, nowMs);
    following(2).window().onSent(5, 50);
    following(3).window().onSent(5, 50);
  }

  @Test
  void theWatermarkWaitsForTheSlowestDisk() {
    leadDurably(2);

    leader.onAck(2, 20, 1, EPOCH, new ReplicaEnd(5, 5), nowMs);
    leader.onAck(3, 30, 1, EPOCH, new ReplicaEnd(5, 2), nowMs);
    assertThat(leader.highWatermark()).isZero();

    leader.onFlushed(4);
    assertThat(leader.highWatermark()).isEqualTo(2);

    leader.onAck(3, 30, 1, EPOCH, new ReplicaEnd(5, 5), nowMs);
    assertThat(leader.highWatermark()).isEqualTo(4);
  }

  @Test
  void aFollowerWithASlowDiskIsNotLagging() {
    leadDurably(1);
    leader.onFlushed(5);
    leader.onAck(2, 20, 1, EPOCH, new ReplicaEnd(5, 5), nowMs);
    leader.onAck(3, 30, 1, EPOCH, new ReplicaEnd(5, 0), nowMs);

    nowMs += 10 * LAG_MS;
    leader.onAck(3, 30, 1, EPOCH, new ReplicaEnd(5, 0), nowMs);

    assertThat(leader.nextProposal(nowMs)).isNull();
  }

  @Test
  void whoJoinsMustHaveOnDiskWhatWasAcknowledged() {
    Leadership alone = new Leadership(1, EPOCH, 10, List.of(1, 2), List.of(1), 1, true);
    leader = new LeaderCore(alone, LAG_MS, WINDOW, 0, 0, nowMs);
    leader.onAppended(5, nowMs);
    leader.onFlushed(5);
    assertThat(leader.highWatermark()).isEqualTo(5);
    leader.onFollow(2, 20, 1, new ReplicaEnd(0, 0), -1, log, nowMs);
    following(2).window().onSent(5, 50);

    leader.onAck(2, 20, 1, EPOCH, new ReplicaEnd(5, 3), nowMs);
    assertThat(leader.nextProposal(nowMs)).isNull();

    leader.onAck(2, 20, 1, EPOCH, new ReplicaEnd(5, 5), nowMs);
    Proposal proposal = leader.nextProposal(nowMs);
    assertThat(Objects.requireNonNull(proposal).inSyncReplicas()).containsExactly(1, 2);
  }

  @Test
  void switchedOnTheWatermarkStandsUntilThatIsOnDiskToo() {
    Leadership replicated = new Leadership(1, EPOCH, 10, List.of(1), List.of(1), 1);
    leader = new LeaderCore(replicated, LAG_MS, WINDOW, 0, 0, nowMs);
    leader.onAppended(5, nowMs);
    assertThat(leader.highWatermark()).isEqualTo(5);

    leader.onStateChanged(new Leadership(1, EPOCH, 10, List.of(1), List.of(1), 1, true), nowMs);
    leader.onAppended(7, nowMs);
    leader.onFlushed(3);
    assertThat(leader.highWatermark()).isEqualTo(5);

    leader.onFlushed(7);
    assertThat(leader.highWatermark()).isEqualTo(7);
  }

  @Test
  void whatIsDeletedIsGoneForGoodWhenAllInSyncReplicasHaveSaidSo() {
    leader = lead(2, 1, List.of(1, 2));
    follow(2, 20, 3, 4);
    follow(3, 30, 3, 4);
    assertThat(leader.logStartInSync(2)).isEqualTo(-1);

    leader.onLogStart(2, 20, 1, EPOCH, 1);
    leader.onLogStart(3, 30, 1, EPOCH, 0);
    assertThat(leader.logStartInSync(2)).isEqualTo(1);
    assertThat(leader.lowWatermark(2)).isEqualTo(0);

    leader.onLogStart(2, 20, 1, EPOCH, 2);
    assertThat(leader.logStartInSync(2)).isEqualTo(2);
    assertThat(leader.lowWatermark(2)).isEqualTo(0);
    leader.onStreamEnded(3, 30);
    assertThat(leader.lowWatermark(2)).isEqualTo(2);
  }

  @Test
  void whereAFollowersLogStartsCountsOnlyInThisEpochByThisStreamAndQuestion() {
    follow(2, 20, 3, 4);
    follow(3, 30, 3, 4);
    leader.onLogStart(2, 20, 1, EPOCH, 2);

    leader.onLogStart(3, 30, 1, EPOCH - 1, 2);
    leader.onLogStart(3, 31, 1, EPOCH, 2);
    leader.onLogStart(3, 30, 0, EPOCH, 2);
    leader.onLogStart(9, 30, 1, EPOCH, 2);
    assertThat(leader.logStartInSync(2)).isEqualTo(-1);

    leader.onLogStart(3, 30, 1, EPOCH, 2);
    assertThat(leader.logStartInSync(2)).isEqualTo(2);
    follow(3, 32, 3, 4);
    assertThat(leader.logStartInSync(2)).isEqualTo(-1);
  }
}
