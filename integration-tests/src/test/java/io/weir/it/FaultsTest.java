package io.weir.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * What a cluster of three real nodes must survive while a steady load with acks=all runs
 * (replication factor 3, min.insync.replicas 2). After each fault: every acknowledged record is
 * there exactly once and in order, no send has failed, the cluster is whole again without help, and
 * all replicas hold the same bytes.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FaultsTest {
  private static final int PARTITIONS = 6;
  private static final long SOME_RECORDS = 400;
  private static final Duration ZOOKEEPER_OUTAGE = Duration.ofSeconds(10);

  private final LocalCluster cluster = LocalCluster.start(3, "256m", Map.of());
  private boolean failed;

  @AfterAll
  void closeCluster() {
    if (failed) {
      cluster.keep();
    }
    cluster.close();
  }

  @Test
  void theLeaderOfAPartitionIsKilled() {
    underLoad(
        "kill-leader",
        load -> {
          int leader = cluster.leader("kill-leader", 0);
          cluster.kill9(leader);
          load.awaitMore(SOME_RECORDS);
          cluster.start(leader);
        });
  }

  @Test
  void theControllerIsKilled() {
    underLoad(
        "kill-controller",
        load -> {
          int controller = cluster.controller();
          cluster.kill9(controller);
          load.awaitMore(SOME_RECORDS);
          cluster.start(controller);
        });
  }

  @Test
  void eachNodeInTurnIsKilledAndStartedAgain() {
    underLoad(
        "kill-in-turn",
        load -> {
          for (int node : cluster.nodeIds()) {
            cluster.kill9(node);
            load.awaitMore(SOME_RECORDS);
            cluster.start(node);
            cluster.awaitWhole(List.of("kill-in-turn"));
            load.awaitMore(SOME_RECORDS);
          }
        });
  }

  @Test
  void allNodesAreKilledAtOnceAndStartedAgain() {
    underLoad(
        "kill-all",
        load -> {
          cluster.nodeIds().forEach(cluster::kill9);
          cluster.startAll();
        });
  }

  @Test
  void zooKeeperIsAwayForTenSeconds() {
    underLoad(
        "stop-zookeeper",
        load -> {
          cluster.stopZooKeeper();
          long goneNs = System.nanoTime();
          await("the end of the outage")
              .atMost(ZOOKEEPER_OUTAGE.plusSeconds(60))
              .until(() -> {
                load.awaitMore(SOME_RECORDS);
                return System.nanoTime() - goneNs >= ZOOKEEPER_OUTAGE.toNanos();
              });
          cluster.startZooKeeper();
        });
  }

  @Test
  void aNodeIsAskedToStop() {
    underLoad(
        "term",
        load -> {
          int leader = cluster.leader("term", 0);
          assertThat(cluster.term(leader)).as("exit code").isZero();
          load.awaitMore(SOME_RECORDS);
          cluster.start(leader);
        });
  }

  @Test
  void theControllerIsAskedToStopAgainAndAgain() {
    underLoad(
        "term-controller",
        load -> {
          for (int round = 0; round < 3; round++) {
            int controller = cluster.controller();
            assertThat(cluster.term(controller)).as("exit code").isZero();
            load.awaitMore(SOME_RECORDS);
            cluster.start(controller);
            cluster.awaitWhole(List.of("term-controller"));
          }
        });
  }

  /**
   * Runs a fault in the middle of a load on a topic of its own, and checks what must hold
   * afterwards.
   */
  private void underLoad(String topic, Consumer<SteadyLoad> fault) {
    boolean passed = false;
    try {
      cluster.startZooKeeper();
      cluster.startAll();
      cluster.awaitAllRegistered();
      cluster.createTopic(topic, PARTITIONS, 3);
      try (SteadyLoad load = SteadyLoad.start(cluster.bootstrapServers(), topic, PARTITIONS)) {
        load.awaitMore(SOME_RECORDS);
        fault.accept(load);
        load.awaitMore(SOME_RECORDS);
        cluster.awaitWhole(List.of(topic));
        load.awaitMore(SOME_RECORDS);
        Ledger ledger = load.stop();
        assertThat(ledger.failures()).as("failed sends").isEmpty();
        Verifier.assertAllAcknowledgedOnceInOrder(cluster.bootstrapServers(), ledger);
        cluster.awaitWhole(List.of(topic));
        Verifier.assertReplicasEqual(cluster.bootstrapServers(), ledger, cluster.dataOfAll());
      }
      passed = true;
    } finally {
      failed |= !passed;
    }
  }
}
