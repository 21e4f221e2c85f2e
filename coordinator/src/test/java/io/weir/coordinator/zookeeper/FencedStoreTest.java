package io.weir.coordinator.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.weir.coordinator.CoordinationSettings;
import io.weir.coordinator.NodeIdInUseException;
import io.weir.coordinator.NodeRegistration;
import io.weir.coordinator.TopicDefaults;
import io.weir.coordinator.controller.Candidate;
import io.weir.coordinator.controller.ControlStore;
import io.weir.coordinator.controller.ControllerAddress;
import io.weir.coordinator.controller.DeposedException;
import io.weir.coordinator.controller.core.ControlRecord;
import io.weir.coordinator.controller.core.ControlRecord.KnownNode;
import io.weir.coordinator.controller.core.StoredState;
import io.weir.coordinator.metadata.EndPoint;
import io.weir.coordinator.metadata.MetadataRecord;
import io.weir.coordinator.metadata.PartitionImage;
import io.weir.coordinator.metadata.TopicImage;
import io.weir.coordinator.zookeeper.server.EmbeddedZooKeeper;
import io.weir.protocol.model.HostAndPort;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.RetryOneTime;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.ZooKeeper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Election, fence, store and registrations over a real ZooKeeper. */
class FencedStoreTest {
  private static final Duration SOON = Duration.ofSeconds(20);

  @TempDir Path dir;

  private EmbeddedZooKeeper zooKeeper;
  private CoordinationSettings settings;
  private CuratorFramework looker;
  private final List<AutoCloseable> open = new ArrayList<>();

  @BeforeEach
  void start() {
    zooKeeper = EmbeddedZooKeeper.start(dir, 0);
    settings =
        CoordinationSettings.defaults(zooKeeper.connectString(), new TopicDefaults(1, 1, 1, false))
            .withSessionTimeoutMs(4_000);
    looker = CuratorFrameworkFactory.newClient(zooKeeper.connectString(), new RetryOneTime(100));
    looker.start();
  }

  @AfterEach
  void stop() throws Exception {
    for (AutoCloseable closeable : open.reversed()) {
      closeable.close();
    }
    looker.close();
    zooKeeper.close();
  }

  private ZooKeeperSession session() {
    ZooKeeperSession session = ZooKeeperSession.open(settings);
    open.add(session);
    return session;
  }

  private static NodeRegistration node(int id, UUID storageId) {
    return new NodeRegistration(
        id,
        storageId,
        UUID.randomUUID(),
        List.of(new EndPoint("PLAINTEXT", "PLAINTEXT", "h", 9092)),
        new HostAndPort("h", 1),
        "rack-1");
  }

  /** A candidate that waits for its turn. */
  private final class Standing {
    final Candidate candidate;
    final ControllerElection election;
    final BlockingQueue<ControlStore> elected = new LinkedBlockingQueue<>();
    final BlockingQueue<Candidate> depositions = new LinkedBlockingQueue<>();

    Standing(ZooKeeperSession session, int id) {
      candidate = new Candidate(id, UUID.randomUUID(), new HostAndPort("h", id));
      election =
          session.election(
              candidate,
              new ControllerElection.Listener() {
                @Override
                public void elected(ControlStore store) {
                  elected.add(store);
                }

                @Override
                public void deposed() {
                  depositions.add(candidate);
                }
              });
      open.add(election);
      election.join();
    }

    ControlStore turn() throws InterruptedException {
      return Objects.requireNonNull(elected.poll(20, TimeUnit.SECONDS), "not elected");
    }
  }

  private static TopicImage topic(String name, int partitions) {
    List<PartitionImage> all = new ArrayList<>();
    for (int i = 0; i < partitions; i++) {
      all.add(new PartitionImage(i, List.of(1, 2, 3), List.of(1, 2, 3), 1, 0, 0));
    }
    return new TopicImage(UUID.randomUUID(), name, Map.of("retention.ms", "1000"), all);
  }

  private static ControlRecord written(TopicImage topic) {
    return ControlRecord.of(new MetadataRecord.TopicWritten(topic));
  }

