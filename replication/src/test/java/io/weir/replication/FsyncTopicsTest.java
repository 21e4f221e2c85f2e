package io.weir.replication;

import static io.weir.replication.InProcessCluster.batch;
import static io.weir.replication.InProcessCluster.get;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.replication.log.Durability;
import io.weir.replication.log.LogConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three nodes with a topic of durability=fsync. */
class FsyncTopicsTest {
  @TempDir private Path root;
  private InProcessCluster cluster;

  @BeforeEach
  void start() {
    LogConfig config =
        LogConfig.defaults().toBuilder()
            .minInsyncReplicas(2)
            .durability(Durability.FSYNC)
            .segmentBytes(64 * 1024)
            .build();
    cluster = new InProcessCluster(root, config);
  }

  @AfterEach
  void stop() {
    cluster.close();
  }

  @Test
  void recordsAreAcknowledgedAndStayThroughLeaderChangesAndRestarts() {
    cluster.produce(1, "a", "b");
    cluster.elect(2, List.of(1, 2, 3));
    cluster.produce(2, "c");
    cluster.stop(3);
    cluster.produce(2, "d");
    cluster.start(3);
    cluster.awaitInSync(List.of(1, 2, 3));
    cluster.elect(3, List.of(1, 2, 3));
    long offset = cluster.produce(3, "e");

    assertThat(offset).isEqualTo(4);
    cluster.awaitHighWatermark(1, 5);
    cluster.awaitHighWatermark(2, 5);
    assertThat(cluster.logBytes(1)).isEqualTo(cluster.logBytes(3));
    assertThat(cluster.logBytes(2)).isEqualTo(cluster.logBytes(3));
  }

  @Test
  void anAcknowledgementOfTheLeaderAloneComesToo() {
    cluster.produce(1, "a");
    List<CompletableFuture<AppendResult>> answers = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      answers.add(cluster.append(1, 1, batch("v" + i)));
    }

    answers.forEach(answer -> assertThat(get(answer)).isInstanceOf(AppendResult.Appended.class));
    cluster.awaitHighWatermark(1, 51);
  }
}
