package io.weir.coordinator.controller.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.coordinator.controller.core.ControllerEvent.AdminRequested;
import io.weir.coordinator.metadata.BrokerImage;
import io.weir.coordinator.metadata.PartitionImage;
import io.weir.coordinator.metadata.TopicImage;
import io.weir.protocol.message.ElectLeadersRequest;
import io.weir.protocol.model.TopicIdPartition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Whatever happens, in whatever order, what the controller promises holds after each event. */
class ControllerCoreRandomTest {
  private static final int RUNS = 200;
  private static final int STEPS = 150;
  private static final int NODES = 5;

  @Test
  void invariantsHoldAfterEachEvent() {
    Long only = Long.getLong("seed");
    for (long seed = only == null ? 1 : only; seed <= (only == null ? RUNS : only); seed++) {
      try {
        new Run(seed).go();
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("repeat with -Dseed=" + seed + ": " + e.getMessage(), e);
      }
    }
  }

  private static final class Run {
    private final Random random;
    private final World world = new World();
    private final Map<String, PartitionImage> last = new HashMap<>();
    private final Map<String, Integer> leaders = new HashMap<>();
    private final Set<Integer> wiped = new HashSet<>();
    private final List<String> trace = new ArrayList<>();

    Run(long seed) {
      random = new Random(seed);
    }

    void go() {
      world.with(1, 2, 3, 4, 5);
      world.topic("a", assignments(6, 3));
      world.topic("b", assignments(3, 1));
      for (int i = 0; i < STEPS; i++) {
        step();
        check();
      }
      everybodyReturns();
    }

    private List<List<Integer>> assignments(int count, int replicationFactor) {
      List<List<Integer>> assignments = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        List<Integer> replicas = new ArrayList<>();
        for (int j = 0; j < replicationFactor; j++) {
          replicas.add((i + j) % NODES + 1);
        }
        assignments.add(replicas);
      }
      return assignments;
    }

    private void step() {
      int node = 1 + random.nextInt(NODES);
      int what = random.nextInt(100);
      trace.add(what + "@" + node);
      World.Machine machine = world.machine(node);
      if (what < 15) {
        world.kill(node);
      } else if (what < 40) {
        if (!machine.up) {
          world.restart(node);
        }
        world.attach(node);
      } else if (what < 45) {
        world.restart(node);
        world.attach(node);
      } else if (what < 47) {
        world.wipe(node);
        wiped.add(node);
        world.attach(node);
      } else if (what < 55) {
        world.streamBreaks(node);
      } else if (what < 60) {
        world.newController();
      } else if (what < 62) {
        world.sessionExpires(node);
        world.newController();
      } else if (what < 65 && machine.session != 0) {
        world.leave(node);
      } else if (what < 69 && machine.session != 0) {
        world.logFails(node, "a", random.nextInt(6));
      } else if (what < 71) {
        electLeaders();
      } else if (what < 80) {
        world.pass(random.nextInt(World.LEASE_MS * 2));
      } else {
        propose();
      }
    }

    /** A leader that is up proposes some set with itself in it. */
    private void propose() {
      PartitionImage partition = world.partition("a", random.nextInt(6));
      List<Integer> inSync = new ArrayList<>(partition.replicas());
      inSync.removeIf(replica -> replica != partition.leader() && random.nextInt(3) == 0);
      if (partition.hasLeader()) {
        world.propose(
            partition.leader(), "a", partition.partition(), inSync.toArray(Integer[]::new));
      }
    }

    /** An operator asks for preferred leaders everywhere, or for any leader at all. */
    private void electLeaders() {
      world.tell(
          new AdminRequested(
              0,
              ElectLeadersRequest.builder()
                  .electionType((byte) random.nextInt(2))
                  .topicPartitions(null)
                  .build(),
              2,
              0));
    }

    private void check() {
      for (TopicImage topic : world.image().topics()) {
        for (PartitionImage partition : topic.partitions()) {
          TopicIdPartition id = new TopicIdPartition(topic.id(), partition.partition());
          check(topic.name() + "-" + partition.partition(), id, partition);
        }
      }
    }

    private void check(String name, TopicIdPartition id, PartitionImage now) {
      Supplier<String> where = () -> name + " " + now + " after " + trace;
      assertThat(now.replicas()).as(where).containsAll(now.inSyncReplicas());
      assertThat(now.inSyncReplicas()).as(where).doesNotHaveDuplicates();
      if (now.hasLeader()) {
        assertThat(now.inSyncReplicas()).as(where).contains(now.leader());
        Integer earlier = leaders.put(name + "@" + now.leaderEpoch(), now.leader());
        assertThat(earlier == null || earlier == now.leader()).as(where).isTrue();
        boolean settled = !world.image().brokers().isEmpty();
        assertThat(!settled || world.image().isLive(now.leader())).as(where).isTrue();
        BrokerImage node = world.image().brokers().get(now.leader());
        assertThat(node == null || !node.offlineReplicas().contains(id)).as(where).isTrue();
      }
      if (now.inSyncReplicas().isEmpty()) {
        assertThat(wiped).as(where).isNotEmpty();
      }
      PartitionImage before = last.put(name, now);
      if (before != null) {
        assertThat(now.leaderEpoch()).as(where).isGreaterThanOrEqualTo(before.leaderEpoch());
        assertThat(now.partitionEpoch() > before.partitionEpoch() || now.equals(before))
            .as(where)
            .isTrue();
        assertThat(now.leader() == before.leader() || now.leaderEpoch() > before.leaderEpoch())
            .as(where)
            .isTrue();
      }
    }

    /** When all nodes are back every partition has a leader, but for those that lost all disks. */
    private void everybodyReturns() {
      world.newController();
      for (int node = 1; node <= NODES; node++) {
        world.machine(node).offline.clear();
        if (!world.machine(node).up) {
          world.restart(node);
        }
        world.attach(node);
        check();
      }
      for (TopicImage topic : world.image().topics()) {
        for (PartitionImage partition : topic.partitions()) {
          assertThat(partition.hasLeader() || partition.inSyncReplicas().isEmpty())
              .as("%s-%s", topic.name(), partition)
              .isTrue();
        }
      }
    }
  }
}
