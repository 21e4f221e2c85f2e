package io.weir.replication.core;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.TreeMap;

/**
 * A whole partition in one thread under one seed: three replicas, a controller, and a network that
 * delays and drops; streams that break, processes that die, disks that are lost. After each step of
 * a leader it checks what must hold. Confined to its thread.
 *
 * <p>What the controller does here is what the real one must do: it fences proposals by both
 * epochs, elects only from the in-sync set, and takes a node that lost its disk out of it.
 */
final class ReplicationSimulation {
  /** A mistake that the simulation must find when it is made. */
  enum Mistake {
    NONE,
    TRUNCATE_TO_HIGH_WATERMARK,
    /** The topic asks for the disk, and the leader counts what is appended. */
    COUNT_APPENDED
  }

  record State(int leader, int leaderEpoch, int partitionEpoch, List<Integer> inSync) {}

  private record Stream(
      long id,
      int follower,
      int leader,
      Queue<SimulatedNode.ToLeader> up,
      Queue<SimulatedNode.ToFollower> down) {}

  private record Late(Stream stream, SimulatedNode.ToLeader.Ack ack) {}

  private record Answer(int node, Proposal proposal, ProposalOutcome outcome) {}

  private record Proposed(int node, Proposal proposal) {}

  final List<Integer> replicas = List.of(1, 2, 3);
  final int minInSync;

  /** Whether the leader counts what is on disk; only then may the power fail. */
  final boolean durable;

  private final boolean powerFails;
  final Mistake mistake;
  long nowMs = 1_000;
  private final Random random;
  private final Map<Integer, SimulatedNode> nodes = new TreeMap<>();
  private final Map<Long, Stream> streams = new TreeMap<>();
  private final Map<Integer, Queue<State>> metadata = new HashMap<>();
  private final List<Proposed> proposals = new ArrayList<>();
  private final List<Late> late = new ArrayList<>();
  private final List<Answer> answers = new ArrayList<>();
  private State state = new State(1, 1, 1, replicas);
  private long nextStream = 1;
  private long nextValue = 1;

  private final List<ListLog.Entry> committed = new ArrayList<>();
  private final Map<Integer, Long> watermarkOfEpoch = new HashMap<>();

  ReplicationSimulation(long seed, Mistake mistake) {
    this.random = new Random(seed);
    this.mistake = mistake;
    this.minInSync = 1 + random.nextInt(2);
    this.powerFails = mistake == Mistake.COUNT_APPENDED || random.nextBoolean();
    this.durable = powerFails && mistake != Mistake.COUNT_APPENDED;
    for (int id : replicas) {
      nodes.put(id, new SimulatedNode(id, this));
      metadata.put(id, new ArrayDeque<>());
    }
    publish();
  }

  long nextValue() {
    return nextValue++;
  }

  int committedRecords() {
    return committed.size();
  }

  void run(int steps) {
    for (int i = 0; i < steps; i++) {
      step();
    }
    heal();
  }

  private SimulatedNode node(int id) {
    SimulatedNode node = nodes.get(id);
    if (node == null) {
      throw new IllegalArgumentException("no node " + id);
    }
    return node;
  }

  private SimulatedNode anyNode() {
    return node(replicas.get(random.nextInt(replicas.size())));
  }

  private void step() {
    if (powerFails) {
      stepOfTheDisk(random.nextInt(1_000));
    }
    int dice = random.nextInt(1_000);
    if (dice < 200) {
      anyNode().append(1 + random.nextInt(3));
    } else if (dice < 400) {
      anyNode().pump(random);
    } else if (dice < 740) {
      deliverOne();
    } else if (dice < 760) {
      deliverLate();
    } else if (dice < 820) {
      deliverMetadata(anyNode());
    } else if (dice < 880) {
      connect(anyNode());
    } else if (dice < 910) {
      tick(random.nextInt(400));
    } else if (dice < 940) {
      decideProposal();
    } else if (dice < 965) {
      deliverAnswer();
    } else if (dice < 980) {
      breakStream();
    } else if (dice < 987) {
      elect();
    } else if (dice < 991) {
      crash(anyNode());
    } else if (dice < 994) {
      loseDisk(anyNode());
    } else {
      restart(anyNode());
    }
  }

  private void stepOfTheDisk(int dice) {
    if (dice < 150) {
      SimulatedNode node = anyNode();
      if (node.up) {
        node.flush();
      }
    } else if (dice < 153) {
      // One after the other fails, or all at once.
      List<SimulatedNode> failing =
          random.nextInt(4) == 0 ? List.copyOf(nodes.values()) : List.of(anyNode());
      failing.forEach(this::crash);
      failing.forEach(SimulatedNode::losePower);
    }
  }

