package io.weir.replication;

import io.weir.protocol.model.ErrorCode;
import io.weir.protocol.model.TopicIdPartition;
import io.weir.protocol.model.TopicPartition;
import io.weir.replication.grpc.FollowerMessage;
import io.weir.replication.grpc.FollowerStream;
import io.weir.replication.grpc.LeaderMessage;
import io.weir.replication.grpc.LeaderStream;
import io.weir.replication.log.DirectorySpace;
import io.weir.replication.log.DiskFullException;
import io.weir.replication.log.LogDirectory;
import io.weir.replication.log.LogFailure;
import io.weir.replication.log.PartitionFolder;
import io.weir.replication.log.PartitionLog;
import io.weir.replication.loop.RoundParticipant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This node's replica of a partition: its log, its high watermark and the role that metadata gives
 * it. Confined to its loop, but for {@link #context}, {@link #id} and {@link #name}.
 *
 * <pre>
 *   opening ── log opened ──► leader ◄── higher leader epoch ──► follower ◄──► idle (no leader)
 *      │                         │                                  │
 *      └──────► failed ◄─────────┴────────── log failed ────────────┘      any ──► removed
 * </pre>
 *
 * Invariant: logStartOffset ≤ highWatermark ≤ logEndOffset.
 */
final class PartitionReplica implements RoundParticipant {
  private static final Logger logger = LoggerFactory.getLogger(PartitionReplica.class);

  private final TopicIdPartition id;
  private final TopicPartition name;
  private final NodeContext node;
  private final LoopContext context;
  private @Nullable PartitionAssignment assignment;
  private @Nullable PartitionLog log;
  private @Nullable LogDirectory directory;
  private Role role = new Role.None(ErrorCode.NOT_LEADER_OR_FOLLOWER);
  private long highWatermark;
  private boolean touched;
  private boolean failed;
  private boolean finished;

  /** Completed once a removed replica has let go of its files. */
  private final CompletableFuture<Void> gone = new CompletableFuture<>();

  PartitionReplica(
      TopicIdPartition id, TopicPartition name, NodeContext node, LoopContext context) {
    this.id = id;
    this.name = name;
    this.node = node;
    this.context = context;
  }

  TopicIdPartition id() {
    return id;
  }

  TopicPartition name() {
    return name;
  }

  PartitionFolder folder() {
    return new PartitionFolder(name.topic(), name.partition(), id.topicId());
  }

  CompletableFuture<Void> gone() {
    return gone;
  }

  LoopContext context() {
    return context;
  }

  NodeContext node() {
    return node;
  }

  Role role() {
    context.loop().assertInThread();
    return role;
  }

  /** The log; only while in a role that has one. */
  PartitionLog log() {
    if (log == null) {
      throw new IllegalStateException(name + " has no log open");
    }
    return log;
  }

  long highWatermark() {
    return highWatermark;
  }

  void setHighWatermark(long offset) {
    highWatermark = offset;
    // What is decided below it need not be remembered, on followers as well.
    log().producerStates().stableBelow(offset);
  }

  /** The log was opened, or could not be. */
  void onOpened(PartitionLog opened, LogDirectory place, long checkpointedHighWatermark) {
    context.loop().assertInThread();
    if (finished) {
      delete(opened);
      gone.complete(null);
      return;
    }
    log = opened;
    directory = place;
    opened.flushedBy(task -> onLoop(task, () -> {}), this::touch);
    highWatermark =
        Math.clamp(checkpointedHighWatermark, opened.logStartOffset(), opened.logEndOffset());
    context.add(this);
    takeRole();
  }

  void onOpenFailed(Throwable cause) {
    logger.error("{}: the log cannot be opened, the replica is offline", name, cause);
    failed = true;
    role = new Role.None(ErrorCode.KAFKA_STORAGE_ERROR);
    if (finished) {
      gone.complete(null);
    } else {
      node.health().onFailed(this, cause);
    }
  }

  /** Metadata says something about this partition; what is older than what is known is dropped. */
  void assign(PartitionAssignment newer) {
    context.loop().assertInThread();
    PartitionAssignment known = assignment;
    if (finished || (known != null && isOlder(newer, known))) {
      return;
    }
    assignment = newer;
    if (log == null || failed) {
      return;
    }
    guarded(() -> {
      log().configure(newer.config());
      boolean sameRole =
          known != null
              && newer.leaderEpoch() == known.leaderEpoch()
              && newer.leader() == known.leader();
      if (!sameRole) {
        takeRole();
      } else if (role instanceof LeaderRole leading) {
        leading.onStateChanged(newer);
      }
    });
  }

  private static boolean isOlder(PartitionAssignment newer, PartitionAssignment known) {
    return newer.leaderEpoch() < known.leaderEpoch()
        || (newer.leaderEpoch() == known.leaderEpoch()
            && newer.partitionEpoch() < known.partitionEpoch());
  }

  private void takeRole() {
    PartitionAssignment now = assignment;
    if (now == null) {
      return;
    }
    guarded(() -> {
      // What the old role staged belongs to it; the new one finds a log without loose ends.
      writeStaged();
      boolean led = role instanceof LeaderRole;
      boolean leads = now.leader() == node.nodeId();
      Role ending = role;
      role = new Role.None(ErrorCode.NOT_LEADER_OR_FOLLOWER);
      ending.end(ErrorCode.NOT_LEADER_OR_FOLLOWER);
      if (led && !leads) {
        node.leadership().onResigned(name);
      }
      if (leads) {
        lead(now);
      } else if (now.leader() >= 0 && now.replicas().contains(node.nodeId())) {
        FollowerRole following = new FollowerRole(this, now);
        role = following;
        following.start();
      }
    });
  }

  private void lead(PartitionAssignment now) {
    log().startEpoch(now.leaderEpoch());
    role = new LeaderRole(this, now);
    touch();
    node.leadership().onLeading(name, now.leaderEpoch());
  }

  void onFollowerMessage(FollowerStream stream, FollowerMessage message) {
    guarded(() -> role.onFollowerMessage(stream, message, context.outbox()));
    // An answer may lie in the outbox, which leaves at the end of a round.
    touch();
  }

  void onLeaderMessage(LeaderStream stream, LeaderMessage message) {
    guarded(() -> role.onLeaderMessage(stream, message));
  }

  void onLeaderStreamOpened(LeaderStream stream) {
    role.onLeaderStreamOpened(stream);
  }

  void onLeaderStreamEnded(LeaderStream stream) {
    role.onLeaderStreamEnded(stream);
  }

  void onFollowerStreamEnded(FollowerStream stream) {
    role.onFollowerStreamEnded(stream);
  }

  void onFollowerStreamWritable() {
    touch();
  }

  boolean expireWaits() {
    return role.expireWaits();
  }

  void checkInSync() {
    role.checkInSync();
  }

  /** flush.ms of the topic. */
  void flushIfDue() {
    PartitionLog open = usableLog();
    if (open != null) {
      guarded(() -> open.flushIfDue(node.time().monotonicMs()));
    }
  }

  void deleteOldSegments() {
    guarded(role::deleteOldSegments);
  }

  /** Forgets producers that have been silent for so long, but none with an open transaction. */
  void expireProducers(long producerExpirationMs) {
    guarded(() -> {
      if (log != null) {
        log().producerStates().expire(node.time().monotonicMs(), producerExpirationMs);
      }
    });
  }

  /** The log, unless it is not open, closed, or failed. */
  @Nullable PartitionLog usableLog() {
    return failed || finished ? null : log;
  }

  /** Null while there is no log to speak of. */
  @Nullable ReplicaState state() {
    PartitionLog open = log;
    return open == null
        ? null
        : new ReplicaState(
            role instanceof LeaderRole,
            role.leaderEpoch(),
            open.logStartOffset(),
            open.logEndOffset(),
            highWatermark,
            role.inSyncReplicas());
  }

  /** Has the loop finish this replica's round. */
  void touch() {
    if (!touched) {
      touched = true;
      context.loop().touch(this);
    }
  }

  @Override
  public void write() {
    if (log != null && !failed) {
      guarded(this::writeStaged);
    }
  }

  /** Writes what is staged; where there is no room for it, the role takes it back. */
  void writeStaged() {
    try {
      log().write();
    } catch (DiskFullException e) {
      logger.warn("{}: refused what was to be written: {}", name, e.getMessage());
      role.onNoRoom();
    }
  }

  /** Takes room for bytes that are to be written; false: there is too little on the disk. */
  boolean takeRoom(long bytes, DirectorySpace.Writer writer) {
    LogDirectory place = directory;
    return place == null || node.directories().takeRoom(place, bytes, writer);
  }

  /** Where the log lies; null while it is not open. */
  @Nullable LogDirectory directory() {
    return directory;
  }

  boolean hasFailed() {
    return failed;
  }

  @Override
  public void publish() {
    touched = false;
    guarded(role::publish);
  }

  @Override
  public void answer() {
    guarded(role::answer);
  }

  /**
   * Runs a task on the replica's loop, from any thread.
   *
   * @param otherwise runs instead, on the calling thread, when the loop is closed
   */
  void onLoop(Runnable task, Runnable otherwise) {
    try {
      context.loop().execute(() -> guarded(task));
    } catch (RejectedExecutionException e) {
      otherwise.run();
    }
  }

  /**
   * Runs work on the log; when the log fails, the replica goes offline.
   *
   * @return false when the log failed
   */
  boolean guarded(Runnable work) {
    try {
      work.run();
      return true;
    } catch (LogFailure e) {
      fail(e);
      return false;
    }
  }

  /** From now on nothing is acknowledged, served or proposed here. */
  private void fail(LogFailure cause) {
    if (failed) {
      return;
    }
    failed = true;
    logger.error(
        "{}: the log failed in leader epoch {}, the replica is offline",
        name,
        role.leaderEpoch(),
        cause);
    endRole(ErrorCode.KAFKA_STORAGE_ERROR);
    node.health().onFailed(this, cause);
  }

  private void endRole(ErrorCode reason) {
    boolean led = role instanceof LeaderRole;
    Role ending = role;
    role = new Role.None(reason);
    ending.end(reason);
    if (led) {
      node.leadership().onResigned(name);
    }
  }

  /** The partition is deleted or moved away: its files go. */
  void remove() {
    context.loop().assertInThread();
    if (finished) {
      return;
    }
    finished = true;
    endRole(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
    context.remove(this);
    PartitionLog deleting = log;
    log = null;
    if (failed) {
      node.health().onGone(id);
    }
    if (deleting != null) {
      delete(deleting);
      gone.complete(null);
    } else if (failed) {
      gone.complete(null);
    }
  }

  private void delete(PartitionLog deleting) {
    try {
      deleting.delete();
    } catch (LogFailure e) {
      logger.warn("{}: its files could not be removed, the next start tries again", name, e);
    }
  }

  /**
   * The node stops in good order.
   *
   * @return whether the log was put on disk and closed
   */
  boolean close() {
    context.loop().assertInThread();
    PartitionLog closing = log;
    if (finished || closing == null) {
      finished = true;
      return !failed;
    }
    guarded(this::writeStaged);
    finished = true;
    Role ending = role;
    role = new Role.None(ErrorCode.NOT_LEADER_OR_FOLLOWER);
    ending.end(ErrorCode.NOT_LEADER_OR_FOLLOWER);
    context.remove(this);
    log = null;
    try {
      closing.close();
      return true;
    } catch (LogFailure e) {
      logger.error("{}: the log could not be closed in good order", name, e);
      return false;
    }
  }
}
