package io.weir.deploy.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.cli.CommandFailure;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.junit.jupiter.api.Test;

class ClusterPlanTest {
  @Test
  void nodesCountFromOneAndPortsFromTheFirst() {
    ClusterPlan plan = new ClusterPlan(3, 9092, Map.of());
    assertThat(plan.nodeIds()).containsExactly(1, 2, 3);
    assertThat(plan.bootstrapServers()).isEqualTo("127.0.0.1:9092,127.0.0.1:9093,127.0.0.1:9094");
  }

  @Test
  void replicationFollowsTheNumberOfNodes() {
    assertReplication(1, 1, 1);
    assertReplication(2, 2, 2);
    assertReplication(3, 3, 2);
    assertReplication(5, 3, 2);
  }

  private static void assertReplication(int nodes, int replicationFactor, int minInSync) {
    Properties node =
        new ClusterPlan(nodes, 9092, Map.of()).configuration(1, "/data", "127.0.0.1:2181");
    assertThat(node.getProperty("default.replication.factor")).isEqualTo("" + replicationFactor);
    assertThat(node.getProperty("offsets.topic.replication.factor"))
        .isEqualTo("" + replicationFactor);
    assertThat(node.getProperty("transaction.state.log.replication.factor"))
        .isEqualTo("" + replicationFactor);
    assertThat(node.getProperty("min.insync.replicas")).isEqualTo("" + minInSync);
  }

  @Test
  void theUsersSettingsGoOverTheUsualOnes() {
    ClusterPlan plan =
        new ClusterPlan(3, 9092, Map.of("min.insync.replicas", "1", "num.partitions", "7"));
    Properties node = plan.configuration(2, "/data", "127.0.0.1:2181");
    assertThat(node)
        .containsEntry("node.id", "2")
        .containsEntry("listeners", "PLAINTEXT://127.0.0.1:9093")
        .containsEntry("min.insync.replicas", "1")
        .containsEntry("num.partitions", "7");
  }

  @Test
  void whatEachNodeHasForItselfCannotBeSetForAll() {
    assertThatThrownBy(() -> new ClusterPlan(3, 9092, Map.of("node.id", "4")))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("node.id");
  }

  @Test
  void impossibleNumbersAreRefused() {
    assertThatThrownBy(() -> new ClusterPlan(0, 9092, Map.of())).isInstanceOf(CommandFailure.class);
    assertThatThrownBy(() -> new ClusterPlan(3, 65_534, Map.of()))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("from 1 to 65533");
    assertThatThrownBy(() -> new ClusterPlan(3, 0, Map.of())).isInstanceOf(CommandFailure.class);
  }

  @Test
  void whatIsLeftOpenIsAsAtTheLastStart() {
    Optional<ClusterState> last = Optional.of(new ClusterState(1, 9500, null, Map.of()));
    PlanRequest open = new PlanRequest(null, null, Map.of());
    assertThat(open.complete(Optional.empty())).isEqualTo(new ClusterPlan(3, 9092, Map.of()));
    assertThat(open.complete(last)).isEqualTo(new ClusterPlan(1, 9500, Map.of()));
    assertThat(new PlanRequest(2, null, Map.of()).complete(last))
        .isEqualTo(new ClusterPlan(2, 9500, Map.of()));
  }
}