  private void tick(long ms) {
    nowMs += ms;
    nodes.values().stream().filter(node -> node.up).forEach(SimulatedNode::tick);
  }

  // Streams

  private void connect(SimulatedNode follower) {
    FollowerCore core = follower.following;
    if (!follower.up || core == null || !node(core.leader()).up) {
      return;
    }
    if (core.hasStream()) {
      follower.askAgain();
      return;
    }
    Stream stream =
        new Stream(
            nextStream++, follower.id, core.leader(), new ArrayDeque<>(), new ArrayDeque<>());
    streams.put(stream.id(), stream);
    follower.connect(stream.id());
  }

  void send(SimulatedNode follower, FollowerCore core, SimulatedNode.ToLeader message) {
    Stream stream = streams.get(core.streamId());
    if (stream != null && stream.follower() == follower.id) {
      stream.up().add(message);
    }
  }

  void reply(long streamId, SimulatedNode.ToFollower message) {
    Stream stream = streams.get(streamId);
    if (stream != null) {
      stream.down().add(message);
    }
  }

  private void deliverOne() {
    if (!streams.isEmpty()) {
      List<Stream> all = List.copyOf(streams.values());
      deliver(all.get(random.nextInt(all.size())), random.nextBoolean());
    }
  }

  private void deliverLate() {
    if (!late.isEmpty()) {
      Late next = late.remove(random.nextInt(late.size()));
      Stream stream = next.stream();
      if (node(stream.leader()).up) {
        node(stream.leader()).onMessage(stream.follower(), stream.id(), next.ack());
      }
    }
  }

  private void deliver(Stream stream, boolean up) {
    if (up) {
      SimulatedNode.ToLeader message = stream.up().poll();
      if (message != null) {
        node(stream.leader()).onMessage(stream.follower(), stream.id(), message);
      }
    } else {
      SimulatedNode.ToFollower message = stream.down().poll();
      if (message != null) {
        node(stream.follower()).onMessage(stream.id(), message);
      }
    }
  }

  private void breakStream() {
    if (!streams.isEmpty()) {
      List<Long> all = List.copyOf(streams.keySet());
      end(all.get(random.nextInt(all.size())));
    }
  }

  private void end(long streamId) {
    Stream stream = streams.remove(streamId);
    if (stream != null) {
      // What the follower acknowledged may still arrive: late, or not at all.
      for (SimulatedNode.ToLeader message : stream.up()) {
        if (message instanceof SimulatedNode.ToLeader.Ack ack) {
          late.add(new Late(stream, ack));
        }
      }
      node(stream.leader()).onStreamEnded(stream.follower(), streamId);
      node(stream.follower()).onStreamEnded(stream.follower(), streamId);
    }
  }

  // The controller

  private void publish() {
    metadata.values().forEach(queue -> queue.add(state));
  }

  private void deliverMetadata(SimulatedNode node) {
    Queue<State> queue = metadata.get(node.id);
    State next = queue == null ? null : queue.poll();
    if (next != null && node.up) {
      node.onMetadata(next);
    }
  }

  void propose(SimulatedNode node, Proposal proposal) {
    proposals.add(new Proposed(node.id, proposal));
  }

  private void decideProposal() {
    if (proposals.isEmpty()) {
      return;
    }
    Proposed next = proposals.remove(random.nextInt(proposals.size()));
    Proposal proposal = next.proposal();
    int fate = random.nextInt(10);
    if (fate == 0) {
      answers.add(new Answer(next.node(), proposal, new ProposalOutcome.Unknown()));
      return;
    }
    boolean current =
        proposal.leaderEpoch() == state.leaderEpoch()
            && proposal.partitionEpoch() == state.partitionEpoch()
            && proposal.inSyncReplicas().stream().allMatch(id -> node(id).up);
    ProposalOutcome outcome = new ProposalOutcome.Refused();
    if (current) {
      change(state.leader(), state.leaderEpoch(), proposal.inSyncReplicas());
      outcome = new ProposalOutcome.Written(state.partitionEpoch(), state.inSync());
    }
    answers.add(
        new Answer(next.node(), proposal, fate == 1 ? new ProposalOutcome.Unknown() : outcome));
  }

  private void deliverAnswer() {
    if (!answers.isEmpty()) {
      Answer answer = answers.remove(random.nextInt(answers.size()));
      if (node(answer.node()).up) {
        node(answer.node()).onAnswer(answer.proposal(), answer.outcome());
      }
    }
  }

