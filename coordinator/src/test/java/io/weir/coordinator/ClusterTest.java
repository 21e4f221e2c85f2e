package io.weir.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.weir.coordinator.metadata.PartitionImage;
import io.weir.coordinator.metadata.TopicImage;
import io.weir.coordinator.zookeeper.server.EmbeddedZooKeeper;
import io.weir.protocol.model.ErrorCode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nodes over a real ZooKeeper and real gRPC; those that are killed have a process of their own. */
class ClusterTest {
  private static final Duration SOON = Duration.ofSeconds(30);

  @TempDir Path dir;

  private EmbeddedZooKeeper zooKeeper;
  private CoordinationSettings settings;
  private final List<TestNode> nodes = new ArrayList<>();
  private final List<NodeProcess> processes = new ArrayList<>();

  @BeforeEach
  void start() {
    zooKeeper = EmbeddedZooKeeper.start(dir, 0);
    settings = TestNode.settings(zooKeeper.connectString() + "/some/chroot");
  }

  @AfterEach
  void stop() {
    nodes.forEach(TestNode::close);
    processes.forEach(NodeProcess::close);
    zooKeeper.close();
  }

  private TestNode node(int id) {
    TestNode node = TestNode.start(id, settings);
    nodes.add(node);
    return node;
  }

  private NodeProcess process(int id, UUID storageId) {
    NodeProcess process = NodeProcess.start(id, storageId, settings);
    processes.add(process);
    return process;
  }

  private static void awaitNodes(List<TestNode> seenBy, int... ids) {
    await().atMost(SOON).until(() -> seenBy.stream().allMatch(node -> node.sees(ids)));
  }

  @Test
  void aTopicThatAnyNodeCreatesIsKnownToAllWhenTheAnswerComes() {
    List<TestNode> three = List.of(node(1), node(2), node(3));
    awaitNodes(three, 1, 2, 3);
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
  void producerIdsAreNeverGivenTwiceNotEvenByTwoControllers() {
    TestNode first = node(1);
    TestNode second = node(2);
    awaitNodes(List.of(first, second), 1, 2);
    long before = first.coordination.allocateProducerIds().join().first();
    long after = second.coordination.allocateProducerIds().join().first();
    assertThat(after).isGreaterThan(before);
    first.close();
    assertThat(second.coordination.allocateProducerIds().join().first()).isGreaterThan(after);
  }

  @Test
  void whenANodeIsKilledItsLeadershipsMoveAndComeBackToItLater() {
    UUID disk = UUID.randomUUID();
    List<TestNode> left = List.of(node(1), node(2));
    NodeProcess victim = process(3, disk);
    awaitNodes(left, 1, 2, 3);
    assertThat(left.getFirst().createTopic("orders", 6)).isEqualTo(ErrorCode.NONE);

    victim.kill();

    await().atMost(SOON).until(() -> left.stream().allMatch(node -> isServedWithout(node, 3)));
    awaitNodes(left, 1, 2);
    process(3, disk);
    awaitNodes(left, 1, 2, 3);
    assertThat(left.getFirst().inSync("orders", 0)).doesNotContain(3);
  }

  @Test
  void whenTheControllerIsKilledAnotherTakesOverAndMovesItsLeaderships() {
    NodeProcess controller = process(1, UUID.randomUUID());
    List<TestNode> left = List.of(node(2), node(3));
    awaitNodes(left, 1, 2, 3);
    assertThat(left.getFirst().image().controllerId()).isEqualTo(1);
    assertThat(left.getFirst().createTopic("orders", 6)).isEqualTo(ErrorCode.NONE);

    controller.kill();

    await().atMost(SOON).until(() -> left.stream().allMatch(node -> isServedWithout(node, 1)));
    awaitNodes(left, 2, 3);
    assertThat(left.getLast().createTopic("payments", 1))
        .isEqualTo(ErrorCode.INVALID_REPLICATION_FACTOR);
  }

  private static boolean isServedWithout(TestNode node, int gone) {
    TopicImage topic = node.image().topic("orders");
    return topic != null
        && topic.partitions().stream()
            .allMatch(partition ->
                partition.hasLeader()
                    && partition.leader() != gone
                    && !partition.inSyncReplicas().contains(gone));
  }

  @Test
  void aNodeThatLeavesLeadsNothingWhenItIsToldToGo() {
    List<TestNode> three = List.of(node(1), node(2), node(3));
    awaitNodes(three, 1, 2, 3);
    assertThat(three.getFirst().createTopic("orders", 6)).isEqualTo(ErrorCode.NONE);

    three.getLast().coordination.leave().join();

    assertThat(isServedWithout(three.getFirst(), 3)).isTrue();
    assertThat(isServedWithout(three.getLast(), 3)).isTrue();
  }

  @Test
  void aLeaderHasAnInSyncSetWrittenAndASecondProposalOnTheSameEpochRefused() {
    List<TestNode> three = List.of(node(1), node(2), node(3));
    awaitNodes(three, 1, 2, 3);
    assertThat(three.getFirst().createTopic("orders", 1)).isEqualTo(ErrorCode.NONE);
    TopicImage topic = Objects.requireNonNull(three.getFirst().image().topic("orders"));
    PartitionImage partition = topic.partitions().getFirst();
    TestNode leader =
        three.stream().filter(node -> node.id == partition.leader()).findFirst().orElseThrow();
    List<Integer> alone = List.of(leader.id);

    InSyncOutcome first = leader.coordination.proposeInSync(topic.id(), 0, 0, 0, alone).join();
    InSyncOutcome second =
        leader.coordination.proposeInSync(topic.id(), 0, 0, 0, partition.replicas()).join();

    assertThat(first).isEqualTo(new InSyncOutcome.Written(1, alone));
    assertThat(second).isEqualTo(new InSyncOutcome.Refused(ErrorCode.INVALID_UPDATE_VERSION));
  }

  @Test
  void anotherMachineWithTheSameNodeIdIsRefused() {
    node(1);
    assertThatThrownBy(() -> TestNode.start(1, settings))
        .isInstanceOf(NodeIdInUseException.class)
        .hasMessageContaining("node id 1 is taken");
  }

  @Test
  void aZooKeeperThatDoesNotAnswerIsSaidInOneLine() {
    CoordinationSettings nobody = TestNode.settings("127.0.0.1:1").withConnectTimeoutMs(500);
    assertThatThrownBy(() -> TestNode.start(1, nobody))
        .isInstanceOf(ZooKeeperUnavailableException.class)
        .hasMessageContaining("127.0.0.1:1 did not answer");
  }

  @Test
  void afterZooKeeperWasAwayForLongTheSameNodesGoOnAndNobodyWasDeclaredDead() {
    List<TestNode> two = List.of(node(1), node(2));
    awaitNodes(two, 1, 2);
    int port = zooKeeper.port();
    zooKeeper.close();
    zooKeeper = EmbeddedZooKeeper.start(dir, port);
    await()
        .atMost(SOON)
        .until(() -> two.getLast().createTopic("late", 1), code -> code == RF_TOO_LARGE);
    awaitNodes(two, 1, 2);
  }

  private static final ErrorCode RF_TOO_LARGE = ErrorCode.INVALID_REPLICATION_FACTOR;
}
