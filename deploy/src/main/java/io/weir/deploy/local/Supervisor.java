package io.weir.deploy.local;

import io.weir.cli.CommandFailure;
import io.weir.cli.StopHook;
import io.weir.coordinator.zookeeper.server.EmbeddedZooKeeper;
import io.weir.coordinator.zookeeper.server.EmbeddedZooKeeperException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Runs a local cluster: a ZooKeeper in this process and a JVM for each node. It starts them, says
 * when they are ready, says when one dies, and stops them; it never restarts one.
 *
 * <pre>
 *   starting --ready--> running --stop asked for--> stopping --> end
 *      |                   \--ZooKeeper fails--> stopping --> CommandFailure
 *      |--a node ends or something cannot be had--> stopping --> CommandFailure
 * </pre>
 *
 * <p>Confined to the thread that calls {@link #run}. What happens elsewhere (a signal, the end of a
 * process) comes in as an event; the queue holds at most one event for each node and two more.
 */
public final class Supervisor {
  private static final long PROBE_INTERVAL_MS = 50;
  private static final long SAY_WHAT_IS_MISSING_MS = 15_000;
  private static final long NODE_STOP_MS = 40_000;
  private static final long STOP_SECONDS = 60;

  private final ClusterFolder folder;
  private final ClusterPlan plan;
  private final Announcer announcer;
  private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
  private final List<NodeProcess> nodes = new ArrayList<>();

  private sealed interface Event {}

  private record NodeEnded(int id, int exitCode) implements Event {}

  private record StopAskedFor() implements Event {}

  private record ZooKeeperFailed() implements Event {}

  private Supervisor(ClusterFolder folder, ClusterPlan plan, Announcer announcer) {
    this.folder = folder;
    this.plan = plan;
    this.announcer = announcer;
  }

  /**
   * Runs a cluster until a signal asks it to stop.
   *
   * @param request what the user wants; what it leaves open is as at the last start on this folder
   * @param detached whether this process was started by another one that waits for the cluster to
   *     be ready
   * @throws CommandFailure when the cluster cannot be started; nothing runs then
   */
  public static void run(ClusterFolder folder, PlanRequest request, boolean detached) {
    if (detached) {
      OwnSession.begin();
    }
    Announcer announcer = detached ? Announcer.detached() : Announcer.foreground();
    try (FolderLock _ = FolderLock.take(folder.path(), "another 'weir up'")) {
      LibraryLog.writeTo(folder.zooKeeperLog());
      Optional<ClusterState> last = folder.readState();
      ClusterPlan plan = request.complete(last);
      Supervisor supervisor = new Supervisor(folder, plan, announcer);
      try (StopHook _ =
          new StopHook(() -> supervisor.events.add(new StopAskedFor()), STOP_SECONDS)) {
        supervisor.supervise(last);
      }
    } catch (CommandFailure e) {
      if (detached) {
        System.out.println("weir: " + e.getMessage());
      }
      throw e;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailure("interrupted", "start the cluster again");
    }
  }

  private void supervise(Optional<ClusterState> last) throws InterruptedException {
    if (last.isPresent()) {
      stopOrphans(last.get());
      warnOfMissingNodes(last.get());
    }
    checkPorts();
    try (EmbeddedZooKeeper zooKeeper = startZooKeeper()) {
      try {
        var _ = zooKeeper.failed().thenRun(() -> events.add(new ZooKeeperFailed()));
        launch(zooKeeper.connectString());
        if (awaitReady()) {
          announcer.say(FirstSteps.text(plan, folder));
          announcer.ready();
          awaitStop();
        }
      } finally {
        stopNodes();
      }
    }
  }

  /**
   * Nodes of an earlier supervisor that was killed: they have no ZooKeeper any more, and hold ports
   * and folders.
   */
  private void stopOrphans(ClusterState last) throws InterruptedException {
    Map<Integer, ProcessHandle> orphans = new TreeMap<>();
    last.nodeProcesses()
        .forEach((id, process) -> process.find().ifPresent(found -> orphans.put(id, found)));
    if (!orphans.isEmpty()) {
      announcer.warn(
          "nodes "
              + orphans.keySet()
              + " still run, though the 'weir up' that started them is gone: stopping them");
      OrphanStop.stop(orphans.values(), NODE_STOP_MS);
    }
  }

