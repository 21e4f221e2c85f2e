package io.weir.deploy.local;

import io.weir.cli.CommandFailure;
import io.weir.deploy.local.NodeView.PartitionView;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * How a local cluster is: what its folder says of its processes, and what its nodes say of the
 * cluster. Immutable.
 *
 * @param plan nodes and ports of the last start
 * @param pids by node id: the processes that run
 * @param views by node id: what the nodes that answer see
 */
public record ClusterStatus(
    ClusterPlan plan, Map<Integer, Long> pids, Map<Integer, NodeView> views) {
  private static final int NAMES_SHOWN = 5;

  public ClusterStatus {
    pids = Map.copyOf(pids);
    views = Map.copyOf(views);
  }

  /** Asks all nodes. */
  public static ClusterStatus of(ClusterFolder folder) {
    ClusterState state =
        folder
            .readState()
            .orElseThrow(() ->
                new CommandFailure(
                    "there is no cluster in " + folder,
                    "start one with 'weir up', or name its folder with --data-dir"));
    Map<Integer, Long> pids = new TreeMap<>();
    state
        .nodeProcesses()
        .forEach((id, process) -> process.find().ifPresent(found -> pids.put(id, found.pid())));
    return new ClusterStatus(state.plan(), pids, new NodeProbe(state.plan()).askAll());
  }

  /** The view of the controller, which hears of changes first; without it that of any node. */
  private Optional<NodeView> bestView() {
    return views.entrySet().stream()
        .filter(view -> view.getValue().controller() == view.getKey())
        .map(Map.Entry::getValue)
        .findFirst()
        .or(() -> views.values().stream().findFirst());
  }

  /** Whether a node answers and is registered with the others. */
  private boolean isUp(int id) {
    return views.containsKey(id) && bestView().map(view -> view.nodes().contains(id)).orElse(false);
  }

  private List<String> partitions(Predicate<PartitionView> which) {
    return bestView().map(NodeView::partitions).orElse(List.of()).stream()
        .filter(which)
        .map(PartitionView::name)
        .sorted()
        .toList();
  }

  private boolean hasController() {
    return bestView().map(view -> view.controller() >= 0).orElse(false);
  }

  /**
   * All nodes are up, one is the controller, and every partition has a leader and all its replicas
   * in sync.
   */
  public boolean isHealthy() {
    return plan.nodeIds().stream().allMatch(this::isUp)
        && hasController()
        && partitions(partition -> !partition.hasLeader() || partition.isUnderReplicated())
            .isEmpty();
  }

  /** For people: a line for each node, a line for the partitions, and the verdict. */
  public String text() {
    StringBuilder text = new StringBuilder();
    for (int id : plan.nodeIds()) {
      Long pid = pids.get(id);
      text.append("node " + id + "   " + (isUp(id) ? "up  " : "down") + "   " + plan.address(id));
      text.append(pid == null ? "" : "   pid " + pid);
      text.append(
              bestView().filter(view -> view.controller() == id).isPresent() ? "   controller" : "")
          .append('\n');
    }
    if (views.isEmpty()) {
      return text.append("no node answers\nunhealthy\n").toString();
    }
    if (!hasController()) {
      text.append("no controller\n");
    }
    text.append("partitions   ").append(partitions(_ -> true).size()).append('\n');
    text.append("  without leader     ")
        .append(some(partitions(partition -> !partition.hasLeader())))
        .append('\n');
    text.append("  under-replicated   ")
        .append(some(partitions(PartitionView::isUnderReplicated)))
        .append('\n');
    return text.append(isHealthy() ? "healthy\n" : "unhealthy\n").toString();
  }

  /** How many, and the names of the first. */
  private static String some(List<String> names) {
    if (names.isEmpty()) {
      return "0";
    }
    String first = String.join(", ", names.subList(0, Math.min(NAMES_SHOWN, names.size())));
    return names.size() + ": " + first + (names.size() > NAMES_SHOWN ? ", ..." : "");
  }
}
