package io.weir.broker;

import io.weir.broker.config.BrokerConfig;
import io.weir.broker.config.BrokerSettings;
import io.weir.broker.config.Listener;
import io.weir.broker.config.TopicLogConfigs;
import io.weir.broker.config.TopicSettings;
import io.weir.broker.grpc.InternalServer;
import io.weir.broker.grpc.TransactionChannels;
import io.weir.broker.handler.RequestDispatcher;
import io.weir.broker.netty.BoundAddress;
import io.weir.broker.netty.ClientServer;
import io.weir.broker.netty.HttpPage;
import io.weir.broker.netty.HttpServer;
import io.weir.coordinator.Coordination;
import io.weir.coordinator.NodeRegistration;
import io.weir.coordinator.metadata.EndPoint;
import io.weir.protocol.model.HostAndPort;
import io.weir.replication.Replicas;
import io.weir.replication.log.LogDirectories;
import io.weir.replication.loop.TimeSource;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One running node. {@link #start} puts it together, from the disk up to the clients:
 *
 * <pre>
 *   clients ── ClientServer ── RequestDispatcher ── handlers ──┬── Replicas ── LogDirectory
 *                                                              ├── Coordinators ── Replicas
 *                                                              └── Coordination ── ZooKeeper
 *   nodes ──── InternalServer ──┬── Replicas (followers' streams, how far logs go)
 *                               ├── Coordinators (transactions across nodes)
 *                               └── Coordination (the controller's streams)
 *   tools ──── HttpServer ── NodeMetrics ──┬── Coordinators
 *                                          └── Replicas, here or on other nodes
 *   Coordination ── MetadataToReplicas ── Replicas, Coordinators
 * </pre>
 *
 * <p>Clients are let in once the first metadata has been applied. Started and stopped by one thread
 * each.
 */
public final class BrokerNode {
  private static final Logger LOG = LoggerFactory.getLogger(BrokerNode.class);
  private static final long FIRST_METADATA_NOTICE_S = 10;
  private static final long LEAVE_S = 20;
  private static final long LAST_ANSWERS_MS = 2_000;

  private final Coordination coordination;
  private final Replicas replicas;
  private final TransactionChannels channels;
  private final InternalServer internalServer;
  private final ClientServer clientServer;
  private final Optional<HttpServer> httpServer;
  private final List<BoundAddress> addresses;

  private BrokerNode(
      Coordination coordination,
      Replicas replicas,
      TransactionChannels channels,
      InternalServer internalServer,
      ClientServer clientServer,
      Optional<HttpServer> httpServer,
      List<BoundAddress> addresses) {
    this.coordination = coordination;
    this.replicas = replicas;
    this.channels = channels;
    this.internalServer = internalServer;
    this.clientServer = clientServer;
    this.httpServer = httpServer;
    this.addresses = addresses;
  }

  /**
   * Returns when the node is registered and serves clients.
   *
   * @throws io.weir.broker.config.OperatorError an address cannot be bound
   * @throws io.weir.coordinator.CoordinationException ZooKeeper does not answer, or the node id is
   *     taken
   * @throws io.weir.replication.log.LogDirectoryException the directory is in use, or another
   *     node's or cluster's
   */
  static BrokerNode start(BrokerConfig config, FatalErrors fatal) {
    try (Undo undo = new Undo()) {
      BrokerNode node = start(config, fatal, undo);
      undo.forget();
      return node;
    }
  }

  private static BrokerNode start(BrokerConfig config, FatalErrors fatal, Undo undo) {
    int nodeId = config.nodeId();
    List<BoundAddress> addresses = config.listeners().stream().map(BoundAddress::reserve).toList();
    TopicSettings topicSettings = new TopicSettings(config);
    TopicLogConfigs logConfigs = new TopicLogConfigs(topicSettings);

    LogDirectories directories =
        undo.later(
            LogDirectories.open(
                config.logDirectories(),
                nodeId,
                new SecureRandom(),
                Thread::startVirtualThread,
                config.get(BrokerSettings.LOG_DIR_MIN_FREE_BYTES)));
    Coordination coordination =
        undo.later(Coordination.connect(PartSettings.coordination(config), topicSettings));
    directories.bindToCluster(coordination.clusterId());

    CoordinatorLeadership leadership = new CoordinatorLeadership();
    Replicas replicas =
        undo.later(
            new Replicas(
                nodeId,
                directories,
                PartSettings.replicas(config),
                new ControllerProposals(coordination),
                leadership,
                new ReplicaReports(coordination, fatal),
                TimeSource.system()));
    TransactionChannels channels = undo.later(new TransactionChannels());
    Coordinators coordinators = Coordinators.of(config, coordination, replicas, channels);
    coordinators.listenTo(leadership);

    InternalServer internalServer =
        undo.later(
            InternalServer.start(
                config.internalListener(), coordination, replicas, coordinators.service()));
    ClientServer clientServer =
        new ClientServer(
            PartSettings.server(config),
            new RequestDispatcher(
                ClientApis.of(
                    config, topicSettings, logConfigs, coordination, replicas, coordinators)),
            failure -> fatal.halt("serving clients failed", failure));
    undo.later(() -> clientServer.close(0));

    Map<String, HttpPage> pages =
        NodePages.of(
            NodePages.metrics(
                config,
                coordination,
                replicas,
                directories,
                coordinators.groups(),
                coordinators.transactions()));
    Optional<HttpServer> httpServer =
        config
            .get(BrokerSettings.HTTP_LISTENER)
            .map(address -> undo.later(HttpServer.start(address, pages)));
    httpServer.ifPresent(server -> LOG.info("HTTP is served on {}", server.address()));

    MetadataToReplicas metadata =
        new MetadataToReplicas(nodeId, replicas, logConfigs, coordinators.groups());
    coordination.listen(metadata);
    coordination.start(registration(config, directories, addresses, internalServer.port()));
    await(metadata);
    addresses.forEach(clientServer::open);
    return new BrokerNode(
        coordination, replicas, channels, internalServer, clientServer, httpServer, addresses);
  }

  private static NodeRegistration registration(
      BrokerConfig config,
      LogDirectories directories,
      List<BoundAddress> addresses,
      int internalPort) {
    return new NodeRegistration(
        config.nodeId(),
        uuid(directories.storageId()),
        UUID.randomUUID(),
        addresses.stream().map(address -> endPoint(config, address)).toList(),
        new HostAndPort(config.internalAdvertisedHost(), internalPort),
        config.find(BrokerSettings.BROKER_RACK));
  }

  private static EndPoint endPoint(BrokerConfig config, BoundAddress bound) {
    Listener advertised = config.advertised(bound.listenerName());
    return new EndPoint(
        bound.listenerName(),
        "PLAINTEXT",
        advertised.host(),
        advertised.port() == 0 ? bound.socketAddress().getPort() : advertised.port());
  }

  /** The same 16 bytes that the directories write as 22 characters. */
  private static UUID uuid(String storageId) {
    ByteBuffer bytes = ByteBuffer.wrap(Base64.getUrlDecoder().decode(storageId));
    return new UUID(bytes.getLong(), bytes.getLong());
  }

  private static void await(MetadataToReplicas metadata) {
    while (true) {
      try {
        metadata.firstSnapshot().get(FIRST_METADATA_NOTICE_S, TimeUnit.SECONDS);
        return;
      } catch (TimeoutException e) {
        LOG.warn("still waiting for a controller and its metadata");
      } catch (InterruptedException | ExecutionException e) {
        throw new IllegalStateException("waiting for the first metadata was broken off", e);
      }
    }
  }

  /** The addresses on which clients are served. */
  public List<BoundAddress> clientAddresses() {
    return addresses;
  }

  /** Where HTTP is served, if it is. */
  Optional<InetSocketAddress> httpAddress() {
    return httpServer.map(HttpServer::address);
  }

  /**
   * Hands over what this node leads, answers what waits, and ends in good order: first the node is
   * no member any more, then its logs are closed, so that others need not wait for it while they
   * are.
   */
  public void stop() {
    leave();
    try {
      clientServer.close(LAST_ANSWERS_MS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    httpServer.ifPresent(HttpServer::close);
    channels.close();
    coordination.close();
    internalServer.close();
    replicas.close();
  }

  private void leave() {
    try {
      coordination.leave().get(LEAVE_S, TimeUnit.SECONDS);
    } catch (TimeoutException | ExecutionException e) {
      LOG.warn("leaderships were not handed over: {}", e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