  @Test
  void theNextControllerReadsWhatTheLastOneWrote() throws Exception {
    Standing first = new Standing(session(), 1);
    ControlStore store = first.turn();
    assertThat(store.takeOver().controllerEpoch()).isEqualTo(1);
    TopicImage kept = topic("kept", 4);
    TopicImage dropped = topic("dropped", 2);
    TopicImage again = topic("dropped", 1);
    PartitionImage moved = kept.partitions().get(3).changedTo(2, List.of(2, 3));
    KnownNode known = new KnownNode(UUID.randomUUID(), UUID.randomUUID(), true);
    store.write(List.of(written(kept), written(dropped)));
    store.write(
        List.of(
            ControlRecord.of(new MetadataRecord.PartitionWritten(kept.id(), moved)),
            ControlRecord.of(new MetadataRecord.TopicDeleted(dropped.id(), "dropped")),
            written(again),
            new ControlRecord.NodeKnown(7, known),
            new ControlRecord.ProducerIdsTaken(5_000)));
    Standing second = new Standing(session(), 2);
    first.election.close();

    StoredState found = second.turn().takeOver();

    List<PartitionImage> partitions = new ArrayList<>(kept.partitions());
    partitions.set(3, moved);
    assertThat(found.controllerEpoch()).isEqualTo(2);
    assertThat(found.topics())
        .containsExactlyInAnyOrder(
            new TopicImage(kept.id(), "kept", kept.config(), partitions), again);
    assertThat(found.known()).containsExactly(Map.entry(7, known));
    assertThat(found.nextProducerId()).isEqualTo(5_000);
    assertThat(found.clusterId()).hasSize(22);
  }

  @Test
  void theFenceRefusesWhatADeposedControllerStillWrites() throws Exception {
    Standing first = new Standing(session(), 1);
    ControlStore deposed = first.turn();
    deposed.takeOver();
    Standing second = new Standing(session(), 2);
    first.election.removeDead(first.candidate.incarnation());
    ControlStore successor = second.turn();
    successor.takeOver();

    assertThatThrownBy(() -> deposed.write(List.of(written(topic("late", 1)))))
        .isInstanceOf(DeposedException.class);

    successor.write(List.of(written(topic("right", 1))));
    assertThat(looker.getChildren().forPath("/weir/topics")).containsExactly("right");
  }

  @Test
  void aCandidateWhoseElectionNodeWasRemovedCannotBegin() throws Exception {
    Standing first = new Standing(session(), 1);
    ControlStore store = first.turn();
    first.election.removeDead(first.candidate.incarnation());
    assertThatThrownBy(store::takeOver).isInstanceOf(DeposedException.class);
  }

  @Test
  void removingTheDeadLeavesOtherCandidatesAlone() throws Exception {
    Standing first = new Standing(session(), 1);
    first.turn();
    first.election.removeDead(UUID.randomUUID());
    assertThat(looker.getChildren().forPath("/weir/controller")).hasSize(1);
  }

