package io.weir.coordinator.controller.core;

import io.weir.coordinator.NodeRegistration;
import io.weir.coordinator.TopicDefaults;
import io.weir.coordinator.controller.core.ControlRecord.KnownNode;
import io.weir.coordinator.controller.core.ControllerEvent.AdminRequested;
import io.weir.coordinator.controller.core.ControllerEvent.InSyncProposed;
import io.weir.coordinator.controller.core.ControllerEvent.LeaveRequested;
import io.weir.coordinator.controller.core.ControllerEvent.NodeAttached;
import io.weir.coordinator.controller.core.ControllerEvent.Probed;
import io.weir.coordinator.controller.core.ControllerEvent.ReplicasReported;
import io.weir.coordinator.controller.core.ControllerEvent.StreamEnded;
import io.weir.coordinator.controller.core.ControllerEvent.Ticked;
import io.weir.coordinator.controller.core.ControllerEvent.TookOver;
import io.weir.coordinator.metadata.EndPoint;
import io.weir.coordinator.metadata.MetadataImage;
import io.weir.coordinator.metadata.PartitionImage;
import io.weir.coordinator.metadata.TopicImage;
import io.weir.protocol.message.ApiRequest;
import io.weir.protocol.message.ApiResponse;
import io.weir.protocol.message.CreateTopicsRequest;
import io.weir.protocol.model.HostAndPort;
import io.weir.protocol.model.TopicIdPartition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What is around a controller, in memory and under the test's control: time, the store, the nodes
 * with their registrations. A node here is a process: {@link #restart} gives it another
 * incarnation, {@link #wipe} another disk.
 */
final class World {
  static final int LEASE_MS = 2_000;

  /** A process of a node. */
  static final class Machine {
    final int id;
    UUID storageId;
    UUID incarnation;
    long brokerEpoch;
    long session;
    boolean up = true;
    final Set<TopicIdPartition> offline = new LinkedHashSet<>();

    Machine(int id, UUID storageId, UUID incarnation) {
      this.id = id;
      this.storageId = storageId;
      this.incarnation = incarnation;
    }

    NodeRegistration registration() {
      return new NodeRegistration(
          id,
          storageId,
          incarnation,
          List.of(new EndPoint("PLAINTEXT", "PLAINTEXT", "h", 9092)),
          new HostAndPort("h", 100 + id),
          null);
    }
  }

  final Map<Integer, Machine> machines = new HashMap<>();
  final List<ControllerEffect> effects = new ArrayList<>();
  long nowMs = 1_000_000;
  private final Map<Integer, RegisteredNode> registrations = new HashMap<>();
  private final Map<Integer, KnownNode> stored = new HashMap<>();
  private final Map<String, TopicImage> topics = new HashMap<>();
  private long nextProducerId;
  private long numbers;
  private int epoch;
  private @Nullable ControllerCore core;

  UUID id() {
    return new UUID(0, ++numbers);
  }

  ControllerCore core() {
    return Objects.requireNonNull(core);
  }

  MetadataImage image() {
    return core().image();
  }

  PartitionImage partition(String topic, int index) {
    return Objects.requireNonNull(image().partition(topic, index));
  }

  // ---- the controller

  /** Another controller takes over, with what its predecessors stored. */
  void newController() {
    core =
        new ControllerCore(
            new ControllerSettings(1, LEASE_MS, true, 30_000, new TopicDefaults(1, 3, 2, false)),
            (_, _) -> null,
            this::id,
            new StoredState(
                ++epoch,
                "cluster",
                registrations,
                stored,
                List.copyOf(topics.values()),
                nextProducerId),
            nowMs);
    machines.values().forEach(machine -> machine.session = 0);
    tell(new TookOver());
  }

  /** The first controller and its nodes, all attached. */
  World with(int... nodes) {
    for (int node : nodes) {
      register(node, new Machine(node, id(), id()));
    }
    newController();
    for (int node : nodes) {
      attach(node);
    }
    return this;
  }

  Decision tell(ControllerEvent event) {
    Decision decision = core().on(event, nowMs);
    decision.records().forEach(this::store);
    effects.addAll(decision.effects());
    return decision;
  }

  private void store(ControlRecord record) {
    switch (record) {
      case ControlRecord.NodeKnown known -> stored.put(known.nodeId(), known.node());
      case ControlRecord.ProducerIdsTaken taken -> nextProducerId = taken.next();
      case ControlRecord.Metadata _ -> {
        topics.clear();
        image().topics().forEach(topic -> topics.put(topic.name(), topic));
      }
    }
  }

  // ---- nodes

  private void register(int node, Machine machine) {
    machines.put(node, machine);
    machine.brokerEpoch = ++numbers;
    registrations.put(node, new RegisteredNode(machine.registration(), machine.brokerEpoch));
  }

  void sessionExpires(int node) {
    registrations.remove(node);
  }

  Machine machine(int node) {
    return Objects.requireNonNull(machines.get(node));
  }

  void attach(int node) {
    Machine machine = machine(node);
    machine.session = ++numbers;
    tell(
        new NodeAttached(
            machine.session,
            machine.registration(),
            machine.brokerEpoch,
            List.copyOf(machine.offline)));
  }

  /** The log of one of the node's replicas fails. */
  void logFails(int node, String topic, int partition) {
    Machine machine = machine(node);
    TopicIdPartition id = idOf(topic, partition);
    machine.offline.add(id);
    tell(new ReplicasReported(node, machine.session, List.of(id), List.of()));
  }

  /** A replica that failed is gone from the node. */
  void replicaGone(int node, String topic, int partition) {
    Machine machine = machine(node);
    TopicIdPartition id = idOf(topic, partition);
    machine.offline.remove(id);
    tell(new ReplicasReported(node, machine.session, List.of(), List.of(id)));
  }

  TopicIdPartition idOf(String topic, int partition) {
    return new TopicIdPartition(Objects.requireNonNull(image().topic(topic)).id(), partition);
  }

  /** The process dies; the controller has not heard of it yet. */
  void stop(int node) {
    machine(node).up = false;
  }

  /** The controller sees the stream break, and finds the port as it is. */
  void streamBreaks(int node) {
    Machine machine = machine(node);
    tell(new StreamEnded(node, machine.incarnation, machine.session, false));
    machine.session = 0;
    probe(node);
  }

  void probe(int node) {
    Machine machine = machine(node);
    tell(new Probed(node, machine.incarnation, !machine.up));
  }

  void kill(int node) {
    stop(node);
    streamBreaks(node);
  }

  /** Another process of the same node registers; it does not attach yet. */
  void restart(int node) {
    register(node, new Machine(node, machine(node).storageId, id()));
  }

  /** As {@link #restart}, without what was on its disk. */
  void wipe(int node) {
    register(node, new Machine(node, id(), id()));
  }

  /** Time passes; nodes that are up and attached are heard of. */
  void pass(long ms) {
    long end = nowMs + ms;
    while (nowMs < end) {
      nowMs = Math.min(end, nowMs + LEASE_MS / 10);
      Map<Long, Long> heard = new HashMap<>();
      for (Machine machine : machines.values()) {
        if (machine.up && machine.session != 0) {
          heard.put(machine.session, nowMs);
        }
      }
      tell(new Ticked(heard));
    }
  }

  // ---- requests

  void leave(int node) {
    tell(new LeaveRequested(++numbers, node, machine(node).session));
  }

  ControllerEffect propose(int node, String topic, int index, Integer... inSync) {
    PartitionImage partition = partition(topic, index);
    return proposeOn(
        node, topic, index, partition.leaderEpoch(), partition.partitionEpoch(), inSync);
  }

  ControllerEffect proposeOn(
      int node, String topic, int index, int leaderEpoch, int partitionEpoch, Integer... inSync) {
    UUID id = Objects.requireNonNull(image().topic(topic)).id();
    return tell(new InSyncProposed(
            ++numbers, node, id, index, leaderEpoch, partitionEpoch, List.of(inSync)))
        .effects()
        .getFirst();
  }

  ApiResponse admin(ApiRequest request, int version) {
    Decision decision = tell(new AdminRequested(++numbers, request, version, numbers));
    return decision.effects().stream()
        .filter(ControllerEffect.AnswerAdmin.class::isInstance)
        .map(effect -> ((ControllerEffect.AnswerAdmin) effect).response())
        .findFirst()
        .orElseThrow();
  }

  /** Creates a topic with these replicas for each partition. */
  void topic(String name, List<List<Integer>> assignment) {
    List<CreateTopicsRequest.Assignment> assignments = new ArrayList<>();
    for (List<Integer> replicas : assignment) {
      assignments.add(
          CreateTopicsRequest.Assignment.builder()
              .partitionIndex(assignments.size())
              .brokerIds(replicas)
              .build());
    }
    admin(
        CreateTopicsRequest.builder()
            .topics(
                List.of(
                    CreateTopicsRequest.Topic.builder()
                        .name(name)
                        .numPartitions(-1)
                        .replicationFactor((short) -1)
                        .assignments(assignments)
                        .build()))
            .build(),
        7);
  }
}
