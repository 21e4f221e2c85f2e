package io.weir.coordinator.transaction.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.coordinator.transaction.core.World.Asked;
import io.weir.coordinator.transaction.core.World.Marker;
import io.weir.protocol.model.ErrorCode;
import io.weir.protocol.model.TopicPartition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Producers of old and new kind, their zombies, lost answers, refused writes, failing markers,
 * time-outs and coordinators that come and go, in an order that a seed decides. Each transaction
 * has partitions of its own, so that its fate can be told from the log and from its markers. Repeat
 * one with -Dseed=N.
 */
class RandomTransactionsTest {
  private static final int RUNS = 300;
  private static final int STEPS = 600;
  private static final ErrorCode[] REFUSALS = {
    ErrorCode.NOT_ENOUGH_REPLICAS, ErrorCode.NOT_LEADER_OR_FOLLOWER
  };
  private static final ErrorCode[] MARKER_FAILURES = {
    ErrorCode.NOT_LEADER_OR_FOLLOWER, ErrorCode.REQUEST_TIMED_OUT, ErrorCode.KAFKA_STORAGE_ERROR
  };

  @Test
  void whatIsAnsweredHoldsWhateverHappens() {
    String only = System.getProperty("seed");
    long first = only == null ? 1 : Long.parseLong(only);
    long last = only == null ? RUNS : first;
    for (long seed = first; seed <= last; seed++) {
      try {
        new Story(seed).run();
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError("failed with -Dseed=" + seed, e);
      }
    }
  }

  /** One instance of an application's producer. */
  private static final class Client {
    final String id;
    final boolean bumps;
    Producer producer = Producer.NONE;
    boolean superseded;
    final List<Integer> inTransaction = new ArrayList<>();
    @Nullable Boolean ending;

    Client(String id, boolean bumps) {
      this.id = id;
      this.bumps = bumps;
    }
  }

  private static final class Story {
    private final Random random;
    private final World world = new World().holdWrites().holdMarkers().holdProducerIds();
    private final List<Client> clients = new ArrayList<>();
    private final Map<Producer, Client> ownerOf = new HashMap<>();
    private final Map<Integer, Boolean> promised = new HashMap<>();
    private final Map<Long, Short> epochs = new HashMap<>();
    private final Set<TopicPartition> decidedToCommit = new HashSet<>();
    private final Set<TopicPartition> decidedToAbort = new HashSet<>();
    private int recordsSeen;
    private int transactions;

    Story(long seed) {
      this.random = new Random(seed);
    }

    void run() {
      for (int step = 0; step < STEPS; step++) {
        switch (random.nextInt(16)) {
          case 0 -> startInstance();
          case 1, 2, 3, 4 -> clientActs();
          case 5, 6, 7, 8, 9 -> logActs();
          case 10, 11, 12 -> markerActs();
          case 13 -> idSourceActs();
          case 14 -> world.pass(random.nextInt(8) == 0 ? 70_000 : random.nextInt(2_000));
          default -> {
            if (random.nextInt(8) == 0) {
              move();
            }
          }
        }
        check();
      }
      heal();
    }

    // ---- who acts

    private void startInstance() {
      Client fresh = new Client("tx" + random.nextInt(3), random.nextBoolean());
      init(fresh, Producer.NONE);
    }

    /** Asks until there is an answer that a producer would take, or gives up. */
    private void init(Client client, Producer expected) {
      boolean late = client.superseded;
      Asked<ProducerResult> asked = world.init(client.id, expected);
      letPass(asked);
      if (asked.isWaiting() || asked.answer().error() != ErrorCode.NONE) {
        return;
      }
      assertThat(late).as("a superseded instance goes on").isFalse();
      if (expected.isNone()) {
        clients.stream().filter(c -> c.id.equals(client.id)).forEach(c -> c.superseded = true);
        clients.add(client);
      }
      took(client, asked.answer().producer());
    }

    /** The log settles some of what is under way, so that requests find their end. */
    private void letPass(Asked<?> asked) {
      for (int i = 0; i < 4 && asked.isWaiting(); i++) {
        idSourceActs();
        logActs();
      }
    }

    private void took(Client client, Producer producer) {
      Client owner = ownerOf.putIfAbsent(producer, client);
      assertThat(owner == null || owner == client).as("%s has two owners", producer).isTrue();
      client.producer = producer;
      client.inTransaction.clear();
      client.ending = null;
    }

    private void clientActs() {
      if (clients.isEmpty()) {
        return;
      }
      Client client = clients.get(random.nextInt(clients.size()));
      if (client.ending != null) {
        end(client, client.ending);
        return;
      }
      switch (random.nextInt(6)) {
        case 0, 1, 2 -> add(client);
        case 3 -> end(client, true);
        case 4 -> end(client, false);
        default -> {
          if (client.inTransaction.isEmpty()) {
            init(client, client.producer);
          }
        }
      }
    }