  private void change(int leader, int leaderEpoch, List<Integer> inSync) {
    state = new State(leader, leaderEpoch, state.partitionEpoch() + 1, inSync);
    publish();
  }

  /** Any live member of the in-sync set may be elected; dead ones may be taken out of it. */
  private void elect() {
    List<Integer> candidates = state.inSync().stream().filter(id -> node(id).up).toList();
    if (candidates.isEmpty()) {
      change(-1, state.leaderEpoch() + 1, state.inSync());
      return;
    }
    int leader = candidates.get(random.nextInt(candidates.size()));
    change(leader, state.leaderEpoch() + 1, random.nextBoolean() ? candidates : state.inSync());
  }

  private void crash(SimulatedNode node) {
    if (!node.up) {
      return;
    }
    node.up = false;
    node.leading = null;
    node.following = null;
    for (Stream stream : List.copyOf(streams.values())) {
      if (stream.follower() == node.id || stream.leader() == node.id) {
        end(stream.id());
      }
    }
    if (state.leader() == node.id) {
      elect();
    }
  }

  /** A node that died comes back with an empty disk: the controller must not have it in sync. */
  private void loseDisk(SimulatedNode node) {
    if (!node.up && !state.inSync().equals(List.of(node.id))) {
      if (state.inSync().contains(node.id)) {
        List<Integer> others = state.inSync().stream().filter(id -> id != node.id).toList();
        change(state.leader(), state.leaderEpoch(), others);
      }
      node.wipe();
    }
  }

  private void restart(SimulatedNode node) {
    if (node.up) {
      return;
    }
    node.restart(random);
    Queue<State> queue = metadata.get(node.id);
    if (queue != null) {
      queue.clear();
      queue.add(state);
    }
    if (state.leader() < 0) {
      elect();
    }
  }

  // What must hold

  void checkLeader(SimulatedNode node, int epoch, long watermark) {
    require(watermark <= node.log.logEndOffset(), "a watermark past the log's end");
    long before = watermarkOfEpoch.getOrDefault(epoch, 0L);
    require(watermark >= before, "the watermark of epoch " + epoch + " went back");
    watermarkOfEpoch.put(epoch, watermark);
    for (int offset = 0; offset < watermark; offset++) {
      ListLog.Entry entry = node.log.get(offset);
      if (offset == committed.size()) {
        committed.add(entry);
      }
      require(committed.get(offset).equals(entry), "committed offset " + offset + " changed");
    }
  }

  /** All come back and are left in peace: the logs must become the same, with all committed in. */
  private void heal() {
    nodes.values().forEach(this::restart);
    for (int round = 0; round < 400; round++) {
      if (round == 0) {
        elect();
      }
      nodes.values().forEach(node -> drainMetadata(node));
      nodes.values().forEach(this::connectIfAlone);
      nodes.values().forEach(node -> node.pump(random));
      nodes.values().forEach(SimulatedNode::flush);
      List.copyOf(streams.values()).forEach(this::deliverAll);
      if (round % 20 == 19) {
        nodes.values().forEach(SimulatedNode::askAgain);
      }
      tick(100);
      while (!proposals.isEmpty()) {
        decideProposal();
      }
      while (!answers.isEmpty()) {
        deliverAnswer();
      }
    }
    SimulatedNode leader = node(state.leader());
    require(leader.leading != null, "nobody leads in the end");
    require(state.inSync().size() == replicas.size(), "in sync in the end only " + state.inSync());
    require(
        leader.watermark == leader.log.logEndOffset(),
        "the watermark stands at " + leader.watermark + " of " + leader.log.logEndOffset());
    for (SimulatedNode node : nodes.values()) {
      require(node.entries().equals(leader.entries()), "node " + node.id + " has another log");
    }
    require(
        leader.entries().subList(0, committed.size()).equals(committed), "committed records lost");
  }

  private void drainMetadata(SimulatedNode node) {
    Queue<State> queue = metadata.get(node.id);
    while (queue != null && !queue.isEmpty()) {
      deliverMetadata(node);
    }
  }

  private void connectIfAlone(SimulatedNode node) {
    if (node.following != null && !node.following.hasStream()) {
      connect(node);
    }
  }

  private void deliverAll(Stream stream) {
    for (int i = 0; i < 50; i++) {
      deliver(stream, true);
      deliver(stream, false);
    }
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new AssertionError(otherwise);
    }
  }
}
