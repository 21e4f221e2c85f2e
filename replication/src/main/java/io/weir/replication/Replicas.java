package io.weir.replication;

import io.weir.protocol.model.ErrorCode;
import io.weir.protocol.model.HostAndPort;
import io.weir.protocol.model.TopicIdPartition;
import io.weir.protocol.model.TopicPartition;
import io.weir.replication.compaction.LogCleaner;
import io.weir.replication.grpc.FollowerStreams;
import io.weir.replication.grpc.LeaderStreams;
import io.weir.replication.log.LogConfig;
import io.weir.replication.log.LogDirectory;
import io.weir.replication.log.LogFailure;
import io.weir.replication.log.PartitionFolder;
import io.weir.replication.log.PartitionLog;
import io.weir.replication.loop.LoopExecutor;
import io.weir.replication.loop.PartitionLoop;
import io.weir.replication.loop.TimeSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All partition replicas of this node: the one door for the rest of the broker. Thread-safe; each
 * call is handed to the loop that owns the partition, and callbacks run there.
 *
 * <p>A partition lives on one loop for good, by a stable hash of its name. Requests for a partition
 * that is not here are answered UNKNOWN_TOPIC_OR_PARTITION on the partition's loop as well. After
 * {@link #close} everything is answered NOT_LEADER_OR_FOLLOWER, on the calling thread.
 */
public final class Replicas implements AutoCloseable {
  private static final Logger logger = LoggerFactory.getLogger(Replicas.class);
  private static final int BACKGROUND_THREADS = 2;
  private static final long BACKGROUND_END_S = 30;

  private final NodeContext node;
  private final LogDirectory directory;
  private final List<LoopContext> loops = new ArrayList<>();
  private final ConcurrentMap<TopicPartition, PartitionReplica> byName = new ConcurrentHashMap<>();
  private final ConcurrentMap<TopicIdPartition, PartitionReplica> byId = new ConcurrentHashMap<>();

  /** Replicas that were removed and still have their files open. */
  private final ConcurrentMap<TopicIdPartition, CompletableFuture<Void>> leaving =
      new ConcurrentHashMap<>();

  private final LogCleaner cleaner;
  private final FollowerStreams followerStreams;
  private final ScheduledExecutorService background;
  private final LogOpening opening;
  private final AtomicLong nextStreamId = new AtomicLong(1);
  private volatile boolean closed;

  /**
   * Starts the loops; replicas come with {@link #assign}.
   *
   * @param directory open and locked; closed by {@link #close}
   */
  public Replicas(
      int nodeId,
      LogDirectory directory,
      ReplicaSettings settings,
      InSyncProposals proposals,
      LeadershipListener leadership,
      TimeSource time) {
    this.directory = directory;
    for (int i = 0; i < settings.loops(); i++) {
      loops.add(new LoopContext(new PartitionLoop("weir-partitions-" + i, time)));
    }
    this.background = newBackground();
    this.opening = new LogOpening(settings.recoveryThreads(), time);
    MessageRouter router = new MessageRouter(loops, byId);
    LeaderStreams leaderStreams =
        new LeaderStreams(
            nodeId, UUID.randomUUID(), nextStreamId, loops.getFirst().loop(), router.ofLeaders());
    this.followerStreams = new FollowerStreams(nodeId, nextStreamId, router.ofFollowers());
    this.node =
        new NodeContext(nodeId, settings, proposals, leadership, time, leaderStreams, background);
    loops.forEach(LoopContext::start);
    this.cleaner =
        new LogCleaner(
            settings.cleaner(), () -> ReplicaCompaction.candidates(loops, time), time::wallMs);
    every(settings.retentionCheckIntervalMs(), this::deleteOldSegments);
    every(settings.producerIdExpirationCheckIntervalMs(), this::expireProducers);
    every(settings.highWatermarkCheckpointIntervalMs(), this::checkpointHighWatermarks);
  }

  private static ScheduledThreadPoolExecutor newBackground() {
    AtomicInteger number = new AtomicInteger();
    ScheduledThreadPoolExecutor executor =
        new ScheduledThreadPoolExecutor(
            BACKGROUND_THREADS,
            task ->
                Thread.ofPlatform()
                    .name("weir-log-files-" + number.getAndIncrement())
                    .daemon()
                    .unstarted(task));
    executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    return executor;
  }

  private void every(long intervalMs, Runnable task) {
    var _ =
        background.scheduleWithFixedDelay(
            () -> {
              try {
                task.run();
              } catch (RuntimeException e) {
                logger.error("Periodic work failed, trying again in {} ms", intervalMs, e);
              }
            },
            intervalMs,
            intervalMs,
            TimeUnit.MILLISECONDS);
  }

  /** The streams that peers open; for the node's inter-broker server. */
  public FollowerStreams followerStreams() {
    return followerStreams;
  }

  /** Where other nodes take streams now; nodes that are not in the map cannot be followed. */
  public void peers(Map<Integer, HostAndPort> addresses) {
    node.leaderStreams().peers(Map.copyOf(addresses));
  }

  // What metadata says. These calls are made one after the other; the lock keeps them so.

  /**
   * Takes over what metadata says about partitions of this node; older states than the known ones
   * do nothing. A partition that is new here is opened in the background, and until then answers
   * NOT_LEADER_OR_FOLLOWER.
   */
  public synchronized void assign(List<PartitionAssignment> assignments) {
    if (closed) {
      return;
    }
    for (PartitionAssignment assignment : assignments) {
      PartitionReplica known = byName.get(assignment.topicPartition());
      if (known != null && !known.id().equals(assignment.topicIdPartition())) {
        logger.info("{}: the topic was created again, the old one's files go", known.name());
        remove(known);
        known = null;
      }
      PartitionReplica replica = known == null ? open(assignment) : known;
      replica.context().loop().execute(() -> replica.assign(assignment));
    }
  }

  private PartitionReplica open(PartitionAssignment assignment) {
    TopicIdPartition id = assignment.topicIdPartition();
    TopicPartition name = assignment.topicPartition();
    PartitionReplica replica = new PartitionReplica(id, name, node, contextOf(name));
    byName.put(name, replica);
    byId.put(id, replica);
    opening.open(
        leaving.getOrDefault(id, CompletableFuture.completedFuture(null)),
        () -> openLog(replica, assignment.config()));
    return replica;
  }

  /** On a thread of its own kind: opening reads what an unclean stop may have damaged. */
  private void openLog(PartitionReplica replica, LogConfig config) {
    PartitionFolder folder = replica.folder();
    try {
      PartitionLog log = directory.openLog(folder, config);
      long highWatermark = directory.highWatermark(folder);
      replica.onLoop(() -> replica.onOpened(log, highWatermark), log::close);
    } catch (RuntimeException e) {
      replica.onLoop(() -> replica.onOpenFailed(e), () -> {});
    }
  }

  /** The partitions are deleted or moved away: they stop and their files go. */
  public synchronized void remove(List<TopicIdPartition> ids) {
    for (TopicIdPartition id : ids) {
      PartitionReplica replica = byId.get(id);
      if (replica != null && !closed) {
        remove(replica);
      }
    }
  }

  private void remove(PartitionReplica replica) {
    byId.remove(replica.id(), replica);
    byName.remove(replica.name(), replica);
    leaving.put(replica.id(), replica.gone());
    var _ = replica.gone().thenRun(() -> leaving.remove(replica.id(), replica.gone()));
    replica.context().loop().execute(replica::remove);
  }

  /**
   * The partitions that metadata knows for this node, after the first full snapshot: folders of any
   * other go.
   */
  public synchronized void retainOnly(Set<TopicIdPartition> ids) {
    if (closed) {
      return;
    }
    remove(byId.keySet().stream().filter(id -> !ids.contains(id)).toList());
    Set<TopicIdPartition> keep = Set.copyOf(ids);
    background.execute(() -> deleteStrays(keep));
  }

  private void deleteStrays(Set<TopicIdPartition> keep) {
    for (PartitionFolder folder : directory.partitions()) {
      TopicIdPartition id = new TopicIdPartition(folder.topicId(), folder.partition());
      if (keep.contains(id) || byId.containsKey(id) || leaving.containsKey(id)) {
        continue;
      }
      try {
        logger.info("{}: no partition of this node any more, its files go", folder.name());
        directory.deleteFolder(folder);
      } catch (LogFailure e) {
        logger.warn("{}: could not be deleted, the next start tries again", folder.name(), e);
      }
    }
  }

  /** How many logs of this node are not open yet, those that need recovery included. */
  public int remainingLogsToOpen() {
    return opening.remaining();
  }

  // Requests

  /** Appends batches where this node leads; see {@link AppendRequest}. */
  public void append(AppendRequest request) {
    run(
        request.partition(),
        role -> role.append(request),
        // The role has answered before the failure comes here.
        () -> {},
        () -> new Role.None(ErrorCode.NOT_LEADER_OR_FOLLOWER).append(request));
  }

  /** Reads batches where this node leads; see {@link ReadRequest}. */
  public Registration read(ReadRequest request) {
    Reading reading = new Reading(loopOf(request.partition()));
    run(
        request.partition(),
        role -> reading.registered(role.read(request)),
        () -> new Role.None(ErrorCode.KAFKA_STORAGE_ERROR).read(request),
        () -> new Role.None(ErrorCode.NOT_LEADER_OR_FOLLOWER).read(request));
    return reading;
  }

  /** Finds an offset by time where this node leads; see {@link ListOffsetRequest}. */
  public void listOffset(ListOffsetRequest request) {
    run(
        request.partition(),
        role -> role.listOffset(request),
        () -> new Role.None(ErrorCode.KAFKA_STORAGE_ERROR).listOffset(request),
        () -> new Role.None(ErrorCode.NOT_LEADER_OR_FOLLOWER).listOffset(request));
  }

  /** Tells where an epoch ends, where this node leads; see {@link EpochEndRequest}. */
  public void endOffsetForEpoch(EpochEndRequest request) {
    run(
        request.partition(),
        role -> role.endOffsetForEpoch(request),
        () -> new Role.None(ErrorCode.KAFKA_STORAGE_ERROR).endOffsetForEpoch(request),
        () -> new Role.None(ErrorCode.NOT_LEADER_OR_FOLLOWER).endOffsetForEpoch(request));
  }

  /** Writes the end of a transaction where this node leads; see {@link MarkerRequest}. */
  public void writeMarker(MarkerRequest request) {
    run(
        request.partition(),
        role -> role.writeMarker(request),
        // The role has answered before the failure comes here.
        () -> {},
        () -> new Role.None(ErrorCode.NOT_LEADER_OR_FOLLOWER).writeMarker(request));
  }

  /** The first step of a transactional append where this node leads; see {@link Verification}. */
  public void beginVerification(VerificationRequest request) {
    run(
        request.partition(),
        role -> role.beginVerification(request),
        () -> new Role.None(ErrorCode.KAFKA_STORAGE_ERROR).beginVerification(request),
        () -> new Role.None(ErrorCode.NOT_LEADER_OR_FOLLOWER).beginVerification(request));
  }

  /**
   * Tells which producers are known where this node leads.
   *
   * @param onResult runs exactly once, on the partition's loop, and must not block
   */
  public void describeProducers(TopicPartition partition, Consumer<ProducersResult> onResult) {
    run(
        partition,
        role -> role.describeProducers(onResult),
        () -> new Role.None(ErrorCode.KAFKA_STORAGE_ERROR).describeProducers(onResult),
        () -> new Role.None(ErrorCode.NOT_LEADER_OR_FOLLOWER).describeProducers(onResult));
  }

  private void run(
      TopicPartition partition, Consumer<Role> task, Runnable whenFailed, Runnable whenClosed) {
    try {
      loopOf(partition)
          .execute(() -> {
            PartitionReplica replica = byName.get(partition);
            if (replica == null) {
              task.accept(new Role.None(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION));
            } else if (!replica.guarded(() -> task.accept(replica.role()))) {
              whenFailed.run();
            }
          });
    } catch (RejectedExecutionException e) {
      whenClosed.run();
    }
  }

  /** The loop that owns a partition, whether there is a replica of it here or not. */
  public LoopExecutor loopOf(TopicPartition partition) {
    return contextOf(partition).loop();
  }

  private LoopContext contextOf(TopicPartition partition) {
    int hash = partition.topic().hashCode() + partition.partition();
    return loops.get(Math.floorMod(hash, loops.size()));
  }

  /**
   * What this node knows of a partition, for status and tests; asks the partition's loop.
   *
   * @param onResult runs exactly once, on the loop; null when there is no open replica here
   */
  public void describe(TopicPartition partition, Consumer<@Nullable ReplicaState> onResult) {
    try {
      loopOf(partition)
          .execute(() -> {
            PartitionReplica replica = byName.get(partition);
            onResult.accept(replica == null ? null : replica.state());
          });
    } catch (RejectedExecutionException e) {
      onResult.accept(null);
    }
  }

  // Periodic work, on background threads

  private void deleteOldSegments() {
    onEachReplica(PartitionReplica::deleteOldSegments);
  }

  private void expireProducers() {
    long expirationMs = node.settings().producerIdExpirationMs();
    onEachReplica(replica -> replica.expireProducers(expirationMs));
  }

  /** Has each loop do it for its replicas, and waits for none. */
  private void onEachReplica(Consumer<PartitionReplica> task) {
    for (LoopContext context : loops) {
      context.loop().execute(() -> context.replicas().forEach(task));
    }
  }

  /** Partitions that are not open keep what was written for them before. */
  private void checkpointHighWatermarks() {
    Map<PartitionFolder, Long> all = new ConcurrentHashMap<>();
    for (PartitionFolder folder : directory.partitions()) {
      all.put(folder, directory.highWatermark(folder));
    }
    onAllLoops(context ->
        context.replicas().forEach(open -> all.put(open.folder(), open.highWatermark())));
    directory.checkpointHighWatermarks(all);
  }

  /** Runs a task on each loop and waits for all. */
  private void onAllLoops(Consumer<LoopContext> task) {
    CountDownLatch done = new CountDownLatch(loops.size());
    for (LoopContext context : loops) {
      context
          .loop()
          .execute(() -> {
            try {
              task.accept(context);
            } finally {
              done.countDown();
            }
          });
    }
    await(done);
  }

  private static void await(CountDownLatch latch) {
    boolean interrupted = false;
    while (true) {
      try {
        latch.await();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Stops in good order: what waits is answered NOT_LEADER_OR_FOLLOWER, logs are put on disk and
   * closed, and the directory is marked as cleanly stopped unless a log failed.
   */
  @Override
  public void close() {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
    }
    cleaner.close();
    followerStreams.close();
    node.leaderStreams().close();
    AtomicBoolean allInOrder = new AtomicBoolean(true);
    try {
      checkpointHighWatermarks();
    } catch (LogFailure e) {
      logger.error("High watermarks could not be written", e);
      allInOrder.set(false);
    }
    onAllLoops(context -> {
      for (PartitionReplica replica : context.replicas()) {
        if (!replica.close()) {
          allInOrder.set(false);
        }
      }
    });
    loops.forEach(context -> context.loop().close());
    if (!awaitBackground()) {
      logger.error("Work on log files did not end in {} s", BACKGROUND_END_S);
      allInOrder.set(false);
    }
    if (allInOrder.get()) {
      directory.closeCleanly();
    } else {
      directory.close();
    }
  }

  /** A log that is still being opened is closed by the one who opens it. */
  private boolean awaitBackground() {
    opening.shutdown();
    try {
      boolean allOpened = opening.await(TimeUnit.SECONDS.toMillis(BACKGROUND_END_S));
      background.shutdown();
      return background.awaitTermination(BACKGROUND_END_S, TimeUnit.SECONDS) && allOpened;
    } catch (InterruptedException e) {
      background.shutdown();
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
