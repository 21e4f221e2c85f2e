package io.weir.deploy.local;

import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the user asked for, which may leave things open. Immutable.
 *
 * @param nodes number of nodes; null: as at the last start, at first {@link #DEFAULT_NODES}
 * @param basePort client port of node 1; null: as at the last start, at first {@link #DEFAULT_PORT}
 * @param settings settings for every node; those of earlier starts are not remembered
 */
public record PlanRequest(
    @Nullable Integer nodes, @Nullable Integer basePort, Map<String, String> settings) {
  public static final int DEFAULT_NODES = 3;
  public static final int DEFAULT_PORT = 9092;

  public PlanRequest {
    settings = Map.copyOf(settings);
  }

  /**
   * @param last what the last start on the folder left
   */
  ClusterPlan complete(Optional<ClusterState> last) {
    int nodesOrLast = nodes != null ? nodes : last.map(ClusterState::nodes).orElse(DEFAULT_NODES);
    int portOrLast =
        basePort != null ? basePort : last.map(ClusterState::basePort).orElse(DEFAULT_PORT);
    return new ClusterPlan(nodesOrLast, portOrLast, settings);
  }
}