    private void add(Client client) {
      int fresh = 2 * transactions++;
      boolean late = client.superseded;
      Asked<ErrorCode> asked =
          world.add(client.id, client.producer, client.bumps ? 2 : 0, fresh, fresh + 1);
      letPass(asked);
      if (!asked.isWaiting() && asked.answer() == ErrorCode.NONE) {
        assertThat(late).as("a fenced producer adds partitions").isFalse();
        client.inTransaction.add(fresh);
      }
    }

    private void end(Client client, boolean commit) {
      boolean late = client.superseded;
      List<Integer> covered = List.copyOf(client.inTransaction);
      client.ending = commit;
      Asked<ProducerResult> asked =
          world.end(client.id, new EndRequested(client.producer, commit, client.bumps));
      letPass(asked);
      if (asked.isWaiting()) {
        return;
      }
      ProducerResult result = asked.answer();
      if (result.error() == ErrorCode.NONE) {
        assertThat(late).as("a fenced producer ends a transaction").isFalse();
        if (covered.isEmpty() && !client.bumps) {
          // An old client cannot be told its last end from an empty one.
          took(client, result.producer());
          return;
        }
        covered.forEach(partition -> promised.put(partition, commit));
        if (random.nextInt(5) > 0) {
          took(client, result.producer());
        }
      } else if (result.error() == ErrorCode.PRODUCER_FENCED
          || result.error() == ErrorCode.INVALID_TXN_STATE) {
        client.ending = null;
        client.inTransaction.clear();
      }
    }

    private void logActs() {
      if (world.uncommitted.isEmpty()) {
        return;
      }
      if (random.nextInt(12) == 0) {
        world.refuseNext(REFUSALS[random.nextInt(REFUSALS.length)]);
      } else {
        world.commitNext();
      }
    }

    private void markerActs() {
      if (!world.markersUnderWay.isEmpty()) {
        assertThat(decided(world.markersUnderWay.getFirst()))
            .as("a marker that nobody decided")
            .isTrue();
        world.answerNextMarker(
            random.nextInt(5) == 0
                ? MARKER_FAILURES[random.nextInt(MARKER_FAILURES.length)]
                : ErrorCode.NONE);
      }
    }

    private boolean decided(MarkerOrder order) {
      readLog();
      return (order.commit() ? decidedToCommit : decidedToAbort).contains(order.partition());
    }

    private void idSourceActs() {
      if (world.producerIdsAskedFor.isEmpty()) {
        return;
      }
      if (random.nextInt(10) == 0) {
        world.refuseNextProducerId();
      } else {
        world.giveNextProducerId();
      }
    }

    /** The successor knows what the log says, which is what was known before. */
    private void move() {
      Map<String, TransactionState> before = states();
      world.moveCoordinator();
      assertThat(states()).isEqualTo(before);
    }

    private Map<String, TransactionState> states() {
      Map<String, TransactionState> states = new HashMap<>();
      for (int i = 0; i < 3; i++) {
        TransactionState state = world.core().describe("tx" + i);
        if (state != null) {
          states.put("tx" + i, state);
        }
      }
      return states;
    }

    /** All failures end: whatever was begun comes to an end. */
    private void heal() {
      world.flow();
      world.pass(3 * World.TIMEOUT_MS);
      check();
      states()
          .values()
          .forEach(state -> assertThat(state.status().isOpen()).as("%s", state).isFalse());
      assertThat(world.core().openTransactions()).isZero();
      promised.forEach((partition, commit) -> {
        assertThat(world.markersIn(partition)).as("partition %s", partition).isNotEmpty();
        assertThat(world.markersIn(partition + 1)).isNotEmpty();
      });
    }

    // ---- what always holds

    private void check() {
      readLog();
      promised.forEach((partition, commit) ->
          assertThat((commit ? decidedToCommit : decidedToAbort))
              .as("what was answered for partition %s", partition)
              .contains(World.partition(partition)));
      world.markers.forEach((partition, markers) -> {
        for (Marker marker : markers) {
          assertThat(marker.commit() ? decidedToCommit : decidedToAbort).contains(partition);
        }
      });
    }

    private void readLog() {
      for (; recordsSeen < world.log.size(); recordsSeen++) {
        TransactionState state = world.log.get(recordsSeen).state();
        if (state == null) {
          continue;
        }
        Short before = epochs.put(state.producer().id(), state.producer().epoch());
        assertThat(before == null || before <= state.producer().epoch())
            .as("the epoch of producer %s goes back", state.producer())
            .isTrue();
        if (state.status().isPrepared()) {
          boolean commit = state.status().isCommit();
          (commit ? decidedToCommit : decidedToAbort).addAll(state.partitions());
          Set<TopicPartition> otherOutcome = commit ? decidedToAbort : decidedToCommit;
          assertThat(state.partitions())
              .as("partitions of a transaction with both outcomes")
              .noneMatch(otherOutcome::contains);
        }
      }
    }
  }
}
