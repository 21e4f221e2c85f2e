package io.weir.replication.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LogDirectoryTest {
  private static final PartitionFolder ORDERS =
      new PartitionFolder("orders-eu", 3, new UUID(7, -9));

  @TempDir Path path;

  private LogDirectory open(int nodeId) {
    return LogDirectory.open(path, nodeId, new Random(1), Runnable::run);
  }

  @Test
  void theStorageIdIsMadeOnce() {
    LogDirectory directory = open(1);
    String storageId = directory.storageId();
    assertThat(storageId).hasSize(22);
    directory.close();
    directory = LogDirectory.open(path, 1, new Random(2), Runnable::run);
    assertThat(directory.storageId()).isEqualTo(storageId);
    directory.close();
  }

  @Test
  void aDirectoryInUseIsRefused() {
    LogDirectory directory = open(1);
    assertThatThrownBy(() -> open(1))
        .isInstanceOf(LogDirectoryException.class)
        .hasMessageContaining("another node is using this directory")
        .hasMessageNotContaining("\n");
    directory.close();
    open(1).close();
  }

  @Test
  void aDirectoryOfAnotherNodeIsRefusedAndStaysFree() {
    open(1).close();
    assertThatThrownBy(() -> open(2))
        .isInstanceOf(LogDirectoryException.class)
        .hasMessageContaining("belongs to node 1, this is node 2");
    open(1).close();
  }

  @Test
  void aDirectoryStaysInItsCluster() {
    LogDirectory directory = open(1);
    assertThat(directory.clusterId()).isNull();
    directory.bindToCluster("first");
    directory.close();
    LogDirectory again = open(1);
    assertThat(again.clusterId()).isEqualTo("first");
    again.bindToCluster("first");
    assertThatThrownBy(() -> again.bindToCluster("second"))
        .isInstanceOf(LogDirectoryException.class)
        .hasMessageContaining("belongs to cluster first, this is cluster second");
    again.close();
  }

  @Test
  void aDamagedIdentityIsNotGuessedAt() throws IOException {
    open(1).close();
    Path file = path.resolve("weir.properties");
    Files.writeString(file, Files.readString(file).replace("node.id=1", "node.id=2"));
    assertThatThrownBy(() -> open(2))
        .isInstanceOf(LogDirectoryException.class)
        .hasMessageContaining("damaged");
  }

  @Test
  void onlyACleanStopIsTakenForOne() {
    LogDirectory directory = open(1);
    assertThat(directory.afterCleanStop()).isFalse();
    directory.closeCleanly();
    directory = open(1);
    assertThat(directory.afterCleanStop()).isTrue();
    directory.close();
    directory = open(1);
    assertThat(directory.afterCleanStop()).isFalse();
    directory.close();
  }

  @Test
  void aStopIsNotCleanWhenALogWasNeverCheckedSinceTheCrash() {
    LogDirectory directory = open(1);
    directory.openLog(ORDERS, LogConfig.defaults()).close();
    directory.close();
    directory = open(1);
    directory.closeCleanly();
    directory = open(1);
    assertThat(directory.afterCleanStop()).isFalse();
    directory.openLog(ORDERS, LogConfig.defaults()).close();
    directory.closeCleanly();
    directory = open(1);
    directory.closeCleanly();
    directory = open(1);
    assertThat(directory.afterCleanStop()).isTrue();
    directory.close();
  }

  @Test
  void aLimitOfOpenFilesIsTooLowOnlyForManyPartitions() {
    assertThat(OpenFileLimit.warning(12, 1024)).isNull();
    assertThat(OpenFileLimit.warning(13, 1024))
        .isEqualTo(
            "13 partitions may need 1026 open files and the limit is 1024:"
                + " raise it (ulimit -n, LimitNOFILE=)");
    assertThat(OpenFileLimit.warning(12, -1)).isNull();
  }

  @Test
  void highWatermarksAreThoseOfTheLastCheckpoint() {
    LogDirectory directory = open(1);
    assertThat(directory.highWatermark(ORDERS)).isZero();
    directory.checkpointHighWatermarks(Map.of(ORDERS, 5L));
    directory.checkpointHighWatermarks(Map.of(ORDERS, 6L));
    directory.close();
    directory = open(1);
    assertThat(directory.highWatermark(ORDERS)).isEqualTo(6);
    directory.close();
  }

  @Test
  void partitionsAreFoundAgainByTheirFolders() throws IOException {
    LogDirectory directory = open(1);
    PartitionLog log = directory.openLog(ORDERS, LogConfig.defaults());
    log.stage(TestBatches.batch(0, 1, 3, 1000));
    log.write();
    log.close();
    Files.createDirectories(path.resolve("no-partition"));
    directory.closeCleanly();
    directory = open(1);
    assertThat(directory.partitions()).containsExactly(ORDERS);
    log = directory.openLog(ORDERS, LogConfig.defaults());
    assertThat(log.logEndOffset()).isEqualTo(3);
    log.delete();
    assertThat(directory.partitions()).isEmpty();
    directory.deleteFolder(ORDERS);
    directory.close();
  }

  @Test
  void foldersThatWereBeingDeletedAreRemovedAtTheNextStart() throws IOException {
    Path doomed = path.resolve(ORDERS.name() + ".deleted");
    Files.createDirectories(doomed);
    Files.createFile(doomed.resolve("00000000000000000000.log"));
    open(1).close();
    assertThat(doomed).doesNotExist();
  }

  @Test
  void folderNamesAreReadAsTheyAreWritten() {
    assertThat(PartitionFolder.parse(ORDERS.name())).isEqualTo(ORDERS);
    PartitionFolder dotted =
        new PartitionFolder("a.b-1.c", 12, UUID.fromString("00000000-0000-0001-0000-000000000001"));
    assertThat(PartitionFolder.parse(dotted.name())).isEqualTo(dotted);
    for (String other :
        new String[] {
          "",
          "x",
          "orders-3",
          ORDERS.name() + ".deleted",
          "o-x." + "A".repeat(22),
          "-1." + "A".repeat(22)
        }) {
      assertThat(PartitionFolder.parse(other)).isNull();
    }
  }
}