  private void warnOfMissingNodes(ClusterState last) {
    if (last.nodes() > plan.nodes()) {
      announcer.warn(
          "this cluster had "
              + last.nodes()
              + " nodes and is started with "
              + plan.nodes()
              + ": what only the others hold is not there");
    }
  }

  private void checkPorts() {
    for (int id : plan.nodeIds()) {
      try (ServerSocket probe = new ServerSocket()) {
        probe.setReuseAddress(true);
        probe.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), plan.port(id)));
      } catch (IOException e) {
        throw new CommandFailure(
            "port " + plan.port(id) + " for node " + id + " is in use (" + e.getMessage() + ")",
            "stop what uses it, or choose other ports with --port");
      }
    }
  }

  private EmbeddedZooKeeper startZooKeeper() {
    try {
      return EmbeddedZooKeeper.start(folder.zooKeeperData(), 0);
    } catch (EmbeddedZooKeeperException e) {
      throw new CommandFailure(String.valueOf(e.getMessage()), "see " + folder.zooKeeperLog());
    }
  }

  private void launch(String zooKeeperConnect) {
    for (int id : plan.nodeIds()) {
      folder.writeConfiguration(
          id, plan.configuration(id, folder.data(id).toString(), zooKeeperConnect));
      nodes.add(
          NodeProcess.launch(
              id,
              folder,
              JavaOptions.ofNode(),
              exitCode -> events.add(new NodeEnded(id, exitCode))));
    }
    Map<Integer, ProcessIdentity> processes = new TreeMap<>();
    nodes.forEach(node -> processes.put(node.id(), node.identity()));
    folder.writeState(
        new ClusterState(
            plan.nodes(), plan.basePort(), ProcessIdentity.of(ProcessHandle.current()), processes));
  }

  /** True when the cluster is ready, false when it was asked to stop before. */
  private boolean awaitReady() throws InterruptedException {
    NodeProbe probe = new NodeProbe(plan);
    long sayNextNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(SAY_WHAT_IS_MISSING_MS);
    while (true) {
      Optional<String> missing = Readiness.missing(plan, probe.askAll());
      if (missing.isEmpty()) {
        return true;
      }
      if (System.nanoTime() - sayNextNs > 0) {
        announcer.say("still waiting: " + missing.get());
        sayNextNs += TimeUnit.MILLISECONDS.toNanos(SAY_WHAT_IS_MISSING_MS);
      }
      switch (events.poll(PROBE_INTERVAL_MS, TimeUnit.MILLISECONDS)) {
        case null -> {}
        case StopAskedFor _ -> {
          return false;
        }
        case ZooKeeperFailed _ -> throw zooKeeperFailure();
        case NodeEnded ended ->
            throw new CommandFailure(
                "node "
                    + ended.id()
                    + " did not start (exit code "
                    + ended.exitCode()
                    + "): "
                    + node(ended.id()).lastWords(),
                "its log is " + folder.log(ended.id()));
      }
    }
  }

  private void awaitStop() throws InterruptedException {
    while (true) {
      switch (events.take()) {
        case StopAskedFor _ -> {
          return;
        }
        case ZooKeeperFailed _ -> throw zooKeeperFailure();
        case NodeEnded ended ->
            announcer.warn(
                "node "
                    + ended.id()
                    + " ended with exit code "
                    + ended.exitCode()
                    + ": see "
                    + folder.log(ended.id())
                    + ", and start it again with 'weir broker --config "
                    + folder.configuration(ended.id())
                    + "'");
      }
    }
  }

  private CommandFailure zooKeeperFailure() {
    return new CommandFailure(
        "the embedded ZooKeeper cannot write its data", "see " + folder.zooKeeperLog());
  }

  private NodeProcess node(int id) {
    return nodes.get(id - 1);
  }

  /** All at once, then ZooKeeper, which they need for handing over. */
  private void stopNodes() throws InterruptedException {
    nodes.forEach(NodeProcess::askToStop);
    long endNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(NODE_STOP_MS);
    for (NodeProcess node : nodes) {
      long leftMs = TimeUnit.NANOSECONDS.toMillis(endNs - System.nanoTime());
      if (!node.waitForEnd(Math.max(0, leftMs))) {
        announcer.warn(
            "node "
                + node.id()
                + " did not stop in "
                + NODE_STOP_MS / 1000
                + " s and was killed: see "
                + folder.log(node.id()));
        node.kill();
      }
      folder.deletePid(node.id());
    }
  }
}
