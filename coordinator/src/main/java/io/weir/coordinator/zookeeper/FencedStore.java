package io.weir.coordinator.zookeeper;

import io.weir.coordinator.controller.Candidate;
import io.weir.coordinator.controller.ControlStore;
import io.weir.coordinator.controller.ControllerAddress;
import io.weir.coordinator.controller.DeposedException;
import io.weir.coordinator.controller.core.ControlRecord;
import io.weir.coordinator.controller.core.StoredState;
import io.weir.coordinator.zookeeper.WritePlan.Write;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.curator.framework.CuratorFramework;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.OpResult;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.Stat;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One term's store in ZooKeeper. The term begins by setting {@code controller-epoch}, provided that
 * this candidate's election node is there; the version that this gives the znode is the fence.
 * Every write is a {@code multi()} that begins with two ops:
 *
 * <ol>
 *   <li>check the fence: it fails when a later controller has begun, and this one is deposed;
 *   <li>set {@code controller-progress}, expecting the version that the write before gave it: it
 *       fails when this very write was done already, by a try whose answer was lost.
 * </ol>
 *
 * So whatever becomes of the connection, a write is done exactly once or the term is over.
 *
 * <p>Confined to the controller's thread, except for {@link #end()}.
 */
final class FencedStore implements ControlStore {
  private static final Logger log = LoggerFactory.getLogger(FencedStore.class);
  private static final long RETRY_PAUSE_MS = 50;
  private static final int FENCE = 0;
  private static final int PROGRESS = 1;

  private final CuratorFramework client;
  private final Paths paths;
  private final Candidate candidate;
  private final String electionNode;
  private volatile boolean ended;

  private int epoch;
  private int fence;
  private int progressVersion;
  private long sequence;
  private @Nullable WritePlan plan;

  FencedStore(CuratorFramework client, Paths paths, Candidate candidate, String electionNode) {
    this.client = client;
    this.paths = paths;
    this.candidate = candidate;
    this.electionNode = electionNode;
  }

  @Override
  public void end() {
    ended = true;
  }

  @Override
  public StoredState takeOver() throws DeposedException {
    claim();
    return persistently(zooKeeper -> {
      Stat progress = new Stat();
      zooKeeper.getData(paths.controllerProgress(), false, progress);
      progressVersion = progress.getVersion();
      Takeover takeover = Takeover.read(zooKeeper, paths, epoch);
      plan = takeover.plan();
      return takeover.state();
    });
  }

  private void claim() throws DeposedException {
    persistently(zooKeeper -> {
      Stat stat = new Stat();
      byte[] data = zooKeeper.getData(paths.controllerEpoch(), false, stat);
      ControllerAddress current = ControllerCodec.read(data);
      if (current != null && epoch == current.epoch() && isOurs(current)) {
        fence = stat.getVersion();
        return epoch;
      }
      epoch = ControllerCodec.readEpoch(data) + 1;
      fence = claim(zooKeeper, epoch, stat.getVersion());
      return epoch;
    });
    log.info("node {} is controller, epoch {}", candidate.nodeId(), epoch);
  }

  private boolean isOurs(ControllerAddress address) {
    return address.incarnation().equals(candidate.incarnation());
  }

  private int claim(ZooKeeper zooKeeper, int newEpoch, int expectedVersion)
      throws KeeperException, InterruptedException, DeposedException {
    ControllerAddress address =
        new ControllerAddress(
            newEpoch, candidate.nodeId(), candidate.incarnation(), candidate.endpoint());
    try {
      List<OpResult> results =
          zooKeeper.multi(
              List.of(
                  Op.check(electionNode, -1),
                  Op.setData(
                      paths.controllerEpoch(), ControllerCodec.write(address), expectedVersion)));
      return ((OpResult.SetDataResult) results.get(1)).getStat().getVersion();
    } catch (KeeperException.NoNodeException | KeeperException.BadVersionException e) {
      throw new DeposedException("another node was elected meanwhile", e);
    }
  }

  @Override
  public void write(List<ControlRecord> records) throws DeposedException {
    if (plan == null) {
      throw new IllegalStateException("a write before the term began");
    }
    for (List<Write> group : plan.plan(records)) {
      write(sequence + 1, ops(group));
    }
  }

  private void write(long number, List<Op> changes) throws DeposedException {
    byte[] progress = (epoch + " " + number).getBytes(StandardCharsets.US_ASCII);
    List<Op> ops = new ArrayList<>(changes.size() + 2);
    ops.add(FENCE, Op.check(paths.controllerEpoch(), fence));
    ops.add(PROGRESS, Op.setData(paths.controllerProgress(), progress, progressVersion));
    ops.addAll(changes);
    persistently(zooKeeper -> {
      try {
        return zooKeeper.multi(ops);
      } catch (KeeperException e) {
        if (failed(e, FENCE, Code.BADVERSION)) {
          throw new DeposedException("a later controller has begun", e);
        }
        if (failed(e, PROGRESS, Code.BADVERSION)) {
          return List.of();
        }
        throw e;
      }
    });
    sequence = number;
    progressVersion++;
  }

  private static boolean failed(KeeperException e, int op, Code code) {
    List<OpResult> results = e.getResults();
    return results != null
        && results.size() > op
        && results.get(op) instanceof OpResult.ErrorResult error
        && error.getErr() == code.intValue();
  }

  private static List<Op> ops(List<Write> writes) {
    List<Op> ops = new ArrayList<>(writes.size());
    for (Write write : writes) {
      ops.add(
          switch (write.kind()) {
            case CREATE ->
                Op.create(
                    write.path(), write.data(), ZooDefs.Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
            case SET -> Op.setData(write.path(), write.data(), -1);
            case DELETE -> Op.delete(write.path(), -1);
          });
    }
    return ops;
  }

  @FunctionalInterface
  private interface Call<T> {
    T on(ZooKeeper zooKeeper) throws KeeperException, InterruptedException, DeposedException;
  }

  /** Repeats a call while the connection is away and the term is not known to be over. */
  private <T> T persistently(Call<T> call) throws DeposedException {
    while (!ended) {
      try {
        return call.on(client.getZookeeperClient().getZooKeeper());
      } catch (DeposedException | StoredDataException e) {
        throw e;
      } catch (KeeperException.ConnectionLossException
          | KeeperException.OperationTimeoutException
          | KeeperException.SessionMovedException e) {
        log.debug("ZooKeeper is away: {}", e.getMessage());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new DeposedException("the term was ended", e);
      } catch (KeeperException.SessionExpiredException e) {
        throw new DeposedException("the session with ZooKeeper has expired", e);
      } catch (Exception e) {
        throw new DeposedException("ZooKeeper refused the controller's work: " + e, e);
      }
      pause();
    }
    throw new DeposedException("the term is over");
  }

  private static void pause() throws DeposedException {
    try {
      Thread.sleep(RETRY_PAUSE_MS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DeposedException("the term was ended", e);
    }
  }
}
