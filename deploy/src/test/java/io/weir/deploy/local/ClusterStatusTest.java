package io.weir.deploy.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.deploy.local.NodeView.PartitionView;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ClusterStatusTest {
  private static final ClusterPlan PLAN = new ClusterPlan(2, 9092, Map.of());

  @Test
  void aWholeClusterIsHealthy() {
    NodeView view =
        new NodeView(
            Set.of(1, 2), 2, List.of(new PartitionView("a", 0, 1, List.of(1, 2), List.of(1, 2))));
    ClusterStatus status =
        new ClusterStatus(PLAN, Map.of(1, 11L, 2, 12L), Map.of(1, view, 2, view));
    assertThat(status.isHealthy()).isTrue();
    assertThat(status.text())
        .isEqualTo(
            """
            node 1   up     127.0.0.1:9092   pid 11
            node 2   up     127.0.0.1:9093   pid 12   controller
            partitions   1
              without leader     0
              under-replicated   0
            healthy
            """);
  }

  @Test
  void aDeadNodeAndWhatItLeftAreShown() {
    List<PartitionView> partitions =
        IntStream.range(0, 7)
            .mapToObj(i -> new PartitionView("a", i, i == 0 ? -1 : 1, List.of(1, 2), List.of(1)))
            .toList();
    ClusterStatus status =
        new ClusterStatus(PLAN, Map.of(1, 11L), Map.of(1, new NodeView(Set.of(1), 1, partitions)));
    assertThat(status.isHealthy()).isFalse();
    assertThat(status.text())
        .isEqualTo(
            """
            node 1   up     127.0.0.1:9092   pid 11   controller
            node 2   down   127.0.0.1:9093
            partitions   7
              without leader     1: a-0
              under-replicated   7: a-0, a-1, a-2, a-3, a-4, ...
            unhealthy
            """);
  }

  @Test
  void withoutAnyAnswerNothingIsKnown() {
    ClusterStatus status = new ClusterStatus(PLAN, Map.of(), Map.of());
    assertThat(status.isHealthy()).isFalse();
    assertThat(status.text()).endsWith("no node answers\nunhealthy\n");
  }

  @Test
  void anAnsweringNodeThatTheControllerDoesNotKnowIsDown() {
    ClusterStatus status =
        new ClusterStatus(
            PLAN,
            Map.of(1, 11L, 2, 12L),
            Map.of(
                1,
                new NodeView(Set.of(1), 1, List.of()),
                2,
                new NodeView(Set.of(1, 2), 1, List.of())));
    assertThat(status.isHealthy()).isFalse();
    assertThat(status.text()).contains("node 2   down");
  }
}
