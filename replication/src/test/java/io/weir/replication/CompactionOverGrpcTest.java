package io.weir.replication;

import static io.weir.replication.InProcessCluster.PATIENCE;
import static io.weir.replication.InProcessCluster.get;
import static io.weir.replication.InProcessCluster.keyed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.weir.protocol.record.BatchHeader;
import io.weir.protocol.record.BatchReader;
import io.weir.protocol.record.FileRecords;
import io.weir.replication.compaction.core.CleanupPolicy;
import io.weir.replication.log.LogConfig;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three nodes over gRPC and files, each of which compacts its log for itself. */
class CompactionOverGrpcTest {
  private static final LogConfig CONFIG =
      LogConfig.defaults().toBuilder()
          .minInsyncReplicas(2)
          .segmentBytes(1024)
          .cleanupPolicy(CleanupPolicy.COMPACT)
          .minCleanableDirtyRatio(0)
          .deleteRetentionMs(0)
          .build();

  @TempDir private Path root;
  private InProcessCluster cluster;
  private int next;

  @BeforeEach
  void start() {
    cluster = new InProcessCluster(root, CONFIG);
  }

  @AfterEach
  void stop() {
    cluster.close();
  }

  /** Writes to ten keys in turn. */
  private void write(int leader, int records) {
    for (int i = 0; i < records; i++, next++) {
      ByteBuf batch = keyed("k" + next % 10, "v" + next);
      assertThat(get(cluster.append(leader, -1, batch))).isInstanceOf(AppendResult.Appended.class);
    }
  }

  private void awaitCompaction(int node, int largestLog) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(cluster.logBytes(node).length).isLessThan(largestLog));
  }

  private Map<String, String> read(int node, long endOffset) {
    Map<String, String> values = new TreeMap<>();
    for (long offset = 0; offset < endOffset; ) {
      FileRecords records = cluster.read(node, offset, null).records();
      if (records == null) {
        throw new AssertionError("nothing to read at " + offset);
      }
      ByteBuf bytes = Unpooled.buffer();
      records.readInto(bytes);
      records.release();
      BatchReader.forEachRecord(
          bytes, record -> values.put(text(record.key()), text(record.value())));
      for (int i = 0; i < bytes.writerIndex(); i += BatchHeader.sizeInBytes(bytes, i)) {
        offset = BatchHeader.nextOffset(bytes, i);
      }
    }
    return values;
  }

  private static String text(@Nullable ByteBuffer bytes) {
    return bytes == null ? "" : StandardCharsets.UTF_8.decode(bytes.duplicate()).toString();
  }

  private Map<String, String> lastWritten() {
    Map<String, String> last = new TreeMap<>();
    for (int i = 0; i < next; i++) {
      last.put("k" + i % 10, "v" + i);
    }
    return last;
  }

  @Test
  void eachReplicaKeepsTheLastValueOfEachKeyAtItsOffset() {
    write(1, 400);
    for (int node = 1; node <= 3; node++) {
      awaitCompaction(node, 5_000);
    }

    for (int leader : List.of(2, 3, 1)) {
      cluster.elect(leader, List.of(1, 2, 3));
      cluster.awaitHighWatermark(leader, 400);
      assertThat(read(leader, 400)).isEqualTo(lastWritten());
    }
  }

  @Test
  void aFollowerThatWasAwayGoesOnWithinWhatItsLeaderHasRemovedMeanwhile() {
    write(1, 105);
    cluster.awaitHighWatermark(3, 105);
    cluster.stop(3);
    cluster.awaitInSync(List.of(1, 2));
    write(1, 400);
    awaitCompaction(1, 5_000);

    cluster.start(3);
    cluster.awaitHighWatermark(3, 505);
    cluster.awaitInSync(List.of(1, 2, 3));
    write(1, 7);
    cluster.elect(3, List.of(1, 2, 3));
    cluster.awaitHighWatermark(3, 512);

    assertThat(read(3, 512)).isEqualTo(lastWritten());
  }

  @Test
  void aFollowerThatLostItsDiskGetsACompactedLogWithoutGaps() {
    write(1, 300);
    awaitCompaction(1, 5_000);
    cluster.stop(2);
    cluster.awaitInSync(List.of(1, 3));
    cluster.wipe(2);

    cluster.start(2);
    cluster.awaitHighWatermark(2, 300);
    cluster.awaitInSync(List.of(1, 2, 3));
    cluster.elect(2, List.of(1, 2, 3));
    cluster.awaitHighWatermark(2, 300);

    assertThat(read(2, 300)).isEqualTo(lastWritten());
  }
}
