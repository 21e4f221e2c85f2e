package io.weir.it;

import static org.awaitility.Awaitility.await;

import io.weir.coordinator.zookeeper.server.EmbeddedZooKeeper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartitionInfo;
import org.jspecify.annotations.Nullable;

/**
 * A cluster of real node processes and a ZooKeeper in this JVM, in a temporary folder. Each part
 * can be killed or stopped, and started again on its data and its port. When {@link #close} finds
 * that a node is not needed any more the folder goes; after {@link #keep} it stays, and the ends of
 * the logs are printed. Confined to the thread of the test.
 */
final class LocalCluster implements AutoCloseable {
  private static final Duration START_DEADLINE = Duration.ofSeconds(90);
  private static final Duration WHOLE_DEADLINE = Duration.ofSeconds(90);
  private static final Duration POLL = Duration.ofMillis(100);
  private static final int LOG_LINES_SHOWN = 60;

  private final Path folder;
  private final int nodes;
  private final int firstPort;
  private final int zooKeeperPort;
  private final String heap;
  private final Map<String, String> settings;
  private final Map<Integer, JavaProcess> processes = new TreeMap<>();
  private @Nullable EmbeddedZooKeeper zooKeeper;
  private @Nullable Admin admin;
  private boolean keep;

  private LocalCluster(Path folder, int nodes, String heap, Map<String, String> settings) {
    this.folder = folder;
    this.nodes = nodes;
    this.heap = heap;
    this.settings = Map.copyOf(settings);
    this.firstPort = Ports.freeBlock(nodes + 1);
    this.zooKeeperPort = firstPort + nodes;
  }

  /** Starts a cluster and waits until all its nodes know each other and a controller. */
  static LocalCluster start(int nodes, String heap, Map<String, String> settings) {
    LocalCluster cluster = new LocalCluster(newFolder(), nodes, heap, settings);
    boolean started = false;
    try {
      cluster.startZooKeeper();
      cluster.startAll();
      cluster.awaitAllRegistered();
      started = true;
      return cluster;
    } finally {
      if (!started) {
        cluster.keep();
        cluster.close();
      }
    }
  }

