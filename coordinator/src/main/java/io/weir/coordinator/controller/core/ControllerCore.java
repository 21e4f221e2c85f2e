package io.weir.coordinator.controller.core;

import io.weir.coordinator.ProducerIdBlock;
import io.weir.coordinator.TopicConfigs;
import io.weir.coordinator.controller.core.ControlRecord.KnownNode;
import io.weir.coordinator.controller.core.ControlRecord.NodeKnown;
import io.weir.coordinator.controller.core.ControlRecord.ProducerIdsTaken;
import io.weir.coordinator.controller.core.ControllerEffect.AcceptSession;
import io.weir.coordinator.controller.core.ControllerEffect.AnswerInSync;
import io.weir.coordinator.controller.core.ControllerEffect.AnswerLeave;
import io.weir.coordinator.controller.core.ControllerEffect.AnswerProducerIds;
import io.weir.coordinator.controller.core.ControllerEffect.EndSession;
import io.weir.coordinator.controller.core.ControllerEffect.Probe;
import io.weir.coordinator.controller.core.ControllerEffect.RemoveRegistration;
import io.weir.coordinator.controller.core.ControllerEffect.Severity;
import io.weir.coordinator.controller.core.ControllerEffect.TryAgain;
import io.weir.coordinator.controller.core.ControllerEvent.AdminRequested;
import io.weir.coordinator.controller.core.ControllerEvent.InSyncProposed;
import io.weir.coordinator.controller.core.ControllerEvent.LeaveRequested;
import io.weir.coordinator.controller.core.ControllerEvent.NodeAttached;
import io.weir.coordinator.controller.core.ControllerEvent.Probed;
import io.weir.coordinator.controller.core.ControllerEvent.ProducerIdsRequested;
import io.weir.coordinator.controller.core.ControllerEvent.ReplicasReported;
import io.weir.coordinator.controller.core.ControllerEvent.StreamEnded;
import io.weir.coordinator.controller.core.ControllerEvent.Ticked;
import io.weir.coordinator.controller.core.ControllerEvent.TookOver;
import io.weir.coordinator.metadata.MetadataImage;
import io.weir.coordinator.metadata.MetadataRecord;
import io.weir.coordinator.metadata.MetadataRecord.Brokers;
import io.weir.coordinator.metadata.MetadataRecord.PartitionWritten;
import io.weir.coordinator.metadata.MetadataRecord.TopicWritten;
import io.weir.coordinator.metadata.PartitionImage;
import io.weir.coordinator.metadata.TopicImage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One term of a controller. Decides only: no I/O, no clock, no threads, no randomness of its own.
 * Confined to the controller's thread.
 *
 * <pre>
 * new ──TookOver──▶ settling ──everyone is accounted for, or one lease is over──▶ settled
 * </pre>
 *
 * While it settles it gathers who is there: nodes it found registered are knocked at, nodes that
 * its predecessor held to be alive are waited for. Then it decides about all dead, restarted and
 * wiped nodes in one pass. Until then no session is accepted and requests are told to try again.
 *
 * <p>Invariants: a leader is in its in-sync set; that set is part of the assigned replicas, and
 * empty only after the disk of its last member was wiped; epochs only grow; a node that is not held
 * to be alive leads nothing.
 */
public final class ControllerCore {
  /** As many producer ids go to a node at a time. */
  static final int PRODUCER_ID_BLOCK = 1_000;

  private final ControllerSettings settings;
  private final Draft draft;
  private final Roster roster = new Roster();
  private final Map<Integer, KnownNode> known;
  private final InSyncReview inSyncReview;
  private final UncleanElection uncleanElection;
  private final AdminRequests admin;
  private final PreferredLeaders preferredLeaders;
  private long nextProducerId;
  private long lastTickMs;

  // Since partitions were last decided: nodes of which an earlier process died, or the disk was
  // lost.
  private final Set<Integer> restarted = new HashSet<>();
  private final Set<Integer> wiped = new HashSet<>();

