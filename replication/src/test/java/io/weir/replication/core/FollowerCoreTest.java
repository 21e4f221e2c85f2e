package io.weir.replication.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class FollowerCoreTest {
  private final FollowerCore follower = new FollowerCore(2, 7);

  @Test
  void batchesOfTheLatestQuestionContinueTheLog() {
    follower.onStreamOpened(20);
    int question = follower.ask();

    assertThat(follower.onBatches(20, 7, question, 5, 5)).isEqualTo(FollowerCore.OnBatches.APPEND);
    assertThat(follower.state()).isEqualTo(FollowerCore.State.FOLLOWING);
  }

  @Test
  void batchesOfAnotherEpochStreamOrQuestionAreDropped() {
    follower.onStreamOpened(20);
    int earlier = follower.ask();
    int question = follower.ask();

    assertThat(follower.onBatches(20, 6, question, 5, 5)).isEqualTo(FollowerCore.OnBatches.DROP);
    assertThat(follower.onBatches(19, 7, question, 5, 5)).isEqualTo(FollowerCore.OnBatches.DROP);
    assertThat(follower.onBatches(20, 7, earlier, 5, 5)).isEqualTo(FollowerCore.OnBatches.DROP);
    assertThat(follower.state()).isEqualTo(FollowerCore.State.ASKED);
  }

  @Test
  void aGapIsAskedAboutAnewAndWhatIsUnderWayIsDropped() {
    follower.onStreamOpened(20);
    int question = follower.ask();

    assertThat(follower.onBatches(20, 7, question, 8, 5))
        .isEqualTo(FollowerCore.OnBatches.ASK_AGAIN);
    follower.ask();
    assertThat(follower.onBatches(20, 7, question, 5, 5)).isEqualTo(FollowerCore.OnBatches.DROP);
  }

  @Test
  void theEndOfAnEarlierStreamDoesNotMatter() {
    follower.onStreamOpened(20);
    follower.onStreamOpened(21);
    int question = follower.ask();

    follower.onStreamEnded(20);
    assertThat(follower.accepts(21, 7, question)).isTrue();
    follower.onStreamEnded(21);
    assertThat(follower.accepts(21, 7, question)).isFalse();
  }

  @Test
  void truncationEndsWhereTheSmallerOfBothEpochsEnds() {
    ListLog log = ListLog.ofEpochs(1, 1, 1, 3, 3);

    assertThat(FollowerCore.truncationPoint(new EpochBoundary(2, 9), log)).isEqualTo(3);
    assertThat(FollowerCore.truncationPoint(new EpochBoundary(1, 2), log)).isEqualTo(2);
    assertThat(FollowerCore.truncationPoint(new EpochBoundary(3, 4), log)).isEqualTo(4);
    assertThat(FollowerCore.truncationPoint(new EpochBoundary(0, 4), log)).isZero();
  }

  /** KIP-101: two quick leader changes, and a follower that knows little of the high watermark. */
  @Test
  void acknowledgedRecordsBeyondAnOldWatermarkSurviveARestart() {
    ListLog restarted = ListLog.ofEpochs(1, 1);
    ListLog leadersLog = ListLog.ofEpochs(1, 1);
    Leadership alone = new Leadership(2, 2, 4, List.of(1, 2), List.of(1, 2), 1);
    LeaderCore leader = new LeaderCore(alone, 10_000, 1_000, 2, 1, 0);

    FollowVerdict verdict = leader.onFollow(1, 10, 1, ReplicaEnd.appended(2), 1, leadersLog, 0);

    assertThat(verdict).isInstanceOf(FollowVerdict.Begin.class);
    assertThat(restarted.logEndOffset()).isEqualTo(2);
    assertThat(leader.highWatermark()).isEqualTo(2);
  }

  @Test
  void theWatermarkGoesNeitherBackNorPastTheOwnLog() {
    assertThat(FollowerCore.watermark(5, 9, 7)).isEqualTo(7);
    assertThat(FollowerCore.watermark(5, 3, 7)).isEqualTo(5);
    assertThat(FollowerCore.watermark(5, 9, 4)).isEqualTo(4);
  }
}
