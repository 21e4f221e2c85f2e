package io.weir.coordinator.zookeeper.server;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.RetryOneTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedZooKeeperTest {
  @TempDir Path dir;

  @Test
  void whatWasWrittenIsThereAfterARestartOnTheSamePort() throws Exception {
    int port;
    try (EmbeddedZooKeeper server = EmbeddedZooKeeper.start(dir, 0);
        CuratorFramework client = connect(server)) {
      port = server.port();
      client.create().creatingParentsIfNeeded().forPath("/a/b", "value".getBytes(UTF_8));
    }
    try (EmbeddedZooKeeper server = EmbeddedZooKeeper.start(dir, port);
        CuratorFramework client = connect(server)) {
      assertThat(server.port()).isEqualTo(port);
      assertThat(client.getData().forPath("/a/b")).asString(UTF_8).isEqualTo("value");
    }
  }

  @Test
  void aPortInUseIsSaidInOneLine() {
    try (EmbeddedZooKeeper first = EmbeddedZooKeeper.start(dir.resolve("first"), 0)) {
      assertThatThrownBy(() -> EmbeddedZooKeeper.start(dir.resolve("second"), first.port()))
          .isInstanceOf(EmbeddedZooKeeperException.class)
          .hasMessageContaining("port " + first.port() + " on 127.0.0.1 is in use")
          .hasMessageNotContaining("\n");
      assertThat(dir.resolve("second")).doesNotExist();
    }
  }

  @Test
  void aFolderThatCannotBeMadeIsSaidInOneLineAndThePortIsFreeAgain() throws Exception {
    Path file = Files.createFile(dir.resolve("file"));
    int port;
    try (EmbeddedZooKeeper other = EmbeddedZooKeeper.start(dir.resolve("other"), 0)) {
      port = other.port();
    }
    assertThatThrownBy(() -> EmbeddedZooKeeper.start(file.resolve("data"), port))
        .isInstanceOf(EmbeddedZooKeeperException.class)
        .hasMessageContaining(file.resolve("data").toString())
        .hasMessageNotContaining("\n");
    try (EmbeddedZooKeeper again = EmbeddedZooKeeper.start(dir.resolve("other"), port)) {
      assertThat(again.port()).isEqualTo(port);
    }
  }

  @Test
  void onlyTwoFourLetterWordsAreAnswered() throws Exception {
    try (EmbeddedZooKeeper server = EmbeddedZooKeeper.start(dir, 0)) {
      assertThat(ask(server, "ruok")).isEqualTo("imok");
      assertThat(ask(server, "srvr")).contains("Mode: standalone");
      assertThat(ask(server, "dump")).contains("not in the whitelist");
    }
  }

  @Test
  void closingTwiceIsHarmlessAndIsNoFailure() {
    EmbeddedZooKeeper server = EmbeddedZooKeeper.start(dir, 0);
    server.close();
    server.close();
    assertThat(server.failed()).isNotDone();
  }

  private static CuratorFramework connect(EmbeddedZooKeeper server) {
    CuratorFramework client =
        CuratorFrameworkFactory.newClient(
            server.connectString(), 10_000, 10_000, new RetryOneTime(100));
    client.start();
    return client;
  }

  private static String ask(EmbeddedZooKeeper server, String word) throws IOException {
    try (Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), server.port())) {
      socket.getOutputStream().write(word.getBytes(US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), US_ASCII);
    }
  }
}
