package io.weir.coordinator.group.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.coordinator.group.core.Shard.Asked;
import io.weir.protocol.model.ErrorCode;
import io.weir.protocol.model.TopicPartition;
import java.nio.ByteBuffer;
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
 * Clients, a log and a coordinator that moves, in a random order from a seed. Repeat one with
 * -Dseed=N.
 */
class RandomGroupTest {
  private static final int STEPS = 400;
  private static final List<TopicPartition> PARTITIONS =
      List.of(new TopicPartition("a", 0), new TopicPartition("a", 1), new TopicPartition("b", 0));

  @Test
  void invariantsHoldWhateverHappens() {
    String only = System.getProperty("seed");
    long first = only == null ? 1 : Long.parseLong(only);
    long last = only == null ? 150 : first;
    int assignments = 0;
    for (long seed = first; seed <= last; seed++) {
      try {
        Run run = new Run(seed);
        run.play();
        assignments += run.assignments;
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError("failed with -Dseed=" + seed, e);
      }
    }
    assertThat(assignments)
        .as("assignments handed out, lest this test nothing")
        .isGreaterThan(last - first == 0 ? -1 : 500);
  }

  /** A client that does what it is told, sometimes late, sometimes twice. */
  private static final class Client {
    private final @Nullable String instanceId;
    private String memberId = "";
    private @Nullable JoinResult generation;
    private @Nullable Asked<JoinResult> join;
    private @Nullable Asked<SyncResult> sync;
    private boolean synced;

    Client(@Nullable String instanceId) {
      this.instanceId = instanceId;
    }
  }

  private static final class Run {
    private final Random random;
    private final Shard shard = new Shard().holdWrites();
    private final List<Client> clients = new ArrayList<>();
    private final List<Asked<?>> asked = new ArrayList<>();
    private int newestAssigned;
    private int assignments;
    private long nextOffset;

    Run(long seed) {
      random = new Random(seed);
      for (int i = 0; i < 5; i++) {
        clients.add(new Client(i < 2 ? "static-" + i : null));
      }
    }

    void play() {
      for (int i = 0; i < STEPS; i++) {
        step();
        checkAnswers();
        checkOffsets();
      }
      shard.commitAll();
      shard.pass(Shard.REBALANCE_MS + 5_000);
      shard.commitAll();
      shard.pass(6_000);
      shard.commitAll();
      checkAnswers();
      shard.moveCoordinator();
      for (Asked<?> request : asked) {
        assertThat(request.isWaiting()).as("a request without an answer").isFalse();
      }
      checkOffsets();
    }

    private void step() {
      Client client = clients.get(random.nextInt(clients.size()));
      switch (random.nextInt(16)) {
        case 0, 1, 2, 3, 4, 5 -> behave(client);
        case 6 -> misbehave(client);
        case 7 -> {
          if (random.nextInt(4) == 0) {
            leave(client);
          }
        }
        case 8, 9 -> commit(client);
        case 10, 11 -> shard.commitAll();
        case 12 -> {
          if (!shard.uncommitted.isEmpty() && random.nextInt(3) == 0) {
            shard.refuseNext(ErrorCode.NOT_ENOUGH_REPLICAS);
          }
        }
        case 13 -> shard.pass(random.nextInt(2_500));
        case 14 -> {
          if (random.nextInt(5) == 0) {
            shard.moveCoordinator();
          }
        }
        default -> {
          if (random.nextInt(5) == 0) {
            asked.add(shard.delete("g"));
            shard.carryOut(shard.core().topicsDeleted(Set.of("b"), shard.now()));
          }
        }
      }
    }

    /** What a client does next that follows the protocol. */
    private void behave(Client client) {
      if (client.join != null || client.sync != null) {
        return;
      }
      if (client.generation == null) {
        join(client);
      } else if (!client.synced) {
        sync(client);
      } else if (shard.heartbeat(client.generation) != ErrorCode.NONE) {
        client.generation = null;
      }
    }

    /** Out of turn, or once more. */
    private void misbehave(Client client) {
      switch (random.nextInt(3)) {
        case 0 -> join(client);
        case 1 -> sync(client);
        default -> heartbeat(client);
      }
    }