  @Test
  void aBatchThatIsLargerThanZooKeeperTakesIsSplitAndArrivesWhole() throws Exception {
    Standing first = new Standing(session(), 1);
    ControlStore store = first.turn();
    store.takeOver();
    List<ControlRecord> records = new ArrayList<>();
    List<TopicImage> topics = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      TopicImage topic = topic("large-" + i, 8_000);
      topics.add(topic);
      records.add(written(topic));
    }
    store.write(records);
    Standing second = new Standing(session(), 2);
    first.election.close();
    assertThat(second.turn().takeOver().topics()).containsExactlyInAnyOrderElementsOf(topics);
  }

  @Test
  void theControllerIsAnnouncedToAllWhoWatch() throws Exception {
    BlockingQueue<ControllerAddress> announced = new LinkedBlockingQueue<>();
    open.add(session().watchController(announced::add));
    Standing first = new Standing(session(), 1);
    first.turn().takeOver();
    assertThat(announced.poll(20, TimeUnit.SECONDS))
        .isEqualTo(
            new ControllerAddress(1, 1, first.candidate.incarnation(), first.candidate.endpoint()));
  }

  @Test
  void aRestartedNodeReplacesWhatItsEarlierProcessLeft() {
    UUID disk = UUID.randomUUID();
    long before = session().registry(node(1, disk)).register();
    long after = session().registry(node(1, disk)).register();
    assertThat(after).isGreaterThan(before);
  }

  @Test
  void anotherDiskUnderTheSameNodeIdIsRefused() {
    session().registry(node(1, UUID.randomUUID())).register();
    NodeRegistry other = session().registry(node(1, UUID.randomUUID()));
    assertThatThrownBy(other::register)
        .isInstanceOf(NodeIdInUseException.class)
        .hasMessageContaining("another data directory");
  }

  @Test
  void aProcessThatWasReplacedDoesNotFightItsSuccessor() {
    UUID disk = UUID.randomUUID();
    NodeRegistry earlier = session().registry(node(1, disk));
    earlier.register();
    session().registry(node(1, disk)).register();
    assertThatThrownBy(earlier::registerAgain).isInstanceOf(NodeIdInUseException.class);
  }

  @Test
  void removingADeadNodesRegistrationLeavesItsSuccessorAlone() throws Exception {
    UUID disk = UUID.randomUUID();
    NodeRegistration earlier = node(1, disk);
    NodeRegistration later = node(1, disk);
    ZooKeeperSession session = session();
    session.registry(earlier).register();
    session().registry(later).register();
    session.removeRegistration(1, earlier.incarnation());
    assertThat(looker.checkExists().forPath("/weir/brokers/1")).isNotNull();
    session.removeRegistration(1, later.incarnation());
    assertThat(looker.checkExists().forPath("/weir/brokers/1")).isNull();
  }

  @Test
  void whenARegistrationVanishesItsNodeIsTold() throws Exception {
    NodeRegistration node = node(1, UUID.randomUUID());
    ZooKeeperSession session = session();
    NodeRegistry registry = session.registry(node);
    registry.register();
    open.add(registry.watch(registry::registerAgain));
    await()
        .atMost(SOON)
        .until(() -> {
          session().removeRegistration(1, node.incarnation());
          return true;
        });
    await().atMost(SOON).until(() -> looker.checkExists().forPath("/weir/brokers/1") != null);
  }

  @Test
  void aSessionThatExpiresDeposesTheControllerWhichMayWriteNoMore() throws Exception {
    ZooKeeperSession session = session();
    Standing first = new Standing(session, 1);
    ControlStore store = first.turn();
    store.takeOver();
    NodeRegistry registry = session.registry(node(1, UUID.randomUUID()));
    long before = registry.register();
    BlockingQueue<Long> registered = new LinkedBlockingQueue<>();
    session.onSessionLoss(lost -> {
      if (!lost) {
        Thread.startVirtualThread(() -> registered.add(registry.registerAgain()));
      }
    });
    Standing second = new Standing(session(), 2);

    expire(session);

    second.turn().takeOver();
    assertThat(first.depositions.poll(20, TimeUnit.SECONDS)).isEqualTo(first.candidate);
    assertThat(registered.poll(20, TimeUnit.SECONDS)).isGreaterThan(before);
    assertThatThrownBy(() -> store.write(List.of(written(topic("late", 1)))))
        .isInstanceOf(DeposedException.class);
  }

  private void expire(ZooKeeperSession session) throws Exception {
    ZooKeeper victim = session.client().getZookeeperClient().getZooKeeper();
    CountDownLatch connected = new CountDownLatch(1);
    ZooKeeper twin =
        new ZooKeeper(
            zooKeeper.connectString(),
            4_000,
            event -> {
              if (event.getState() == Watcher.Event.KeeperState.SyncConnected) {
                connected.countDown();
              }
            },
            victim.getSessionId(),
            victim.getSessionPasswd());
    assertThat(connected.await(20, TimeUnit.SECONDS)).isTrue();
    twin.close();
  }
}
