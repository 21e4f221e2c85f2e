package io.weir.replication;

import static io.weir.replication.InProcessCluster.PARTITION;
import static io.weir.replication.InProcessCluster.PATIENCE;
import static io.weir.replication.InProcessCluster.batch;
import static io.weir.replication.InProcessCluster.errorOf;
import static io.weir.replication.InProcessCluster.get;
import static io.weir.replication.InProcessCluster.producerBatch;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.weir.protocol.model.ErrorCode;
import io.weir.protocol.record.FileRecords;
import io.weir.replication.log.LogConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three nodes over gRPC and files: what a cluster does when nodes come and go. */
class ReplicationOverGrpcTest {
  @TempDir private Path root;
  private InProcessCluster cluster;

  @BeforeEach
  void start() {
    LogConfig config =
        LogConfig.defaults().toBuilder().minInsyncReplicas(2).segmentBytes(64 * 1024).build();
    cluster = new InProcessCluster(root, config);
  }

  @AfterEach
  void stop() {
    cluster.close();
  }

  @Test
  void acknowledgesOnlyWhatAllInSyncReplicasHold() {
    long offset = cluster.produce(1, "a", "b", "c");

    assertThat(offset).isZero();
    assertThat(cluster.state(2).logEndOffset()).isEqualTo(3);
    assertThat(cluster.state(3).logEndOffset()).isEqualTo(3);
    assertThat(cluster.logBytes(2)).isEqualTo(cluster.logBytes(1));
    assertThat(cluster.logBytes(3)).isEqualTo(cluster.logBytes(1));
  }

  @Test
  void followersHearOfTheHighWatermarkWithoutAFurtherProduce() {
    cluster.produce(1, "a", "b");

    cluster.awaitHighWatermark(2, 2);
    cluster.awaitHighWatermark(3, 2);
  }