  // While settling.
  private boolean settled;
  private final long settleAtMs;
  private final Set<Integer> unaccounted = new HashSet<>();
  private final Set<Long> waitingSessions = new LinkedHashSet<>();

  /**
   * @param topicIds gives an id to each new topic, never the same twice
   * @param nowMs of a clock that only goes forward, the same as with every event
   */
  public ControllerCore(
      ControllerSettings settings,
      TopicConfigs topicConfigs,
      Supplier<UUID> topicIds,
      StoredState stored,
      long nowMs) {
    this.settings = settings;
    this.known = new HashMap<>(stored.known());
    this.nextProducerId = stored.nextProducerId();
    this.lastTickMs = nowMs;
    this.settleAtMs = nowMs + settings.leaseMs();
    stored.registered().values().forEach(node -> roster.put(new Node(node, nowMs)));
    this.draft = new Draft(imageOf(stored));
    this.inSyncReview = new InSyncReview(draft, roster);
    this.uncleanElection =
        new UncleanElection(
            roster, settings.topicDefaults().uncleanLeaderElection(), this::isDiskLost);
    this.admin =
        new AdminRequests(
            draft, roster, settings.topicDefaults(), topicConfigs, topicIds, uncleanElection);
    this.preferredLeaders =
        new PreferredLeaders(draft, roster, settings.rebalanceIntervalMs(), nowMs);
  }

  private static MetadataImage imageOf(StoredState stored) {
    List<MetadataRecord> records = new ArrayList<>();
    stored.topics().forEach(topic -> records.add(new TopicWritten(topic)));
    return MetadataImage.emptyOf(stored.clusterId())
        .with((long) stored.controllerEpoch() << 32, records);
  }

  /** The metadata with all that was decided so far. */
  public MetadataImage image() {
    return draft.image();
  }

  /** Decides what follows from an event. Events come in the order in which they happened. */
  public Decision on(ControllerEvent event, long nowMs) {
    switch (event) {
      case TookOver _ -> takeOver(nowMs);
      case NodeAttached attached -> attach(attached, nowMs);
      case StreamEnded ended -> streamEnded(ended);
      case ReplicasReported reported -> report(reported);
      case Probed probed -> probed(probed);
      case Ticked ticked -> tick(ticked, nowMs);
      case InSyncProposed proposed -> propose(proposed);
      case LeaveRequested leave -> leave(leave);
      case AdminRequested request -> {
        if (isSettledFor(request.request())) {
          admin.handle(request);
        }
      }
      case ProducerIdsRequested request -> allocateProducerIds(request);
    }
    settleWhenReady(nowMs);
    return draft.take();
  }

  // ---- the beginning of the term

  private void takeOver(long nowMs) {
    for (Node node : roster.all()) {
      unaccounted.add(node.id());
      remember(node.registered());
      probe(node);
    }
    for (TopicImage topic : draft.image().topics()) {
      for (PartitionImage partition : topic.partitions()) {
        if (partition.hasLeader()) {
          partition.inSyncReplicas().stream()
              .filter(replica -> !roster.isAlive(replica))
              .forEach(unaccounted::add);
        }
      }
    }
    lastTickMs = nowMs;
  }

  private void settleWhenReady(long nowMs) {
    if (settled || (!unaccounted.isEmpty() && nowMs < settleAtMs)) {
      return;
    }
    settled = true;
    if (!unaccounted.isEmpty()) {
      draft.notice(Severity.WARN, "nothing was heard of nodes " + unaccounted + " for one lease");
    }
    unaccounted.clear();
    decidePartitions();
    publishBrokers();
    waitingSessions.forEach(session -> draft.effect(new AcceptSession(session)));
    waitingSessions.clear();
  }

  /** Asks the caller to come back while it is not known who is there. */
  private boolean isSettledFor(long request) {
    if (!settled) {
      draft.effect(new TryAgain(request));
    }
    return settled;
  }

  // ---- nodes come and go

