package io.weir.coordinator.zookeeper;

import io.weir.coordinator.controller.Candidate;
import io.weir.coordinator.controller.ControlStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.recipes.leader.LeaderLatch;
import org.apache.curator.framework.recipes.leader.LeaderLatchListener;
import org.apache.zookeeper.KeeperException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This node's candidacy. Being elected is only a hint: what counts is the fence that the winner
 * sets, see {@link FencedStore}.
 *
 * <pre>
 * outside ──join──▶ waiting ──elected──▶ elected ──session lost──▶ waiting
 *    ▲                                      └──standDown──▶ outside, and waiting again soon
 *    └──close── any
 * </pre>
 *
 * Thread-safe: all state is confined to one thread of its own, which also calls the listener.
 */
public final class ControllerElection implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ControllerElection.class);

  /** So that a controller that gave up does not win again before the others had their turn. */
  private static final long REJOIN_AFTER_MS = 300;

  /** Called on the election's own thread; must not block. */
  public interface Listener {
    /** A term may begin; the store is for that term only. */
    void elected(ControlStore store);

    void deposed();
  }

  private final CuratorFramework client;
  private final Paths paths;
  private final Candidate candidate;
  private final Listener listener;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("weir-election").daemon().factory());
  private @Nullable LeaderLatch latch;
  private boolean closed;

  ControllerElection(CuratorFramework client, Paths paths, Candidate candidate, Listener listener) {
    this.client = client;
    this.paths = paths;
    this.candidate = candidate;
    this.listener = listener;
  }

  public void join() {
    execute(this::joinNow);
  }

  /** Gives the office up, or the candidacy, and stands again after the others had a chance. */
  public void standDown() {
    thread.execute(() -> {
      withdraw();
      if (!closed) {
        var _ = thread.schedule(this::joinNow, REJOIN_AFTER_MS, TimeUnit.MILLISECONDS);
      }
    });
  }

  /** Withdraws at once, so that another node is elected without waiting for a time-out. */
  @Override
  public void close() {
    execute(() -> {
      closed = true;
      withdraw();
    });
    thread.close();
  }

  private void execute(Runnable task) {
    try {
      thread.execute(task);
    } catch (RejectedExecutionException _) {
      log.debug("the election is closed");
    }
  }

  private void joinNow() {
    if (closed || latch != null) {
      return;
    }
    LeaderLatch joined =
        new LeaderLatch(client, paths.controller(), ControllerCodec.write(candidate));
    joined.addListener(
        new LeaderLatchListener() {
          @Override
          public void isLeader() {
            elected(joined);
          }

          @Override
          public void notLeader() {
            if (joined.equals(latch)) {
              listener.deposed();
            }
          }
        },
        this::execute);
    latch = joined;
    try {
      joined.start();
    } catch (Exception e) {
      throw new IllegalStateException("a new election latch must start", e);
    }
  }

  private void elected(LeaderLatch winner) {
    String node = winner.getOurPath();
    if (winner.equals(latch) && node != null) {
      listener.elected(new FencedStore(client, paths, candidate, node));
    }
  }

  private void withdraw() {
    LeaderLatch leaving = latch;
    latch = null;
    if (leaving != null) {
      try {
        leaving.close(LeaderLatch.CloseMode.SILENT);
      } catch (IOException | RuntimeException e) {
        log.warn("could not withdraw from the election: {}", e.toString());
      }
    }
  }

  /**
   * Removes what a dead process left in the election. Blocks; gives up quietly when ZooKeeper is
   * away, for then its session decides.
   */
  public void removeDead(UUID incarnation) {
    try {
      for (String child : client.getChildren().forPath(paths.controller())) {
        removeIfOf(incarnation, paths.controller() + "/" + child);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Exception e) {
      log.info("could not remove a dead controller from the election: {}", e.toString());
    }
  }

  private void removeIfOf(UUID incarnation, String path) throws Exception {
    try {
      byte[] data = client.getData().forPath(path);
      if (incarnation.equals(
          ControllerCodec.readIncarnation(new String(data, StandardCharsets.UTF_8)))) {
        client.delete().forPath(path);
        log.info("removed the dead controller {} from the election", incarnation);
      }
    } catch (KeeperException.NoNodeException _) {
      // Somebody else was faster, or the session ended.
    }
  }
}
