package io.weir.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.weir.coordinator.zookeeper.server.EmbeddedZooKeeper;
import io.weir.protocol.model.ErrorCode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nodes over a real ZooKeeper and real gRPC, in one process. */
class ClusterTest {
  private static final Duration SOON = Duration.ofSeconds(20);

  @TempDir Path dir;

  private EmbeddedZooKeeper zooKeeper;
  private CoordinationSettings settings;
  private final List<TestNode> nodes = new ArrayList<>();

  @BeforeEach
  void start() {
    zooKeeper = EmbeddedZooKeeper.start(dir, 0);
    settings = TestNode.settings(zooKeeper.connectString() + "/some/chroot");
  }

  @AfterEach
  void stop() {
    nodes.forEach(TestNode::close);
    zooKeeper.close();
  }

  private TestNode node(int id) {
    TestNode node = TestNode.start(id, settings);
    nodes.add(node);
    return node;
  }

  private List<TestNode> threeNodes() {
    List<TestNode> three = List.of(node(1), node(2), node(3));
    await().atMost(SOON).until(() -> three.stream().allMatch(node -> node.sees(1, 2, 3)));
    return three;
  }

  private static TestNode controllerOf(List<TestNode> nodes) {
    int controller = nodes.getFirst().image().controllerId();
    return nodes.stream().filter(node -> node.id == controller).findFirst().orElseThrow();
  }

  private static List<TestNode> others(List<TestNode> nodes, TestNode but) {
    return nodes.stream().filter(node -> node.id != but.id).toList();
  }

  @Test
  void aTopicThatOneNodeCreatesIsKnownToAllWhenTheAnswerComes() {
    List<TestNode> three = threeNodes();
    for (TestNode node : three) {
      String topic = "made-by-" + node.id;
      assertThat(node.createTopic(topic, 6)).isEqualTo(ErrorCode.NONE);
      for (TestNode other : three) {
        assertThat(other.image().topic(topic)).isNotNull();
        assertThat(other.inSync(topic, 5)).containsExactlyInAnyOrder(1, 2, 3);
      }
      assertThat(node.createTopic(topic, 6)).isEqualTo(ErrorCode.TOPIC_ALREADY_EXISTS);
    }
  }

  @Test
  void whenANodeDiesItsLeadershipsMoveAtOnce() {
    List<TestNode> three = threeNodes();
    TestNode controller = controllerOf(three);
    assertThat(controller.createTopic("orders", 6)).isEqualTo(ErrorCode.NONE);
    TestNode victim = others(three, controller).getFirst();
    List<TestNode> left = others(three, victim);
    victim.kill();
    await()
        .atMost(SOON)
        .until(
            () ->
                left.stream()
                    .allMatch(
                        node ->
                            !node.image().isLive(victim.id)
                                && allLedBySomebodyBut(node, "orders", 6, victim.id)));
  }

  private static boolean allLedBySomebodyBut(TestNode node, String topic, int count, int but) {
    for (int i = 0; i < count; i++) {
      int leader = node.leaderOf(topic, i);
      if (leader == -1 || leader == but || node.inSync(topic, i).contains(but)) {
        return false;
      }
    }
    return true;
  }

  @Test
  void whenTheControllerDiesAnotherTakesOverAndMovesItsLeaderships() {
    List<TestNode> three = threeNodes();
    TestNode controller = controllerOf(three);
    assertThat(controller.createTopic("orders", 6)).isEqualTo(ErrorCode.NONE);
    List<TestNode> left = others(three, controller);
    controller.kill();
    await()
        .atMost(SOON)
        .until(
            () ->
                left.stream()
                    .allMatch(
                        node ->
                            node.image().controllerId() != controller.id
                                && !node.image().isLive(controller.id)
                                && allLedBySomebodyBut(node, "orders", 6, controller.id)));
    assertThat(left.getFirst().createTopic("payments", 1))
        .isEqualTo(ErrorCode.INVALID_REPLICATION_FACTOR);
  }
}
