package io.weir.deploy.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.cli.CommandFailure;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClusterFolderTest {
  @TempDir Path dir;

  @Test
  void theStateOfTheLastStartIsReadBack() {
    ClusterFolder folder = new ClusterFolder(dir);
    assertThat(folder.readState()).isEmpty();
    ClusterState state =
        new ClusterState(
            2,
            9092,
            new ProcessIdentity(11, 1_000),
            Map.of(1, new ProcessIdentity(12, 2_000), 2, new ProcessIdentity(13, 0)));
    folder.writeState(state);
    assertThat(folder.readState()).contains(state);
  }

  @Test
  void aStateThatIsNoneIsRefusedWithItsName() throws Exception {
    Files.writeString(dir.resolve("cluster.properties"), "nodes=many\n");
    assertThatThrownBy(() -> new ClusterFolder(dir).readState())
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("cluster.properties");
  }

  @Test
  void valuesSurviveTheirFile() throws Exception {
    ClusterFolder folder = new ClusterFolder(dir);
    Properties written = new Properties();
    written.setProperty("plain", "value");
    written.setProperty("odd", "  back\\slash=\ttab #no comment");
    folder.writeConfiguration(1, written);
    Properties read = new Properties();
    try (Reader in = Files.newBufferedReader(dir.resolve("node-1.properties"))) {
      read.load(in);
    }
    assertThat(read).isEqualTo(written);
  }

  @Test
  void onlyOneProcessHasAFolder() {
    try (FolderLock _ = FolderLock.take(dir, "another 'weir up'")) {
      assertThatThrownBy(() -> FolderLock.take(dir, "another 'weir up'"))
          .isInstanceOf(CommandFailure.class)
          .hasMessageStartingWith("another 'weir up' is running on " + dir);
    }
    try (FolderLock again = FolderLock.take(dir, "another 'weir up'")) {
      assertThat(again).isNotNull();
    }
  }
}
