package io.weir.replication;

import io.weir.protocol.model.ErrorCode;
import io.weir.protocol.model.HostAndPort;
import io.weir.protocol.model.TopicIdPartition;
import io.weir.protocol.model.TopicPartition;
import io.weir.replication.compaction.LogCleaner;
import io.weir.replication.grpc.FollowerStreams;
import io.weir.replication.grpc.LeaderStreams;
import io.weir.replication.log.LogConfig;
import io.weir.replication.log.LogDirectories;
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
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
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
  private static final long SPACE_LOOK_INTERVAL_MS = 500;

  private final NodeContext node;
  private final LogDirectories directories;
  private final DirectoryHealth health;
  private final List<LoopContext> loops = new ArrayList<>();
  private final ConcurrentMap<TopicPartition, PartitionReplica> byName = new ConcurrentHashMap<>();
  private final ConcurrentMap<TopicIdPartition, PartitionReplica> byId = new ConcurrentHashMap<>();

  /** Replicas that were removed and still have their files open. */
  private final ConcurrentMap<TopicIdPartition, CompletableFuture<Void>> leaving =
      new ConcurrentHashMap<>();

  /** Replicas that were not opened because their data may be in a directory that is not here. */
  private final Set<TopicIdPartition> lost = ConcurrentHashMap.newKeySet();

  private final LogCleaner cleaner;
  private final FollowerStreams followerStreams;
  private final ScheduledExecutorService background;
  private final LogOpening opening;
  private final AtomicLong nextStreamId = new AtomicLong(1);
  private volatile boolean closed;

  /** Whether it is known which partitions are this node's. */
  private volatile boolean snapshotSeen;

  /**
   * Starts the loops; replicas come with {@link #assign}.
   *
   * @param directories open and locked; closed by {@link #close}
   */
  public Replicas(
      int nodeId,
      LogDirectories directories,
      ReplicaSettings settings,
      InSyncProposals proposals,
      LeadershipListener leadership,
      ReplicaHealth reports,
      TimeSource time) {
    this.directories = directories;
    for (int i = 0; i < settings.loops(); i++) {
      loops.add(new LoopContext(new PartitionLoop("weir-partitions-" + i, time)));
    }
    this.background = newBackground();
    this.health = new DirectoryHealth(directories, reports, background, byName.values());
    this.opening = new LogOpening(settings.recoveryThreads() * directories.all().size(), time);
    MessageRouter router = new MessageRouter(loops, byId);
    LeaderStreams leaderStreams =
        new LeaderStreams(
            nodeId, UUID.randomUUID(), nextStreamId, loops.getFirst().loop(), router.ofLeaders());
    this.followerStreams = new FollowerStreams(nodeId, nextStreamId, router.ofFollowers());
    this.node =
        new NodeContext(
            nodeId,
            settings,
            proposals,
            leadership,
            time,
            leaderStreams,
            directories,
            health,
            background);
    loops.forEach(LoopContext::start);
    this.cleaner =
        new LogCleaner(
            settings.cleaner(), () -> ReplicaCompaction.candidates(loops, time), time::wallMs);
    every(settings.retentionCheckIntervalMs(), this::deleteOldSegments);
    every(settings.producerIdExpirationCheckIntervalMs(), this::expireProducers);
    every(settings.highWatermarkCheckpointIntervalMs(), this::checkpointHighWatermarks);
    every(SPACE_LOOK_INTERVAL_MS, health::look);
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
      if (known != null && mayBeginAnew(known, assignment)) {
        logger.info("{}: nobody counts on what was here any more, it begins anew", known.name());
        remove(known);
        known = null;
      }
      PartitionReplica replica = known == null ? open(assignment) : known;
      replica.context().loop().execute(() -> replica.assign(assignment));
    }
  }

  /** Whether a replica's data may be lost, and metadata says by now that others have it. */
  private boolean mayBeginAnew(PartitionReplica known, PartitionAssignment assignment) {
    return lost.contains(known.id()) && !mayHoldData(assignment);
  }

  /**
   * Whether the cluster counts on what this replica holds: it is in sync, and not of a partition
   * that nobody has written to under another state than its first.
   */
  private boolean mayHoldData(PartitionAssignment assignment) {
    boolean asCreated = assignment.leaderEpoch() == 0 && assignment.partitionEpoch() == 0;
    return !asCreated && assignment.inSyncReplicas().contains(node.nodeId());
  }

  private PartitionReplica open(PartitionAssignment assignment) {
    TopicIdPartition id = assignment.topicIdPartition();
    TopicPartition name = assignment.topicPartition();
    PartitionReplica replica = new PartitionReplica(id, name, node, contextOf(name));
    byName.put(name, replica);
    byId.put(id, replica);
    opening.open(
        leaving.getOrDefault(id, CompletableFuture.completedFuture(null)),
        () -> openLog(replica, assignment));
    return replica;
  }

  /** On a thread of its own kind: opening reads what an unclean stop may have damaged. */
  private void openLog(PartitionReplica replica, PartitionAssignment assignment) {
    PartitionFolder folder = replica.folder();
    switch (directories.place(folder, mayHoldData(assignment))) {
      case LogDirectories.Place.Found(LogDirectory directory) ->
          openLog(replica, folder, directory, assignment.config());
      case LogDirectories.Place.Lost(String why) -> {
        lost.add(replica.id());
        replica.onLoop(() -> replica.onOpenFailed(new LogFailure(why)), () -> {});
      }
    }
  }

  private static void openLog(
      PartitionReplica replica, PartitionFolder folder, LogDirectory directory, LogConfig config) {
    try {
      PartitionLog log = directory.openLog(folder, config);
      long highWatermark = directory.highWatermark(folder);
      replica.onLoop(() -> replica.onOpened(log, directory, highWatermark), log::close);
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
    lost.remove(replica.id());
    var _ =
        replica
            .gone()
            .thenRun(() -> {
              directories.forget(replica.folder());
              leaving.remove(replica.id(), replica.gone());
            });
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
    snapshotSeen = true;
    remove(byId.keySet().stream().filter(id -> !ids.contains(id)).toList());
    Set<TopicIdPartition> keep = Set.copyOf(ids);
    background.execute(() -> deleteStrays(keep));
  }

  private void deleteStrays(Set<TopicIdPartition> keep) {
    directories.all().stream()
        .filter(LogDirectory::isOnline)
        .forEach(directory -> deleteStrays(directory, keep));
  }

  private void deleteStrays(LogDirectory directory, Set<TopicIdPartition> keep) {
    for (PartitionFolder folder : directory.partitions()) {
      TopicIdPartition id = new TopicIdPartition(folder.topicId(), folder.partition());
      if (keep.contains(id) || byId.containsKey(id) || leaving.containsKey(id)) {
        continue;
      }
      try {
        logger.info("{}: no partition of this node any more, its files go", folder.name());
        directory.deleteFolder(folder);
        directories.forget(folder);
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

  /** Gives up the oldest records where this node leads; see {@link DeletionRequest}. */
  public void deleteRecords(DeletionRequest request) {
    run(
        request.partition(),
        role -> role.deleteRecords(request),
        // The role has answered before the failure comes here.
        () -> {},
        () -> new Role.None(ErrorCode.NOT_LEADER_OR_FOLLOWER).deleteRecords(request));
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
    Map<LogDirectory, Map<PartitionFolder, Long>> all = new ConcurrentHashMap<>();
    for (LogDirectory directory : directories.all()) {
      if (directory.isOnline()) {
        Map<PartitionFolder, Long> before = new ConcurrentHashMap<>();
        directory
            .partitions()
            .forEach(folder -> before.put(folder, directory.highWatermark(folder)));
        all.put(directory, before);
      }
    }
    onAllLoops(context ->
        context
            .replicas()
            .forEach(open -> {
              LogDirectory directory = open.directory();
              Map<PartitionFolder, Long> ofDirectory =
                  directory == null ? null : all.get(directory);
              if (ofDirectory != null) {
                ofDirectory.put(open.folder(), open.highWatermark());
              }
            }));
    for (var ofDirectory : all.entrySet()) {
      try {
        ofDirectory.getKey().checkpointHighWatermarks(ofDirectory.getValue());
      } catch (LogFailure e) {
        logger.error("High watermarks could not be written", e);
        health.suspect(ofDirectory.getKey());
      }
    }
  }

  /** What lies in which log directory, for status: asks all loops. Blocks, so not on a loop. */
  public List<DirectoryContent> describeDirectories() {
    ConcurrentMap<LogDirectory, Queue<DirectoryContent.Replica>> content =
        new ConcurrentHashMap<>();
    directories.all().forEach(directory -> content.put(directory, new ConcurrentLinkedQueue<>()));
    onAllLoops(context ->
        context
            .replicas()
            .forEach(replica -> {
              PartitionLog log = replica.usableLog();
              LogDirectory directory = replica.directory();
              Queue<DirectoryContent.Replica> inDirectory =
                  directory == null ? null : content.get(directory);
              if (log != null && inDirectory != null) {
                inDirectory.add(
                    new DirectoryContent.Replica(
                        replica.name(),
                        log.sizeInBytes(),
                        Math.max(0, replica.highWatermark() - log.logEndOffset())));
              }
            }));
    List<DirectoryContent> described = new ArrayList<>();
    for (LogDirectory directory : directories.all()) {
      described.add(
          new DirectoryContent(
              directory.path(),
              directory.isOnline(),
              directory.space().totalBytes(),
              directory.space().usableBytes(),
              List.copyOf(content.getOrDefault(directory, new ConcurrentLinkedQueue<>()))));
    }
    directories
        .unusable()
        .forEach(path -> described.add(new DirectoryContent(path, false, -1, -1, List.of())));
    return described;
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
   * closed, and each directory is marked as cleanly stopped unless one of its logs failed.
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
    Set<LogDirectory> unclean = ConcurrentHashMap.newKeySet();
    checkpointHighWatermarks();
    AtomicInteger open = new AtomicInteger();
    onAllLoops(context -> {
      for (PartitionReplica replica : context.replicas()) {
        LogDirectory directory = replica.directory();
        if (replica.close()) {
          open.incrementAndGet();
        } else if (directory != null) {
          unclean.add(directory);
        }
      }
    });
    loops.forEach(context -> context.loop().close());
    boolean done = awaitBackground();
    if (!done) {
      logger.error("Work on log files did not end in {} s", BACKGROUND_END_S);
    }
    if (snapshotSeen && open.get() == byName.size()) {
      directories.forgetMissing();
    }
    for (LogDirectory directory : directories.all()) {
      close(directory, done && !unclean.contains(directory));
    }
  }

  private static void close(LogDirectory directory, boolean inOrder) {
    try {
      if (inOrder && directory.isOnline()) {
        directory.closeCleanly();
      } else {
        directory.close();
      }
    } catch (LogFailure e) {
      logger.error("{}: not closed in good order, the next start checks its logs", directory, e);
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
