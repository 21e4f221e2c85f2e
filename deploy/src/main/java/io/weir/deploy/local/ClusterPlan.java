package io.weir.deploy.local;

import io.weir.cli.CommandFailure;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What a local cluster is to be: how many nodes, on which ports, with which settings. Immutable.
 *
 * @param nodes number of nodes; their ids are 1 to this, inclusive
 * @param basePort client port of node 1; node i listens on {@code basePort + i - 1}
 * @param settings settings that every node gets over the usual ones
 */
public record ClusterPlan(int nodes, int basePort, Map<String, String> settings) {
  private static final int MAX_NODES = 99;
  private static final int MAX_PORT = 65_535;
  private static final String HOST = "127.0.0.1";

  /** What differs from node to node, so that one value for all cannot be right. */
  private static final Set<String> OF_EACH_NODE =
      Set.of(
          "node.id",
          "broker.id",
          "listeners",
          "advertised.listeners",
          "internal.listener",
          "log.dir",
          "log.dirs",
          "zookeeper.connect");

  public ClusterPlan {
    settings = Map.copyOf(settings);
    if (nodes < 1 || nodes > MAX_NODES) {
      throw new CommandFailure(
          nodes + " nodes cannot be started", "give --nodes a number from 1 to " + MAX_NODES);
    }
    if (basePort < 1 || basePort + nodes - 1 > MAX_PORT) {
      throw new CommandFailure(
          "there are no ports " + basePort + " to " + (basePort + nodes - 1),
          "give --port a number from 1 to " + (MAX_PORT - nodes + 1));
    }
    for (String name : settings.keySet()) {
      if (OF_EACH_NODE.contains(name)) {
        throw new CommandFailure(
            name + " cannot be set for all nodes at once, each has its own",
            "leave it to 'weir up', or start the nodes yourself with 'weir broker'");
      }
    }
  }

  List<Integer> nodeIds() {
    return IntStream.rangeClosed(1, nodes).boxed().toList();
  }

  int port(int nodeId) {
    return basePort + nodeId - 1;
  }

  String address(int nodeId) {
    return HOST + ":" + port(nodeId);
  }

  /** All nodes, as clients want them. */
  String bootstrapServers() {
    return nodeIds().stream().map(this::address).collect(Collectors.joining(","));
  }

  /**
   * The configuration of one node: what a small cluster needs, and over it the settings of the
   * user.
   */
  Properties configuration(int nodeId, String logDirs, String zooKeeperConnect) {
    Properties node = new Properties();
    node.setProperty("node.id", Integer.toString(nodeId));
    node.setProperty("listeners", "PLAINTEXT://" + address(nodeId));
    node.setProperty("log.dirs", logDirs);
    node.setProperty("zookeeper.connect", zooKeeperConnect);
    node.setProperty("default.replication.factor", Integer.toString(Math.min(3, nodes)));
    node.setProperty("offsets.topic.replication.factor", Integer.toString(Math.min(3, nodes)));
    node.setProperty(
        "transaction.state.log.replication.factor", Integer.toString(Math.min(3, nodes)));
    node.setProperty("min.insync.replicas", Integer.toString(Math.min(2, nodes)));
    // Members of a group on one machine start together or not at all; waiting for more only delays
    // the first.
    node.setProperty("group.initial.rebalance.delay.ms", "0");
    node.putAll(settings);
    return node;
  }
}
