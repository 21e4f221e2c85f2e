package io.weir.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.coordinator.zookeeper.server.EmbeddedZooKeeper;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The processes as an operator meets them: what they say, and their exit codes. */
class CommandLineTest {
  private static final long DEADLINE_SECONDS = 90;

  @TempDir Path dir;

  // ------------------------------------------------------------------------------- weir broker

  @Test
  void aNodeRefusesAnUnknownSetting() throws IOException {
    assertRefuses(broker(Map.of("node.idd", "1")), "node.idd");
  }

  @Test
  void aNodeRefusesASettingThatCannotBe() throws IOException {
    assertRefuses(broker(Map.of("num.partitions", "many")), "num.partitions");
  }

  @Test
  void aNodeSaysThatItsPortIsInUse() throws IOException {
    try (EmbeddedZooKeeper zooKeeper = EmbeddedZooKeeper.start(dir.resolve("zookeeper"), 0);
        ServerSocket taken = new ServerSocket()) {
      taken.bind(new InetSocketAddress(Ports.LOOPBACK, 0));
      String port = Integer.toString(taken.getLocalPort());
      assertRefuses(
          broker(
              Map.of(
                  "zookeeper.connect",
                  zooKeeper.connectString(),
                  "listeners",
                  "PLAINTEXT://127.0.0.1:" + port)),
          port);
    }
  }

  @Test
  void aNodeSaysThatZooKeeperDoesNotAnswer() throws IOException {
    String nobody = "127.0.0.1:" + Ports.freeBlock(1);
    assertRefuses(
        broker(Map.of("zookeeper.connect", nobody, "zookeeper.connection.timeout.ms", "3000")),
        nobody);
  }

  @Test
  void aNodeRefusesTheDataOfAnotherNodeOrCluster() throws IOException {
    try (LocalCluster cluster = LocalCluster.start(1, "256m", Map.of())) {
      assertThat(cluster.term(1)).isZero();
      Map<String, String> foreign =
          Map.of(
              "zookeeper.connect",
              cluster.zooKeeperConnect(),
              "log.dirs",
              cluster.data(1).toString());
      Map<String, String> asAnotherNode = new TreeMap<>(foreign);
      asAnotherNode.put("node.id", "2");
      assertRefuses(broker(asAnotherNode), cluster.data(1).toString());

      try (EmbeddedZooKeeper otherCluster = EmbeddedZooKeeper.start(dir.resolve("other"), 0)) {
        Map<String, String> inAnotherCluster = new TreeMap<>(foreign);
        inAnotherCluster.put("zookeeper.connect", otherCluster.connectString());
        assertRefuses(broker(inAnotherCluster), cluster.data(1).toString());
      }
    }
  }

  @Test
  void aNodeRefusesAFileThatIsNotThere() {
    assertRefuses(
        JavaProcess.broker("128m", output(), "--config", dir.resolve("none").toString()), "none");
  }

  // ------------------------------------------------------------------------------- weir up,
  // status, down

  @Test
  void aDetachedClusterIsStartedLookedAtAndStoppedAndItsDataStays() throws IOException {
    String folder = dir.resolve("cluster").toString();
    String port = Integer.toString(Ports.freeBlock(2));
    String bootstrap = "127.0.0.1:" + port;
    try {
      assertDoes(
          "weir is ready: 2 nodes",
          "up",
          "--detach",
          "--nodes",
          "2",
          "--port",
          port,
          "--data-dir",
          folder);
      assertDoes("healthy", "status", "--data-dir", folder);
      assertDoes(
          "created topic kept",
          "topic",
          "create",
          "kept",
          "--partitions",
          "3",
          "--bootstrap-server",
          bootstrap);
      assertRefuses(
          weir("up", "--data-dir", folder, "--port", port),
          "another 'weir up' is running on " + folder);
      long pid = Long.parseLong(Files.readString(Path.of(folder, "node-1.pid")).strip());
      assertThat(ProcessHandle.of(pid)).isPresent();
      assertDoes("stopped the cluster", "down", "--data-dir", folder);
      assertThat(ProcessHandle.of(pid).filter(ProcessHandle::isAlive)).isEmpty();
      assertDoes("nothing is running", "down", "--data-dir", folder);

      assertDoes("weir is ready: 2 nodes", "up", "--detach", "--data-dir", folder);
      assertDoes("partition 2", "topic", "describe", "kept", "--bootstrap-server", bootstrap);
    } finally {
      weir("down", "--data-dir", folder).awaitExit(DEADLINE_SECONDS);
    }
  }

  @Test
  void upSaysThatAPortIsInUseBeforeAnythingStarts() throws IOException {
    try (ServerSocket taken = new ServerSocket()) {
      taken.bind(new InetSocketAddress(Ports.LOOPBACK, 0));
      String port = Integer.toString(taken.getLocalPort());
      assertRefuses(
          weir("up", "--nodes", "1", "--port", port, "--data-dir", dir.resolve("c").toString()),
          "port " + port);
      assertThat(dir.resolve("c/node-1.log")).doesNotExist();
    }
  }

  @Test
  void upShowsWhatANodeSaysOfAnUnknownSettingAndLeavesNothingRunning() throws IOException {
    int port = Ports.freeBlock(1);
    assertRefuses(
        weir(
            "up",
            "--nodes",
            "1",
            "--port",
            Integer.toString(port),
            "--data-dir",
            dir.resolve("c").toString(),
            "--set",
            "no.such.setting=1"),
        "no.such.setting");
    try (Socket socket = new Socket()) {
      assertThat(connects(socket, port)).isFalse();
    }
  }

  private static boolean connects(Socket socket, int port) {
    try {
      socket.connect(new InetSocketAddress(Ports.LOOPBACK, port), 1_000);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  // ------------------------------------------------------------------------------- helpers

  private int outputs;

  private Path output() {
    return dir.resolve("output-" + outputs++);
  }

  private JavaProcess weir(String... args) {
    return JavaProcess.weir(output(), args);
  }

  /**
   * A node that should not start: on a free port, with a ZooKeeper that is not there, unless the
   * settings say otherwise.
   */
  private JavaProcess broker(Map<String, String> settings) throws IOException {
    Map<String, String> all = new TreeMap<>();
    all.put("node.id", "1");
    all.put("listeners", "PLAINTEXT://127.0.0.1:" + Ports.freeBlock(1));
    all.put("log.dirs", dir.resolve("data").toString());
    all.put("zookeeper.connect", "127.0.0.1:1");
    all.putAll(settings);
    Path configuration = dir.resolve("node.properties");
    Files.write(
        configuration,
        all.entrySet().stream().map(entry -> entry.getKey() + "=" + entry.getValue()).toList());
    return JavaProcess.broker("256m", output(), "--config", configuration.toString());
  }

  private void assertDoes(String said, String... args) {
    JavaProcess process = weir(args);
    int exitCode = process.awaitExit(DEADLINE_SECONDS);
    assertThat(process.output()).contains(said);
    assertThat(exitCode).as(process.output()).isZero();
  }

  /** One line for the operator, which names what is wrong, and no stack trace. */
  private static void assertRefuses(JavaProcess process, String named) {
    int exitCode = process.awaitExit(DEADLINE_SECONDS);
    String output = process.output();
    assertThat(exitCode).as(output).isNotZero();
    List<String> toOperator = output.lines().filter(line -> line.startsWith("weir: ")).toList();
    assertThat(toOperator).as(output).hasSize(1);
    assertThat(toOperator.getFirst()).contains(named);
    assertThat(output).doesNotContain("\tat ").doesNotContain("Exception in thread");
  }
}
