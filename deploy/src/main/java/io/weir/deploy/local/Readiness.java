package io.weir.deploy.local;

import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Decides whether a cluster that was just started is ready for its first produce. Stateless. */
final class Readiness {
  private Readiness() {}

  /**
   * What is still missing; empty when every node answers and sees all the others and the same
   * controller, and every partition that has a replica on one of them has a leader.
   *
   * @param views what the nodes that answer see, by node id
   */
  static Optional<String> missing(ClusterPlan plan, Map<Integer, NodeView> views) {
    Set<Integer> all = Set.copyOf(plan.nodeIds());
    int agreed = -1;
    for (int id : plan.nodeIds()) {
      NodeView view = views.get(id);
      if (view == null) {
        return Optional.of("node " + id + " does not answer yet");
      }
      if (!view.nodes().containsAll(all)) {
        return Optional.of(
            "node " + id + " sees " + view.nodes().size() + " of " + plan.nodes() + " nodes");
      }
      if (view.controller() < 0 || (agreed >= 0 && view.controller() != agreed)) {
        return Optional.of("node " + id + " does not know the controller yet");
      }
      agreed = view.controller();
      Optional<String> leaderless =
          view.partitions().stream()
              .filter(partition ->
                  !partition.hasLeader() && partition.replicas().stream().anyMatch(all::contains))
              .map(partition -> "partition " + partition.name() + " has no leader yet")
              .findFirst();
      if (leaderless.isPresent()) {
        return leaderless;
      }
    }
    return Optional.empty();
  }
}