  private static Path newFolder() {
    try {
      return Files.createTempDirectory("weir-it-");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  // ------------------------------------------------------------------------------- nodes

  List<Integer> nodeIds() {
    return IntStream.rangeClosed(1, nodes).boxed().toList();
  }

  int port(int node) {
    return firstPort + node - 1;
  }

  String bootstrapServers() {
    return nodeIds().stream()
        .map(node -> "127.0.0.1:" + port(node))
        .collect(Collectors.joining(","));
  }

  /** The log directory of a node. */
  Path data(int node) {
    return folder.resolve("data-" + node);
  }

  Map<Integer, Path> dataOfAll() {
    return nodeIds().stream().collect(Collectors.toMap(node -> node, this::data));
  }

  Path folder() {
    return folder;
  }

  String zooKeeperConnect() {
    return "127.0.0.1:" + zooKeeperPort;
  }

  /** Starts a node that does not run; returns at once. */
  void start(int node) {
    Path configuration = folder.resolve("node-" + node + ".properties");
    write(configuration, configuration(node));
    processes.put(node, JavaProcess.broker(heap, log(node), "--config", configuration.toString()));
  }

  void startAll() {
    nodeIds().stream().filter(node -> !isAlive(node)).forEach(this::start);
  }

  boolean isAlive(int node) {
    JavaProcess process = processes.get(node);
    return process != null && process.isAlive();
  }

  void kill9(int node) {
    process(node).kill();
  }

  /** Asks a node to stop, and returns its exit code. */
  int term(int node) {
    return process(node).terminate();
  }

  JavaProcess process(int node) {
    JavaProcess process = processes.get(node);
    if (process == null) {
      throw new IllegalStateException("node " + node + " was never started");
    }
    return process;
  }

  private Path log(int node) {
    return folder.resolve("node-" + node + ".log");
  }

  private Properties configuration(int node) {
    Properties properties = new Properties();
    properties.setProperty("node.id", Integer.toString(node));
    properties.setProperty("listeners", "PLAINTEXT://127.0.0.1:" + port(node));
    properties.setProperty("log.dirs", data(node).toString());
    properties.setProperty("zookeeper.connect", zooKeeperConnect());
    properties.setProperty("default.replication.factor", Integer.toString(Math.min(3, nodes)));
    properties.setProperty(
        "offsets.topic.replication.factor", Integer.toString(Math.min(3, nodes)));
    properties.setProperty(
        "transaction.state.log.replication.factor", Integer.toString(Math.min(3, nodes)));
    properties.setProperty("min.insync.replicas", Integer.toString(Math.min(2, nodes)));
    properties.setProperty("group.initial.rebalance.delay.ms", "0");
    properties.putAll(settings);
    return properties;
  }

  private static void write(Path file, Properties properties) {
    try (var out = Files.newBufferedWriter(file)) {
      properties.store(out, null);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  // ------------------------------------------------------------------------------- ZooKeeper

  void startZooKeeper() {
    if (zooKeeper == null) {
      zooKeeper = EmbeddedZooKeeper.start(folder.resolve("zookeeper"), zooKeeperPort);
    }
  }

  void stopZooKeeper() {
    if (zooKeeper != null) {
      zooKeeper.close();
      zooKeeper = null;
    }
  }

  // ------------------------------------------------------------------------------- what clients
  // see

  Admin admin() {
    if (admin == null) {
      Properties settings = new Properties();
      settings.put("bootstrap.servers", bootstrapServers());
      settings.put("default.api.timeout.ms", "20000");
      settings.put("request.timeout.ms", "5000");
      settings.put("reconnect.backoff.max.ms", "200");
      admin = Admin.create(settings);
    }
    return admin;
  }

  static <T> T get(KafkaFuture<T> answer) {
    try {
      return answer.get();
    } catch (ExecutionException e) {
      throw new KafkaException(String.valueOf(e.getCause()), e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  void createTopic(String topic, int partitions, int replicationFactor) {
    get(
        admin()
            .createTopics(List.of(new NewTopic(topic, partitions, (short) replicationFactor)))
            .all());
  }

  /** The id of the controller. */
  int controller() {
    return await("a controller")
        .atMost(START_DEADLINE)
        .pollInterval(POLL)
        .ignoreExceptions()
        .until(() -> get(admin().describeCluster().controller()), node -> !node.isEmpty())
        .id();
  }

  /** The id of a partition's leader. */
  int leader(String topic, int partition) {
    return await("a leader of " + topic + "-" + partition)
        .atMost(WHOLE_DEADLINE)
        .pollInterval(POLL)
        .ignoreExceptions()
        .until(
            () -> partitions(topic).get(partition).leader(),
            leader -> leader != null && !leader.isEmpty())
        .id();
  }

  private List<TopicPartitionInfo> partitions(String topic) {
    TopicDescription description =
        get(admin().describeTopics(List.of(topic)).allTopicNames()).get(topic);
    return description == null ? List.of() : description.partitions();
  }

  void awaitAllRegistered() {
    await("all nodes registered")
        .atMost(START_DEADLINE)
        .pollInterval(POLL)
        .ignoreExceptions()
        .untilAsserted(this::checkAllRegistered);
  }

  private void checkAllRegistered() {
    for (int node : nodeIds()) {
      if (!isAlive(node)) {
        throw new AssertionError(
            "node " + node + " is not running; it said:\n" + process(node).tail(LOG_LINES_SHOWN));
      }
    }
    Set<Integer> registered =
        get(admin().describeCluster().nodes()).stream().map(Node::id).collect(Collectors.toSet());
    if (!registered.containsAll(nodeIds())
        || get(admin().describeCluster().controller()).isEmpty()) {
      throw new AssertionError("registered: " + registered);
    }
  }

  /**
   * Waits until all nodes are there, and every partition of the topics has all its replicas in
   * sync.
   */
  void awaitWhole(Collection<String> topics) {
    awaitAllRegistered();
    await("all replicas of " + topics + " in sync")
        .atMost(WHOLE_DEADLINE)
        .pollInterval(POLL)
        .ignoreExceptions()
        .untilAsserted(() -> topics.forEach(this::checkWhole));
  }

  private void checkWhole(String topic) {
    for (TopicPartitionInfo partition : partitions(topic)) {
      if (partition.leader() == null || partition.isr().size() < partition.replicas().size()) {
        throw new AssertionError(topic + ": " + partition);
      }
    }
  }

  // ------------------------------------------------------------------------------- end

  /** Something went wrong: {@link #close} prints the ends of the logs and leaves the folder. */
  void keep() {
    keep = true;
  }

  @Override
  public void close() {
    if (admin != null) {
      admin.close(Duration.ZERO);
    }
    processes.values().stream().filter(JavaProcess::isAlive).forEach(JavaProcess::kill);
    stopZooKeeper();
    if (keep) {
      processes.forEach((node, process) ->
          System.err.printf(
              "--- node %d, in %s%n%s%n", node, folder, process.tail(LOG_LINES_SHOWN)));
    } else {
      delete(folder);
    }
  }

  private static void delete(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      List<Path> deepestFirst = new ArrayList<>(files.sorted(Comparator.reverseOrder()).toList());
      for (Path file : deepestFirst) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