    private void join(Client client) {
      JoinRequested plain =
          Shard.consumer(client.memberId, client.instanceId, random.nextBoolean() ? "x" : "y", "z");
      client.join =
          shard.join(
              new JoinRequested(
                  plain.memberId(),
                  plain.instanceId(),
                  plain.clientId(),
                  plain.clientHost(),
                  plain.sessionTimeoutMs(),
                  plain.rebalanceTimeoutMs(),
                  plain.protocolType(),
                  plain.protocols(),
                  random.nextBoolean(),
                  random.nextBoolean()));
      asked.add(client.join);
    }

    private void sync(Client client) {
      JoinResult generation = client.generation;
      if (generation != null) {
        Map<String, String> shares = new HashMap<>();
        generation.members().forEach(m -> shares.put(m.memberId(), m.memberId()));
        client.sync = shard.sync(generation, client.instanceId, shares);
        asked.add(client.sync);
      }
    }

    private void heartbeat(Client client) {
      if (client.generation != null) {
        shard.heartbeat(client.generation);
      }
    }

    private void leave(Client client) {
      shard.leave(new MemberRef(client.memberId, client.instanceId));
      client.memberId = "";
      client.generation = null;
    }

    private void commit(Client client) {
      JoinResult generation = client.generation;
      TopicPartition partition = PARTITIONS.get(random.nextInt(PARTITIONS.size()));
      asked.add(
          generation == null || random.nextInt(4) == 0
              ? shard.commit(partition, nextOffset++)
              : shard.commit(
                  "g", client.memberId, generation.generationId(), partition, nextOffset++));
    }

    /**
     * Generations grow, each has one leader, and an assignment is handed out in the newest only.
     */
    private void checkAnswers() {
      for (Client client : clients) {
        if (client.join != null && !client.join.isWaiting()) {
          joined(client, client.join.answer());
          client.join = null;
        }
        if (client.sync != null && !client.sync.isWaiting()) {
          synced(client, client.sync.answer());
          client.sync = null;
        }
      }
    }

    private void joined(Client client, JoinResult result) {
      switch (result.errorCode()) {
        case NONE -> {
          assertThat(result.generationId()).isGreaterThanOrEqualTo(newestAssigned);
          if (client.instanceId == null && !result.skipAssignment()) {
            assertThat(result.leaderId()).isNotEmpty();
          }
          Set<String> ids = new HashSet<>();
          result.members().forEach(m -> assertThat(ids.add(m.memberId())).isTrue());
          client.memberId = result.memberId();
          client.generation = result;
          client.synced = false;
          assertThat(result.protocolName()).isNotNull();
        }
        case MEMBER_ID_REQUIRED -> client.memberId = result.memberId();
        case UNKNOWN_MEMBER_ID, FENCED_INSTANCE_ID -> {
          client.memberId = "";
          client.generation = null;
        }
        default -> assertThat(result.generationId()).isEqualTo(JoinResult.NO_GENERATION);
      }
    }

    private void synced(Client client, SyncResult result) {
      JoinResult generation = client.generation;
      client.synced = result.errorCode() == ErrorCode.NONE;
      if (!client.synced) {
        client.generation = null;
      } else if (generation != null) {
        assignments++;
        newestAssigned = Math.max(newestAssigned, generation.generationId());
        assertThat(lastStored().generationId()).isGreaterThanOrEqualTo(newestAssigned);
        ByteBuffer share = result.assignment();
        if (client.instanceId == null && share.hasRemaining()) {
          assertThat(Shard.text(share)).isEqualTo(generation.memberId());
        }
      }
    }

    private GroupSnapshot lastStored() {
      for (StateRecord record : shard.log.reversed()) {
        if (record instanceof StateRecord.GroupStored stored) {
          return stored.snapshot();
        }
      }
      throw new AssertionError("an assignment was handed out that is not in the log");
    }

    /** What is shown is what a replay of the committed log gives. */
    private void checkOffsets() {
      Map<TopicPartition, CommittedOffset> expected = new HashMap<>();
      for (StateRecord record : shard.log) {
        switch (record) {
          case StateRecord.OffsetStored s -> expected.put(s.partition(), s.offset());
          case StateRecord.OffsetErased e -> expected.remove(e.partition());
          case StateRecord.GroupErased e -> {
            assertThat(expected).as("offsets of a group that is gone").isEmpty();
            newestAssigned = 0;
          }
          case StateRecord.GroupStored s -> {}
          case ConsumerGroupRecord c -> {}
        }
      }
      assertThat(shard.core().offsets("g")).isEqualTo(expected);
    }
  }
}