  @Test
  void aWaitingReaderIsWokenWhenRecordsAreCommitted() throws InterruptedException {
    cluster.produce(1, "a");
    CountDownLatch woken = new CountDownLatch(1);

    ReadResult empty = cluster.read(1, 1, woken::countDown);
    assertThat(empty.error()).isEqualTo(ErrorCode.NONE);
    assertThat(empty.records()).isNull();
    cluster.produce(1, "b");

    assertThat(woken.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    ReadResult read = cluster.read(1, 1, null);
    FileRecords records = Objects.requireNonNull(read.records());
    assertThat(records.sizeInBytes()).isPositive();
    records.release();
  }

  @Test
  void manyProducesInFlightAreAnsweredInOrderAndReplicated() {
    cluster.produce(1, "first");
    List<CompletableFuture<AppendResult>> results = new ArrayList<>();
    for (int i = 0; i < 2_000; i++) {
      results.add(cluster.append(1, -1, batch("value-" + i + "-" + "x".repeat(i % 300))));
    }

    for (int i = 0; i < results.size(); i++) {
      AppendResult result = get(results.get(i));
      assertThat(result).isInstanceOf(AppendResult.Appended.class);
      assertThat(((AppendResult.Appended) result).baseOffset()).isEqualTo(1 + i);
    }
    assertThat(cluster.logBytes(2)).isEqualTo(cluster.logBytes(1));
    assertThat(cluster.logBytes(3)).isEqualTo(cluster.logBytes(1));
  }

  @Test
  void aFollowerThatWasAwayCatchesUpFromTheFileAndComesBackIntoTheInSyncSet() {
    cluster.produce(1, "a");
    cluster.stop(3);
    cluster.awaitInSync(List.of(1, 2));
    for (int i = 0; i < 50; i++) {
      cluster.produce(1, "value-" + i + "-" + "x".repeat(10_000));
    }

    cluster.start(3);

    cluster.awaitInSync(List.of(1, 2, 3));
    cluster.produce(1, "z");
    assertThat(cluster.logBytes(3)).isEqualTo(cluster.logBytes(1));
  }

  @Test
  void whenTheLeaderDiesAnInSyncFollowerGoesOnWithAllThatWasAcknowledged() {
    for (int i = 0; i < 20; i++) {
      cluster.produce(1, "value-" + i);
    }
    cluster.stop(1);
    cluster.elect(2, List.of(2, 3));

    assertThat(cluster.produce(2, "after")).isEqualTo(20);
    cluster.start(1);

    cluster.awaitInSync(List.of(1, 2, 3));
    long end = cluster.produce(2, "whole again");
    assertThat(end).isEqualTo(21);
    assertThat(cluster.logBytes(1)).isEqualTo(cluster.logBytes(2));
    assertThat(cluster.logBytes(3)).isEqualTo(cluster.logBytes(2));
  }

  @Test
  void whatTheOldLeaderHadAloneIsTruncatedAndItsProducersAreToldToLookAgain() {
    cluster.produce(1, "a");
    cluster.stop(2);
    cluster.stop(3);
    CompletableFuture<AppendResult> alone = cluster.append(1, 1, batch("only here"));
    CompletableFuture<AppendResult> waiting = cluster.append(1, -1, batch("never acknowledged"));
    assertThat(errorOf(get(alone))).isEqualTo(ErrorCode.NONE);
    cluster.start(2);
    cluster.start(3);

    cluster.elect(2, List.of(2, 3));

    assertThat(errorOf(get(waiting)))
        .isIn(ErrorCode.NOT_LEADER_OR_FOLLOWER, ErrorCode.NONE, ErrorCode.NOT_ENOUGH_REPLICAS);
    cluster.awaitInSync(List.of(1, 2, 3));
    cluster.produce(2, "b");
    assertThat(cluster.logBytes(1)).isEqualTo(cluster.logBytes(2));
    assertThat(cluster.logBytes(3)).isEqualTo(cluster.logBytes(2));
  }

  @Test
  void belowTheMinimumOfInSyncReplicasNothingIsAcknowledged() {
    cluster.produce(1, "a");
    cluster.stop(2);
    cluster.stop(3);
    cluster.awaitInSync(List.of(1));
    await().atMost(PATIENCE).until(() -> cluster.state(1).inSyncReplicas().equals(List.of(1)));

    AppendResult refused = get(cluster.append(1, -1, batch("b")));
    AppendResult local = get(cluster.append(1, 1, batch("c")));

    assertThat(errorOf(refused)).isEqualTo(ErrorCode.NOT_ENOUGH_REPLICAS);
    assertThat(errorOf(local)).isEqualTo(ErrorCode.NONE);
    assertThat(cluster.state(1).highWatermark()).isEqualTo(1);
    cluster.start(2);
    cluster.awaitInSync(List.of(1, 2));
    cluster.awaitHighWatermark(1, 2);
  }

  @Test
  void aRetryOnTheNewLeaderGetsTheOriginalOffset() {
    cluster.produce(1, "a");
    AppendResult first = get(cluster.append(1, -1, producerBatch(7, 0, "once")));
    cluster.elect(3, List.of(1, 2, 3));
    cluster.produce(3, "between");

    AppendResult again = get(cluster.append(3, -1, producerBatch(7, 0, "once")));

    assertThat(again).isEqualTo(first);
    AppendResult gap = get(cluster.append(3, -1, producerBatch(7, 5, "later")));
    assertThat(errorOf(gap)).isEqualTo(ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER);
  }

  @Test
  void leadersThatChangeQuicklyLeaveAllLogsTheSame() {
    for (int round = 0; round < 12; round++) {
      int leader = 1 + round % 3;
      cluster.elect(leader, List.of(1, 2, 3));
      cluster.produce(leader, "round-" + round);
      CompletableFuture<AppendResult> unfinished =
          cluster.append(leader, 1, batch("perhaps-" + round));
      cluster.elect(1 + (round + 1) % 3, List.of(1, 2, 3));
      get(unfinished);
    }
    int last = 1 + 12 % 3;
    cluster.produce(last, "end");

    cluster.awaitInSync(List.of(1, 2, 3));
    assertThat(cluster.logBytes(2)).isEqualTo(cluster.logBytes(1));
    assertThat(cluster.logBytes(3)).isEqualTo(cluster.logBytes(1));
  }

  @Test
  void anotherNodeThanTheLeaderSaysWhoLeads() {
    cluster.produce(1, "a");

    ReadResult refused = cluster.read(2, 0, null);

    assertThat(refused.error()).isEqualTo(ErrorCode.NOT_LEADER_OR_FOLLOWER);
    assertThat(refused.leaderId()).isEqualTo(1);
    assertThat(errorOf(get(cluster.append(3, 1, batch("b")))))
        .isEqualTo(ErrorCode.NOT_LEADER_OR_FOLLOWER);
  }

  @Test
  void epochsOfReadersAreHeldAgainstTheLeaders() {
    cluster.elect(1, List.of(1, 2, 3));
    cluster.produce(1, "a");
    int epoch = cluster.leaderEpoch();

    assertThat(readWithEpoch(epoch - 1)).isEqualTo(ErrorCode.FENCED_LEADER_EPOCH);
    assertThat(readWithEpoch(epoch + 1)).isEqualTo(ErrorCode.UNKNOWN_LEADER_EPOCH);
    assertThat(readWithEpoch(epoch)).isEqualTo(ErrorCode.NONE);
  }

  private ErrorCode readWithEpoch(int epoch) {
    CompletableFuture<EpochEndResult> result = new CompletableFuture<>();
    cluster
        .replicas(1)
        .endOffsetForEpoch(new EpochEndRequest(PARTITION, epoch, 1, result::complete));
    return get(result).error();
  }

  @Test
  void anAppendThatIsNotReplicatedInTimeSaysSoAndStaysInTheLog() {
    cluster.produce(1, "a");
    cluster.stop(2);
    cluster.stop(3);

    AppendResult late = get(cluster.append(1, -1, batch("b"), 200));

    assertThat(errorOf(late)).isEqualTo(ErrorCode.REQUEST_TIMED_OUT);
    assertThat(cluster.state(1).logEndOffset()).isEqualTo(2);
  }

  @Test
  void aTopicThatIsCreatedAgainStartsEmptyAndTheOldFilesGo() {
    cluster.produce(1, "old");
    String oldFolder = cluster.folderName();

    cluster.recreate();

    assertThat(cluster.produce(1, "new")).isZero();
    for (int node = 1; node <= 3; node++) {
      int id = node;
      await()
          .atMost(PATIENCE)
          .untilAsserted(() ->
              assertThat(cluster.folders(id)).doesNotContain(oldFolder, oldFolder + ".deleted"));
      assertThat(cluster.folders(id)).contains(cluster.folderName());
    }
  }

  @Test
  void aNodeWhoseDiskWasReplacedGetsEverythingAgain() {
    cluster.produce(1, "a");
    cluster.stop(3);
    cluster.awaitInSync(List.of(1, 2));
    for (int i = 0; i < 10; i++) {
      cluster.produce(1, "value-" + i + "-" + "x".repeat(20_000));
    }
    cluster.wipe(3);

    cluster.start(3);

    cluster.awaitInSync(List.of(1, 2, 3));
    cluster.produce(1, "z");
    assertThat(cluster.logBytes(3)).isEqualTo(cluster.logBytes(1));
  }
}