  private void attach(NodeAttached attached, long nowMs) {
    RegisteredNode registered = new RegisteredNode(attached.node(), attached.brokerEpoch());
    int id = attached.node().nodeId();
    Node before = roster.get(id);

    if (before != null && attached.brokerEpoch() < before.registered().brokerEpoch()) {
      draft.effect(
          new EndSession(attached.session(), "node " + id + " has registered again since"));
      return;
    }
    boolean leaving = false;
    if (before != null) {
      endSession(before, "node " + id + " has attached again");
      leaving = before.isLeaving() && before.incarnation().equals(attached.node().incarnation());
    }
    Node node = new Node(registered, nowMs);
    node.attach(attached.session(), leaving, nowMs);
    node.report(attached.offline(), List.of());
    roster.put(node);
    unaccounted.remove(id);
    remember(registered);
    if (!settled) {
      waitingSessions.add(attached.session());
      return;
    }
    decidePartitions();
    publishBrokers();
    draft.effect(new AcceptSession(attached.session()));
  }

  /**
   * Finds out whether the node's process or disk is another one, and writes down the present one.
   */
  private void remember(RegisteredNode node) {
    int id = node.registration().nodeId();
    UUID storageId = node.registration().storageId();
    KnownNode before = known.get(id);
    boolean wipedNow = before != null && !before.storageId().equals(storageId);
    KnownNode now =
        new KnownNode(
            storageId,
            node.registration().incarnation(),
            wipedNow || (before != null && before.diskLost()));
    known.put(id, now);
    if (now.equals(before)) {
      return;
    }
    if (before != null) {
      restarted.add(id);
      if (wipedNow) {
        wiped.add(id);
        draft.notice(
            Severity.ERROR,
            "node "
                + id
                + " came back without its data (another storage id): it leaves all in-sync"
                + " sets");
      }
    }
    draft.write(new NodeKnown(id, now));
  }

  private boolean isDiskLost(int nodeId) {
    KnownNode node = known.get(nodeId);
    return node != null && node.diskLost();
  }

  /** A node that lost its disk and is in sync everywhere has its data again. */
  private void lookForRefilledDisks() {
    known.replaceAll((id, node) -> {
      if (!node.diskLost() || !isInSyncEverywhere(id)) {
        return node;
      }
      KnownNode refilled = new KnownNode(node.storageId(), node.incarnation(), false);
      draft.write(new NodeKnown(id, refilled));
      draft.notice(Severity.INFO, "node " + id + " has all its data again");
      return refilled;
    });
  }

  private boolean isInSyncEverywhere(int nodeId) {
    for (TopicImage topic : draft.image().topics()) {
      for (PartitionImage partition : topic.partitions()) {
        if (partition.replicas().contains(nodeId) && !partition.inSyncReplicas().contains(nodeId)) {
          return false;
        }
      }
    }
    return true;
  }

  private void streamEnded(StreamEnded ended) {
    waitingSessions.remove(ended.session());
    Node node = roster.get(ended.nodeId());
    if (node == null || node.session() != ended.session()) {
      return;
    }
    node.suspect();
    if (ended.goodbye()) {
      draft.notice(Severity.INFO, "node " + node.id() + " has said goodbye");
      gone(node, "it said goodbye");
    } else {
      probe(node);
    }
  }

  private void report(ReplicasReported reported) {
    Node node = roster.get(reported.nodeId());
    if (node == null || node.session() != reported.session()) {
      return;
    }
    node.report(reported.failed(), reported.recovered());
    if (settled) {
      if (!reported.failed().isEmpty()) {
        draft.notice(
            Severity.WARN,
            reported.failed().size()
                + " replicas of node "
                + node.id()
                + " are offline because of their disk");
      }
      OfflineReplicas.decide(reported, election(), uncleanElection, roster, draft);
      publishBrokers();
    }
  }

  private void probed(Probed probed) {
    Node node = roster.get(probed.nodeId());
    if (node == null
        || !node.incarnation().equals(probed.incarnation())
        || node.phase() == Node.Phase.ATTACHED) {
      return;
    }
    if (probed.refused()) {
      draft.effect(new RemoveRegistration(node.id(), node.incarnation()));
      dead(node, "its port " + node.internal() + " refuses connections");
    } else {
      unaccounted.remove(node.id());
    }
  }

