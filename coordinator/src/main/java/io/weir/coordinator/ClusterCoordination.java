package io.weir.coordinator;

import io.weir.coordinator.controller.Candidate;
import io.weir.coordinator.controller.ControlStore;
import io.weir.coordinator.controller.ControllerAddress;
import io.weir.coordinator.controller.ControllerOffice;
import io.weir.coordinator.controller.ControllerTerm;
import io.weir.coordinator.controller.PortProbe;
import io.weir.coordinator.controller.core.ControllerSettings;
import io.weir.coordinator.grpc.ControlService;
import io.weir.coordinator.grpc.ControlServices;
import io.weir.coordinator.grpc.ControllerCalls;
import io.weir.coordinator.grpc.ControllerLink;
import io.weir.coordinator.grpc.TcpPortProbe;
import io.weir.coordinator.metadata.MetadataFeed;
import io.weir.coordinator.metadata.MetadataImage;
import io.weir.coordinator.metadata.MetadataListener;
import io.weir.coordinator.zookeeper.ControllerElection;
import io.weir.coordinator.zookeeper.NodeRegistry;
import io.weir.coordinator.zookeeper.ZooKeeperSession;
import io.weir.protocol.message.ApiRequest;
import io.weir.protocol.message.ApiResponse;
import io.weir.protocol.model.ErrorCode;
import io.weir.protocol.model.TopicIdPartition;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@link Coordination} over ZooKeeper and gRPC: the wiring. Thread-safe: a node's parts come to be
 * in {@link #start}, once; registrations after that are made one at a time on a thread of their
 * own.
 */
final class ClusterCoordination implements Coordination {
  private static final Logger log = LoggerFactory.getLogger(ClusterCoordination.class);
  private static final long LEAVE_TIMEOUT_MS = 5_000;
  private static final long REGISTER_PAUSE_MS = 500;

  /** What there is once the node is started. */
  private record Node(
      NodeRegistration registration,
      NodeRegistry registry,
      ControllerOffice office,
      ControllerElection election,
      ControllerLink link,
      List<AutoCloseable> watches) {}

  private final CoordinationSettings settings;
  private final TopicConfigs topicConfigs;
  private final ZooKeeperSession zooKeeper;
  private final MetadataFeed feed;
  private final ControlService service;
  private final PortProbe probe = new TcpPortProbe();
  private final LongAdder uncleanElections = new LongAdder();
  private final ExecutorService registering =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().name("weir-registration").daemon().factory());
  private volatile @Nullable Node node;
  private volatile @Nullable ControllerCalls calls;
  private volatile boolean closed;

  private ClusterCoordination(
      CoordinationSettings settings, TopicConfigs topicConfigs, ZooKeeperSession zooKeeper) {
    this.settings = settings;
    this.topicConfigs = topicConfigs;
    this.zooKeeper = zooKeeper;
    this.feed = new MetadataFeed(zooKeeper.clusterId());
    this.service = new ControlService(this::seat);
  }

  static ClusterCoordination connect(CoordinationSettings settings, TopicConfigs topicConfigs) {
    return new ClusterCoordination(settings, topicConfigs, ZooKeeperSession.open(settings));
  }

  @Override
  public String clusterId() {
    return zooKeeper.clusterId();
  }

  @Override
  public long uncleanElections() {
    return uncleanElections.sum();
  }

  @Override
  public ControlServices services() {
    return service.services();
  }

  @Override
  public synchronized void start(NodeRegistration registration) {
    if (node != null || closed) {
      throw new IllegalStateException("a node starts once");
    }
    NodeRegistry registry = zooKeeper.registry(registration);
    long brokerEpoch = registry.register();
    Parts parts = new Parts();
    ControllerOffice office =
        new ControllerOffice(
            new ControllerTerm.Surroundings(
                new ControllerSettings(
                    registration.nodeId(),
                    settings.leaseMs(),
                    settings.rebalanceLeaders(),
                    settings.rebalanceIntervalMs(),
                    settings.topicDefaults()),
                topicConfigs,
                probe,
                zooKeeper::removeRegistration,
                uncleanElections),
            parts::standDown);
    ControllerElection election =
        zooKeeper.election(
            new Candidate(
                registration.nodeId(), registration.incarnation(), registration.internal()),
            new ControllerElection.Listener() {
              @Override
              public void elected(ControlStore store) {
                office.enter(store);
              }

              @Override
              public void deposed() {
                office.leave();
              }
            });
    parts.election = election;
    ControllerLink link =
        new ControllerLink(
            registration,
            brokerEpoch,
            new ControllerLink.Surroundings(settings.leaseMs(), feed, probe, election::removeDead));
    List<AutoCloseable> watches =
        List.of(
            zooKeeper.watchController(address -> controllerIs(address, office, election, link)),
            registry.watch(this::registerAgain));
    node = new Node(registration, registry, office, election, link, watches);
    calls = new ControllerCalls(registration.nodeId(), office::term, () -> Optional.of(link));
    zooKeeper.onSessionLoss(lost -> {
      if (lost) {
        office.leave();
      } else {
        registerAgain();
      }
    });
    election.join();
    log.info("node {} is registered in cluster {}", registration.nodeId(), clusterId());
  }

  /** The office and the election know each other; this is the knot. */
  private static final class Parts {
    private volatile @Nullable ControllerElection election;

    void standDown() {
      ControllerElection candidacy = election;
      if (candidacy != null) {
        candidacy.standDown();
      }
    }
  }

  private Optional<ControlService.Seat> seat() {
    Node started = node;
    return started == null
        ? Optional.empty()
        : started
            .office()
            .term()
            .map(term -> new ControlService.Seat(started.registration().incarnation(), term));
  }

  private static void controllerIs(
      ControllerAddress address,
      ControllerOffice office,
      ControllerElection election,
      ControllerLink link) {
    Optional<ControllerTerm> term = office.term();
    if (term.isPresent() && term.get().epoch() > 0 && term.get().epoch() < address.epoch()) {
      log.info("node {} has become controller", address.nodeId());
      office.leave();
      election.standDown();
    }
    link.controller(address);
  }

  private void registerAgain() {
    if (!closed) {
      registering.execute(this::registerUntilDone);
    }
  }

  private void registerUntilDone() {
    Node started = node;
    while (started != null && !closed) {
      try {
        started.link().registered(started.registry().registerAgain());
        return;
      } catch (NodeIdInUseException e) {
        log.error(e.getMessage());
        return;
      } catch (CoordinationException e) {
        log.warn("cannot register yet: {}", e.getMessage());
      }
      try {
        Thread.sleep(REGISTER_PAUSE_MS);
      } catch (InterruptedException _) {
        return;
      }
    }
  }

  @Override
  public MetadataImage image() {
    return feed.image();
  }

  @Override
  public void listen(MetadataListener listener) {
    feed.listen(listener);
  }

  @Override
  public CompletableFuture<ApiResponse> admin(ApiRequest request, int version, long timeoutMs) {
    ControllerCalls to = calls;
    return to == null
        ? CompletableFuture.completedFuture(
            request.errorResponse(ErrorCode.NOT_CONTROLLER, "the node is starting"))
        : to.admin(request, version, timeoutMs);
  }

  @Override
  public CompletableFuture<InSyncOutcome> proposeInSync(
      UUID topicId, int partition, int leaderEpoch, int partitionEpoch, List<Integer> inSync) {
    Node started = node;
    return started == null
        ? CompletableFuture.completedFuture(new InSyncOutcome.Refused(ErrorCode.NOT_CONTROLLER))
        : started.link().proposeInSync(topicId, partition, leaderEpoch, partitionEpoch, inSync);
  }

  @Override
  public void replicaFailed(TopicIdPartition replica) {
    Node started = node;
    if (started != null) {
      started.link().replicaFailed(replica);
    }
  }

  @Override
  public void replicaRecovered(TopicIdPartition replica) {
    Node started = node;
    if (started != null) {
      started.link().replicaRecovered(replica);
    }
  }

  @Override
  public CompletableFuture<ProducerIdBlock> allocateProducerIds() {
    ControllerCalls to = calls;
    return to == null
        ? CompletableFuture.failedFuture(new CoordinationException("the node is starting"))
        : to.allocateProducerIds();
  }

  @Override
  public CompletableFuture<Void> leave() {
    Node started = node;
    if (started == null) {
      return CompletableFuture.completedFuture(null);
    }
    return started
        .link()
        .leave()
        .orTimeout(LEAVE_TIMEOUT_MS, TimeUnit.MILLISECONDS)
        .exceptionally(_ -> {
          log.warn("no controller took over this node's leaderships in time");
          return null;
        });
  }

  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    registering.shutdownNow();
    Node started = node;
    if (started != null) {
      close(started);
    }
    zooKeeper.close();
    feed.close();
  }

  private static void close(Node started) {
    started.link().close();
    for (AutoCloseable watch : started.watches()) {
      closeQuietly(watch);
    }
    started.registry().unregister();
    closeQuietly(started.office()::close);
    started.election().close();
  }

  private static void closeQuietly(AutoCloseable part) {
    try {
      part.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Exception e) {
      log.warn("while the node stopped: {}", e.toString());
    }
  }
}
