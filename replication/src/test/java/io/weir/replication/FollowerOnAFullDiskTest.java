package io.weir.replication;

import static io.weir.replication.InProcessCluster.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.weir.replication.log.LogConfig;
import io.weir.replication.log.SmallDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A follower whose disk fills stops taking records, fails nothing, and goes on when there is room.
 */
class FollowerOnAFullDiskTest {
  @TempDir private Path root;

  @Test
  void aFollowerWithoutRoomFallsBehindLeavesTheInSyncSetAndCatchesUpWhenThereIsRoom()
      throws IOException {
    try (SmallDisk disk = SmallDisk.mount(root.resolve("node-3"), 512)) {
      Path ballast = disk.path().resolve("ballast");
      Files.write(ballast, new byte[300_000]);
      try (InProcessCluster cluster = new InProcessCluster(root, LogConfig.defaults())) {
        String value = "x".repeat(2_000);
        int records = 0;
        for (; records < 110; records++) {
          cluster.produce(1, value);
        }
        cluster.awaitInSync(List.of(1, 2));
        long produced = cluster.state(1).logEndOffset();
        assertThat(cluster.state(1).highWatermark()).isEqualTo(produced);
        assertThat(cluster.state(3).logEndOffset()).isBetween(1L, produced - 1);
        assertThat(cluster.failed).isEmpty();

        Files.delete(ballast);

        cluster.awaitInSync(List.of(1, 2, 3));
        cluster.produce(1, "last");
        await()
            .atMost(PATIENCE)
            .untilAsserted(
                () -> assertThat(cluster.state(3).logEndOffset()).isEqualTo(produced + 1));
        assertThat(cluster.failed).isEmpty();
      }
    }
  }
}