  private void tick(Ticked ticked, long nowMs) {
    boolean stoodStill = nowMs - lastTickMs > settings.leaseMs() / 2;
    lastTickMs = nowMs;
    for (Node node : roster.all()) {
      Long heardAtMs = ticked.heard().get(node.session());
      if (heardAtMs != null) {
        node.heard(heardAtMs);
      }
      if (stoodStill) {
        node.heard(nowMs);
      }
      if (node.leaseOver(nowMs, settings.leaseMs())) {
        dead(node, "nothing was heard of it for " + settings.leaseMs() + " ms");
      } else if (node.phase() != Node.Phase.ATTACHED) {
        probe(node);
      }
    }
    if (settled) {
      lookForRefilledDisks();
      if (settings.rebalanceLeaders()) {
        preferredLeaders.tick(nowMs);
      }
    }
  }

  private void probe(Node node) {
    draft.effect(new Probe(node.id(), node.incarnation(), node.internal()));
  }

  private void dead(Node node, String why) {
    draft.notice(Severity.WARN, "node " + node.id() + " is dead: " + why);
    gone(node, why);
  }

  private void gone(Node node, String why) {
    endSession(node, "held to be dead: " + why);
    roster.remove(node);
    unaccounted.remove(node.id());
    if (settled) {
      decidePartitions();
      publishBrokers();
    }
  }

  private void endSession(Node node, String reason) {
    if (node.session() != Node.NO_SESSION) {
      waitingSessions.remove(node.session());
      draft.effect(new EndSession(node.session(), reason));
    }
  }

  private void publishBrokers() {
    Brokers now = new Brokers(settings.nodeId(), roster.images());
    MetadataImage image = draft.image();
    if (image.controllerId() != now.controllerId()
        || !List.copyOf(image.brokers().values()).equals(now.live())) {
      draft.change(now);
    }
  }

  // ---- partitions

  /** Takes account of all that became of nodes since the last time. */
  private void decidePartitions() {
    LeaderElection election = election();
    List<MetadataRecord> changes = new ArrayList<>();
    Losses losses = new Losses();
    for (TopicImage topic : draft.image().topics()) {
      for (PartitionImage partition : topic.partitions()) {
        PartitionImage decided =
            uncleanElection.decideWhereAllowed(
                topic, OfflineReplicas.decide(topic, partition, election, roster));
        if (!decided.equals(partition)) {
          changes.add(new PartitionWritten(topic.id(), decided));
          losses.look(topic.name(), partition, decided);
        }
      }
    }
    draft.change(changes);
    losses.notice(draft);
    restarted.clear();
    wiped.clear();
  }

  private LeaderElection election() {
    return new LeaderElection(
        roster::isAlive, roster::isElectable, Set.copyOf(restarted), Set.copyOf(wiped));
  }

  private void propose(InSyncProposed proposed) {
    if (isSettledFor(proposed.request())) {
      draft.effect(new AnswerInSync(proposed.request(), inSyncReview.review(proposed)));
    }
  }

  private void leave(LeaveRequested leave) {
    if (!isSettledFor(leave.request())) {
      return;
    }
    Node node = roster.get(leave.nodeId());
    if (node != null && node.session() == leave.session()) {
      node.leave();
      draft.notice(Severity.INFO, "node " + node.id() + " leaves");
      draft.change(new Departure(roster, settings.topicDefaults()).of(node.id(), draft.image()));
    }
    draft.effect(new AnswerLeave(leave.request()));
  }

  private void allocateProducerIds(ProducerIdsRequested request) {
    long first = nextProducerId;
    nextProducerId += PRODUCER_ID_BLOCK;
    draft.write(new ProducerIdsTaken(nextProducerId));
    draft.effect(
        new AnswerProducerIds(request.request(), new ProducerIdBlock(first, PRODUCER_ID_BLOCK)));
  }

  /** The node's entry, for tests. */
  @Nullable Node node(int nodeId) {
    return roster.get(nodeId);
  }
}
