package io.weir.coordinator.zookeeper;

import io.weir.coordinator.CoordinationException;
import io.weir.coordinator.NodeIdInUseException;
import io.weir.coordinator.NodeRegistration;
import io.weir.coordinator.ZooKeeperUnavailableException;
import java.util.UUID;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.recipes.cache.CuratorCache;
import org.apache.curator.framework.recipes.cache.CuratorCacheListener;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.data.Stat;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A node's own registration: an ephemeral znode. What an earlier process of the same disk left is
 * replaced at once; what belongs to another disk is left alone. Thread-safe, as it has no state.
 */
public final class NodeRegistry {
  private static final Logger log = LoggerFactory.getLogger(NodeRegistry.class);
  private static final int TRIES = 20;

  private final CuratorFramework client;
  private final String path;
  private final NodeRegistration node;

  NodeRegistry(CuratorFramework client, Paths paths, NodeRegistration node) {
    this.client = client;
    this.path = paths.broker(node.nodeId());
    this.node = node;
  }

  /**
   * Registers the node at the start of its process; what an earlier process of the same disk left
   * is replaced. Blocks.
   *
   * @return the broker epoch
   * @throws NodeIdInUseException when another disk is registered under this node id
   * @throws ZooKeeperUnavailableException when ZooKeeper is away
   */
  public long register() {
    return register(true);
  }

  /**
   * Registers the node again, after its session was lost or its registration vanished. A later
   * process of the same disk is left alone. Blocks.
   *
   * @return the broker epoch
   * @throws NodeIdInUseException when somebody else is registered under this node id by now
   * @throws ZooKeeperUnavailableException when ZooKeeper is away
   */
  public long registerAgain() {
    return register(false);
  }

  private long register(boolean replaceEarlier) {
    try {
      for (int i = 0; i < TRIES; i++) {
        Stat stat = new Stat();
        if (isCreated(stat) || isOurs(stat, replaceEarlier)) {
          return stat.getCzxid();
        }
      }
    } catch (KeeperException.ConnectionLossException
        | KeeperException.SessionExpiredException
        | KeeperException.OperationTimeoutException e) {
      throw new ZooKeeperUnavailableException(
          "ZooKeeper went away while node " + node.nodeId() + " registered: start it again", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CoordinationException("interrupted while registering", e);
    } catch (CoordinationException e) {
      throw e;
    } catch (Exception e) {
      throw new CoordinationException("ZooKeeper refuses to register the node: " + e, e);
    }
    throw takenBySameDisk();
  }

  private boolean isCreated(Stat stat) throws Exception {
    try {
      client
          .create()
          .storingStatIn(stat)
          .withMode(CreateMode.EPHEMERAL)
          .forPath(path, RegistrationCodec.write(node));
      return true;
    } catch (KeeperException.NodeExistsException _) {
      return false;
    }
  }

  /** Whether the registration is this process's and session's; what is in its way is removed. */
  private boolean isOurs(Stat stat, boolean replaceEarlier) throws Exception {
    try {
      NodeRegistration found =
          RegistrationCodec.read(node.nodeId(), client.getData().storingStatIn(stat).forPath(path));
      if (!found.storageId().equals(node.storageId())) {
        throw takenByOtherDisk(found);
      }
      boolean sameProcess = found.incarnation().equals(node.incarnation());
      long session = client.getZookeeperClient().getZooKeeper().getSessionId();
      if (sameProcess && stat.getEphemeralOwner() == session) {
        return true;
      }
      if (!sameProcess && !replaceEarlier) {
        throw takenBySameDisk();
      }
      log.info("replacing the registration that an earlier session of this node left");
      client.delete().withVersion(stat.getVersion()).forPath(path);
    } catch (KeeperException.NoNodeException | KeeperException.BadVersionException _) {
      // It went away, or was replaced, in between: look again.
    }
    return false;
  }

  private NodeIdInUseException takenByOtherDisk(NodeRegistration found) {
    return new NodeIdInUseException(
        "node id "
            + node.nodeId()
            + " is taken by a node at "
            + found.internal()
            + " with another data directory: give this node another node.id, or stop that one and"
            + " wait for its session to end");
  }

  private NodeIdInUseException takenBySameDisk() {
    return new NodeIdInUseException(
        "node id "
            + node.nodeId()
            + " is registered by another process with the same data directory: stop one of them");
  }

  /**
   * Calls back whenever the registration vanishes, whoever removed it: a peer may have held the
   * node to be dead, and an earlier process's leftovers may be removed late. On threads of
   * ZooKeeper's client.
   */
  public AutoCloseable watch(Runnable onGone) {
    CuratorCache cache = CuratorCache.build(client, path, CuratorCache.Options.SINGLE_NODE_CACHE);
    cache
        .listenable()
        .addListener(CuratorCacheListener.builder().forDeletes(_ -> onGone.run()).build());
    cache.start();
    return cache;
  }

  /** Ends the registration before the session ends, if it is still this process's. */
  public void unregister() {
    remove(client, path, node.nodeId(), node.incarnation());
  }

  static void remove(CuratorFramework client, Paths paths, int nodeId, UUID incarnation) {
    remove(client, paths.broker(nodeId), nodeId, incarnation);
  }

  private static void remove(CuratorFramework client, String path, int nodeId, UUID incarnation) {
    try {
      Stat stat = new Stat();
      byte[] data = client.getData().storingStatIn(stat).forPath(path);
      if (RegistrationCodec.read(nodeId, data).incarnation().equals(incarnation)) {
        client.delete().withVersion(stat.getVersion()).forPath(path);
        log.info("removed the registration of node {}", nodeId);
      }
    } catch (KeeperException.NoNodeException | KeeperException.BadVersionException _) {
      // It is gone, or somebody else's.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Exception e) {
      log.info("could not remove the registration of node {}: {}", nodeId, e.toString());
    }
  }
}
