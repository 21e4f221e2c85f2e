package io.weir.deploy.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.deploy.local.NodeView.PartitionView;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ReadinessTest {
  private static final ClusterPlan TWO_NODES = new ClusterPlan(2, 9092, Map.of());
  private static final PartitionView LED =
      new PartitionView("a", 0, 1, List.of(1, 2), List.of(1, 2));
  private static final PartitionView LEADERLESS =
      new PartitionView("b", 3, -1, List.of(2), List.of());
  private static final PartitionView ON_ANOTHER_NODE =
      new PartitionView("c", 0, -1, List.of(3), List.of(3));

  @Test
  void readyWhenAllNodesAgreeAndAllPartitionsAreLed() {
    assertThat(Readiness.missing(TWO_NODES, Map.of(1, view(2, LED), 2, view(2, LED)))).isEmpty();
  }

  @Test
  void aNodeThatDoesNotAnswerIsMissing() {
    assertThat(Readiness.missing(TWO_NODES, Map.of(1, view(2))))
        .contains("node 2 does not answer yet");
  }

  @Test
  void aNodeThatSeesOnlyItselfIsNotReady() {
    NodeView alone = new NodeView(Set.of(1), 1, List.of());
    assertThat(Readiness.missing(TWO_NODES, Map.of(1, alone, 2, view(1))))
        .contains("node 1 sees 1 of 2 nodes");
  }

  @Test
  void nodesMustAgreeOnTheController() {
    assertThat(Readiness.missing(TWO_NODES, Map.of(1, view(-1), 2, view(1))))
        .contains("node 1 does not know the controller yet");
    assertThat(Readiness.missing(TWO_NODES, Map.of(1, view(2), 2, view(1))))
        .contains("node 2 does not know the controller yet");
  }

  @Test
  void aPartitionWithoutALeaderIsWaitedForUnlessAllItsReplicasAreElsewhere() {
    assertThat(Readiness.missing(TWO_NODES, Map.of(1, view(1, LED), 2, view(1, LED, LEADERLESS))))
        .contains("partition b-3 has no leader yet");
    assertThat(Readiness.missing(TWO_NODES, Map.of(1, view(1, ON_ANOTHER_NODE), 2, view(1, LED))))
        .isEmpty();
  }

  private static NodeView view(int controller, PartitionView... partitions) {
    return new NodeView(Set.of(1, 2), controller, List.of(partitions));
  }
}
