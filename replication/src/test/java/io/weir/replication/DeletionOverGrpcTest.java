package io.weir.replication;

import static io.weir.replication.InProcessCluster.PARTITION;
import static io.weir.replication.InProcessCluster.PATIENCE;
import static io.weir.replication.InProcessCluster.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.weir.protocol.model.ErrorCode;
import io.weir.replication.compaction.core.CleanupPolicy;
import io.weir.replication.log.LogConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three nodes over gRPC and files: records that a client deletes stay deleted. */
class DeletionOverGrpcTest {
  @TempDir private Path root;
  private InProcessCluster cluster;

  @BeforeEach
  void start() {
    LogConfig config =
        LogConfig.defaults().toBuilder().minInsyncReplicas(2).segmentBytes(500).build();
    cluster = new InProcessCluster(root.resolve("deletable"), config);
  }

  private void produce(int records) {
    for (int i = 0; i < records; i++) {
      cluster.produce(1, "value-" + i);
    }
  }

  @AfterEach
  void stop() {
    cluster.close();
  }

  private CompletableFuture<DeletionResult> delete(int node, long offset, long timeoutMs) {
    CompletableFuture<DeletionResult> result = new CompletableFuture<>();
    cluster
        .replicas(node)
        .deleteRecords(new DeletionRequest(PARTITION, offset, timeoutMs, result::complete));
    return result;
  }

  private DeletionResult delete(int node, long offset) {
    return get(delete(node, offset, 30_000));
  }

  private void assertLogStart(int node, long offset) {
    assertThat(cluster.state(node).logStartOffset()).isEqualTo(offset);
  }

  @Test
  void itIsAnsweredWhenTheRecordsAreGoneEverywhereAndNoLeaderOrRestartBringsThemBack() {
    produce(20);

    assertThat(delete(1, 13)).isEqualTo(new DeletionResult(ErrorCode.NONE, 13));
    for (int node = 1; node <= 3; node++) {
      assertLogStart(node, 13);
    }
    assertThat(cluster.read(1, 12, null).error()).isEqualTo(ErrorCode.OFFSET_OUT_OF_RANGE);

    cluster.stop(1);
    cluster.elect(2, List.of(2, 3));
    cluster.produce(2, "under the next leader");
    assertLogStart(2, 13);
    assertThat(delete(2, 5)).isEqualTo(new DeletionResult(ErrorCode.NONE, 13));

    cluster.start(1);
    cluster.awaitInSync(List.of(1, 2, 3));
    cluster.elect(1, List.of(1, 2, 3));
    cluster.produce(1, "back again");
    assertLogStart(1, 13);
  }

  @Test
  void allThatIsCommittedCanBeDeletedAndOffsetsGoOn() {
    produce(10);

    assertThat(delete(1, DeletionRequest.ALL_COMMITTED))
        .isEqualTo(new DeletionResult(ErrorCode.NONE, 10));
    assertThat(cluster.logBytes(1)).isEmpty();
    assertThat(cluster.produce(1, "next")).isEqualTo(10);
  }

  @Test
  void aFollowerThatIsAwayKeepsTheAnswerBackUntilItIsOutOfTheInSyncSetAndFollowsLater() {
    produce(10);
    cluster.stop(3);

    CompletableFuture<DeletionResult> impatient = delete(1, 4, 0);
    CompletableFuture<DeletionResult> patient = delete(1, 4, 30_000);
    assertThat(get(impatient).error()).isEqualTo(ErrorCode.REQUEST_TIMED_OUT);
    assertThat(get(patient)).isEqualTo(new DeletionResult(ErrorCode.NONE, 4));
    assertThat(cluster.inSync()).isEqualTo(List.of(1, 2));

    cluster.start(3);
    await().atMost(PATIENCE).untilAsserted(() -> assertLogStart(3, 4));
  }

  @Test
  void aLeadershipThatEndsMeanwhileSaysSo() {
    produce(10);
    cluster.stop(2);
    cluster.stop(3);
    CompletableFuture<DeletionResult> waiting = delete(1, 4, 30_000);

    cluster.elect(2, List.of(1, 2, 3));

    assertThat(get(waiting).error()).isEqualTo(ErrorCode.NOT_LEADER_OR_FOLLOWER);
    assertThat(delete(1, 4).error()).isEqualTo(ErrorCode.NOT_LEADER_OR_FOLLOWER);
  }

  @Test
  void whatIsNotThereToBeDeletedIsRefused() {
    produce(10);

    assertThat(delete(1, 11).error()).isEqualTo(ErrorCode.OFFSET_OUT_OF_RANGE);
    assertThat(delete(1, -2).error()).isEqualTo(ErrorCode.OFFSET_OUT_OF_RANGE);
    assertThat(delete(2, 3).error()).isEqualTo(ErrorCode.NOT_LEADER_OR_FOLLOWER);
    assertLogStart(1, 0);
  }

  @Test
  void aTopicThatIsOnlyCompactedKeepsItsRecords() {
    cluster.close();
    cluster =
        new InProcessCluster(
            root.resolve("compacted"),
            LogConfig.defaults().toBuilder().cleanupPolicy(CleanupPolicy.COMPACT).build());

    await()
        .atMost(PATIENCE)
        .untilAsserted(() ->
            assertThat(delete(1, DeletionRequest.ALL_COMMITTED).error())
                .isEqualTo(ErrorCode.POLICY_VIOLATION));
  }
}
