package io.weir.deploy.local;

import io.weir.cli.CommandFailure;
import io.weir.coordinator.zookeeper.server.EmbeddedZooKeeper;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A short life of two nodes, of which the first records what a node needs, so that later ones find
 * its classes loaded, linked and profiled in an AOT cache (JEP 483, 515). It leads and follows, is
 * controller and serves clients, and stops. Stateless; blocks.
 */
public final class TrainingRun {
  private static final Logger LOG = LoggerFactory.getLogger(TrainingRun.class);
  private static final int NODES = 2;
  private static final int RECORDING_NODE = 1;
  private static final long PROBE_INTERVAL_MS = 50;
  private static final long START_MS = 60_000;
  // The JVM writes the cache when the node has stopped.
  private static final long STOP_MS = 120_000;

  private TrainingRun() {}

  /**
   * Returns when the cache is there.
   *
   * @param nodeCache where the AOT cache of a node is written
   * @param work what clients do meanwhile; gets what to connect to
   * @throws CommandFailure when a node does not start or stop, or the cache is not there then
   */
  public static void run(Path nodeCache, Consumer<String> work) {
    try {
      Path dir = Files.createTempDirectory("weir-training");
      try {
        run(new ClusterFolder(dir), nodeCache.toAbsolutePath(), work);
      } finally {
        delete(dir);
      }
    } catch (IOException e) {
      throw new CommandFailure("the training run failed (" + e + ")", "see whether /tmp is full");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailure("interrupted", "build again");
    }
  }

  private static void run(ClusterFolder folder, Path nodeCache, Consumer<String> work)
      throws InterruptedException, IOException {
    ClusterPlan plan = new ClusterPlan(NODES, freePorts(), Map.of());
    List<NodeProcess> nodes = new ArrayList<>();
    try (EmbeddedZooKeeper zooKeeper = EmbeddedZooKeeper.start(folder.zooKeeperData(), 0)) {
      try {
        for (int id : plan.nodeIds()) {
          folder.writeConfiguration(
              id, plan.configuration(id, folder.data(id).toString(), zooKeeper.connectString()));
          JavaOptions options =
              id == RECORDING_NODE ? JavaOptions.recording(nodeCache) : JavaOptions.none();
          nodes.add(NodeProcess.launch(id, folder, options, _ -> {}));
        }
        awaitReady(plan);
        work.accept(plan.bootstrapServers());
        stop(nodes);
      } finally {
        nodes.forEach(NodeProcess::kill);
      }
    }
    if (!Files.exists(nodeCache)) {
      throw new CommandFailure("the JVM made no " + nodeCache, "see what it said");
    }
  }

  /** The first of two free ports in a row. */
  private static int freePorts() throws IOException {
    InetAddress here = InetAddress.ofLiteral("127.0.0.1");
    while (true) {
      try (ServerSocket first = new ServerSocket(0, 1, here);
          ServerSocket _ = new ServerSocket(first.getLocalPort() + 1, 1, here)) {
        return first.getLocalPort();
      } catch (BindException | IllegalArgumentException e) {
        LOG.debug("the port after a free one is taken, or there is none: another one", e);
      }
    }
  }

  private static void awaitReady(ClusterPlan plan) throws InterruptedException {
    NodeProbe probe = new NodeProbe(plan);
    long endNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(START_MS);
    while (Readiness.missing(plan, probe.askAll()).isPresent()) {
      if (System.nanoTime() - endNs > 0) {
        throw new CommandFailure(
            "the nodes of the training run were not ready in " + START_MS / 1000 + " s",
            "build again when the machine has less to do");
      }
      Thread.sleep(PROBE_INTERVAL_MS);
    }
  }

  private static void stop(List<NodeProcess> nodes) throws InterruptedException {
    nodes.forEach(NodeProcess::askToStop);
    for (NodeProcess node : nodes) {
      if (!node.waitForEnd(STOP_MS)) {
        throw new CommandFailure(
            "node " + node.id() + " of the training run did not stop", "build again");
      }
    }
  }

  private static void delete(Path dir) throws IOException {
    try (Stream<Path> all = Files.walk(dir)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
