package io.weir.deploy.local;

import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What {@code cluster.properties} tells other commands about a local cluster. Immutable.
 *
 * @param nodes number of nodes at the last start
 * @param basePort client port of node 1 at the last start
 * @param supervisor the {@code weir up} that runs or ran it
 * @param nodeProcesses by node id: the processes that the supervisor started
 */
record ClusterState(
    int nodes,
    int basePort,
    @Nullable ProcessIdentity supervisor,
    Map<Integer, ProcessIdentity> nodeProcesses) {
  ClusterState {
    nodeProcesses = Map.copyOf(nodeProcesses);
  }

  ClusterPlan plan() {
    return new ClusterPlan(nodes, basePort, Map.of());
  }

  Optional<ProcessHandle> runningSupervisor() {
    return Optional.ofNullable(supervisor).flatMap(ProcessIdentity::find);
  }

  Properties toProperties() {
    Properties properties = new Properties();
    properties.setProperty("nodes", Integer.toString(nodes));
    properties.setProperty("port", Integer.toString(basePort));
    if (supervisor != null) {
      put(properties, "supervisor", supervisor);
    }
    nodeProcesses.forEach((id, process) -> put(properties, "node." + id, process));
    return properties;
  }

  /**
   * @throws NumberFormatException when it is not what {@link #toProperties} wrote
   */
  static ClusterState of(Properties properties) {
    int nodes = Integer.parseInt(properties.getProperty("nodes", ""));
    Map<Integer, ProcessIdentity> processes = new TreeMap<>();
    for (int id = 1; id <= nodes; id++) {
      ProcessIdentity process = get(properties, "node." + id);
      if (process != null) {
        processes.put(id, process);
      }
    }
    int port = Integer.parseInt(properties.getProperty("port", ""));
    return new ClusterState(nodes, port, get(properties, "supervisor"), processes);
  }

  private static void put(Properties properties, String name, ProcessIdentity process) {
    properties.setProperty(name + ".pid", Long.toString(process.pid()));
    properties.setProperty(name + ".started", Long.toString(process.startedMs()));
  }

  private static @Nullable ProcessIdentity get(Properties properties, String name) {
    String pid = properties.getProperty(name + ".pid");
    String started = properties.getProperty(name + ".started", "0");
    return pid == null ? null : new ProcessIdentity(Long.parseLong(pid), Long.parseLong(started));
  }
}
