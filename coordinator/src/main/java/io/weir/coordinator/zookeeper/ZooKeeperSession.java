package io.weir.coordinator.zookeeper;

import io.weir.coordinator.CoordinationException;
import io.weir.coordinator.CoordinationSettings;
import io.weir.coordinator.NodeRegistration;
import io.weir.coordinator.ZooKeeperUnavailableException;
import io.weir.coordinator.controller.Candidate;
import io.weir.coordinator.controller.ControllerAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.recipes.cache.CuratorCache;
import org.apache.curator.framework.recipes.cache.CuratorCacheListener;
import org.apache.curator.framework.state.ConnectionState;
import org.apache.curator.framework.state.SessionConnectionStateErrorPolicy;
import org.apache.curator.retry.RetryNTimes;
import org.apache.zookeeper.KeeperException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A node's line to ZooKeeper. Only the end of the session counts as a loss: while the connection is
 * merely suspended nobody is deposed. Thread-safe.
 */
public final class ZooKeeperSession implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ZooKeeperSession.class);
  private static final int RETRIES = 3;
  private static final int RETRY_PAUSE_MS = 100;

  /** How long the client looks for one server before it tries the next. */
  private static final int SERVER_TIMEOUT_MS = 3_000;

  private final CuratorFramework client;
  private final Paths paths;
  private final String clusterId;

  private ZooKeeperSession(CuratorFramework client, Paths paths, String clusterId) {
    this.client = client;
    this.paths = paths;
    this.clusterId = clusterId;
  }

  /**
   * Connects, makes what every cluster has, and reads the cluster's id. Blocks.
   *
   * @throws ZooKeeperUnavailableException when no server answers in time
   */
  public static ZooKeeperSession open(CoordinationSettings settings) {
    Paths paths = Paths.of(settings.zooKeeperConnect());
    CuratorFramework client =
        CuratorFrameworkFactory.builder()
            .connectString(paths.hosts())
            .sessionTimeoutMs(settings.sessionTimeoutMs())
            .connectionTimeoutMs(Math.min(SERVER_TIMEOUT_MS, settings.sessionTimeoutMs()))
            .retryPolicy(new RetryNTimes(RETRIES, RETRY_PAUSE_MS))
            .connectionStateErrorPolicy(new SessionConnectionStateErrorPolicy())
            .build();
    client.start();
    boolean opened = false;
    try {
      if (!client.blockUntilConnected(settings.connectTimeoutMs(), TimeUnit.MILLISECONDS)) {
        throw unavailable(settings);
      }
      ZooKeeperSession session =
          new ZooKeeperSession(client, paths, new FirstSteps(client, paths).clusterId());
      opened = true;
      return session;
    } catch (KeeperException.ConnectionLossException | KeeperException.SessionExpiredException e) {
      throw unavailable(settings);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CoordinationException("interrupted while connecting to ZooKeeper", e);
    } catch (CoordinationException e) {
      throw e;
    } catch (Exception e) {
      throw new CoordinationException(
          "ZooKeeper at " + settings.zooKeeperConnect() + " refuses what a start needs: " + e, e);
    } finally {
      if (!opened) {
        client.close();
      }
    }
  }

  private static ZooKeeperUnavailableException unavailable(CoordinationSettings settings) {
    return new ZooKeeperUnavailableException(
        "ZooKeeper at "
            + settings.zooKeeperConnect()
            + " did not answer within "
            + settings.connectTimeoutMs()
            + " ms: start it, or correct zookeeper.connect");
  }

  public String clusterId() {
    return clusterId;
  }

  /** For tests, which end sessions by force. */
  CuratorFramework client() {
    return client;
  }

  public NodeRegistry registry(NodeRegistration node) {
    return new NodeRegistry(client, paths, node);
  }

  public ControllerElection election(Candidate candidate, ControllerElection.Listener listener) {
    return new ControllerElection(client, paths, candidate, listener);
  }

  /** Removes the registration that a dead process left, unless a later one has replaced it. */
  public void removeRegistration(int nodeId, UUID incarnation) {
    NodeRegistry.remove(client, paths, nodeId, incarnation);
  }

  /**
   * Says who is controller, now and whenever that changes. Called on threads of ZooKeeper's client.
   */
  public AutoCloseable watchController(Consumer<ControllerAddress> listener) {
    CuratorCache cache =
        CuratorCache.build(client, paths.controllerEpoch(), CuratorCache.Options.SINGLE_NODE_CACHE);
    cache
        .listenable()
        .addListener(
            CuratorCacheListener.builder()
                .forCreatesAndChanges((_, now) -> tell(now.getData(), listener))
                .build());
    cache.start();
    return cache;
  }

  private static void tell(byte[] data, Consumer<ControllerAddress> listener) {
    try {
      ControllerAddress address = ControllerCodec.read(data);
      if (address != null) {
        listener.accept(address);
      }
    } catch (StoredDataException e) {
      log.error(e.getMessage());
    }
  }

  /** Calls back when the session is lost (true) and when there is a connection again (false). */
  public void onSessionLoss(Consumer<Boolean> listener) {
    client
        .getConnectionStateListenable()
        .addListener((_, state) -> {
          log.info("connection to ZooKeeper: {}", state);
          if (state == ConnectionState.LOST) {
            listener.accept(true);
          } else if (state == ConnectionState.RECONNECTED) {
            listener.accept(false);
          }
        });
  }

  /** Ends the session, and with it the registration and the candidacy. */
  @Override
  public void close() {
    client.close();
  }

  /** Whoever comes first makes what the others find. */
  private record FirstSteps(CuratorFramework client, Paths paths) {
    String clusterId() throws Exception {
      for (String folder : paths.folders()) {
        createIfAbsent(folder, new byte[0]);
      }
      createIfAbsent(paths.controllerEpoch(), ControllerCodec.writeNone());
      createIfAbsent(paths.controllerProgress(), new byte[0]);
      createIfAbsent(paths.clusterId(), newClusterId().getBytes(StandardCharsets.US_ASCII));
      return new String(client.getData().forPath(paths.clusterId()), StandardCharsets.US_ASCII);
    }

    private void createIfAbsent(String path, byte[] data) throws Exception {
      if (client.checkExists().forPath(path) != null) {
        return;
      }
      try {
        client.create().creatingParentsIfNeeded().forPath(path, data);
      } catch (KeeperException.NodeExistsException _) {
        // Another node starts at the same time.
      }
    }

    private static String newClusterId() {
      UUID id = UUID.randomUUID();
      byte[] bytes =
          ByteBuffer.allocate(16)
              .putLong(id.getMostSignificantBits())
              .putLong(id.getLeastSignificantBits())
              .array();
      return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
  }
}
