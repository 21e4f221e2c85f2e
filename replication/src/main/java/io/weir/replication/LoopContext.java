package io.weir.replication;

import io.weir.replication.grpc.FollowerStream;
import io.weir.replication.grpc.LeaderStream;
import io.weir.replication.loop.PartitionLoop;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One loop and what its replicas share: the outbox of its rounds, the streams that are open, who
 * waits for what. Confined to the loop, but for {@link #loop}.
 */
final class LoopContext {
  /** How exact time-outs of waiting appends are. */
  private static final long WAIT_TICK_MS = 100;

  /**
   * How often leaders look whether their in-sync sets are still right, and how exact flush.ms is.
   */
  private static final long IN_SYNC_TICK_MS = 500;

  private final PartitionLoop loop;
  private final Outbox outbox = new Outbox();
  private final Set<PartitionReplica> replicas = new HashSet<>();
  private final Map<Integer, LeaderStream> leaderStreams = new HashMap<>();
  private final Map<FollowerStream, Set<PartitionReplica>> starved = new HashMap<>();
  private final Set<PartitionReplica> withDeadlines = new LinkedHashSet<>();

  LoopContext(PartitionLoop loop) {
    this.loop = loop;
  }

  void start() {
    loop.start(outbox::flush);
    loop.schedule(this::waitTick, WAIT_TICK_MS);
    loop.schedule(this::inSyncTick, IN_SYNC_TICK_MS);
  }

  PartitionLoop loop() {
    return loop;
  }

  Outbox outbox() {
    return outbox;
  }

  /** All replicas of this loop; a copy, so that they may come and go meanwhile. */
  List<PartitionReplica> replicas() {
    return List.copyOf(replicas);
  }

  void add(PartitionReplica replica) {
    replicas.add(replica);
  }

  void remove(PartitionReplica replica) {
    replicas.remove(replica);
    withDeadlines.remove(replica);
  }

  /** The open stream to a leader node, or null. */
  @Nullable LeaderStream leaderStream(int leader) {
    return leaderStreams.get(leader);
  }

  void onLeaderStreamOpened(LeaderStream stream) {
    leaderStreams.put(stream.nodeId(), stream);
    replicas().forEach(replica -> replica.onLeaderStreamOpened(stream));
  }

  void onLeaderStreamEnded(LeaderStream stream) {
    leaderStreams.remove(stream.nodeId(), stream);
    replicas().forEach(replica -> replica.onLeaderStreamEnded(stream));
  }

  /** The replica has bytes for a stream that takes none now; it hears when that changes. */
  void starve(FollowerStream stream, PartitionReplica replica) {
    starved.computeIfAbsent(stream, _ -> new HashSet<>()).add(replica);
  }

  void onFollowerStreamWritable(FollowerStream stream) {
    Set<PartitionReplica> hungry = starved.remove(stream);
    if (hungry != null) {
      hungry.forEach(PartitionReplica::onFollowerStreamWritable);
    }
  }

  void onFollowerStreamEnded(FollowerStream stream) {
    starved.remove(stream);
    replicas().forEach(replica -> replica.onFollowerStreamEnded(stream));
  }

  /** The replica has waiting appends. */
  void noteDeadlines(PartitionReplica replica) {
    withDeadlines.add(replica);
  }

  private void waitTick() {
    withDeadlines.removeIf(replica -> !replica.expireWaits());
    loop.schedule(this::waitTick, WAIT_TICK_MS);
  }

  private void inSyncTick() {
    for (PartitionReplica replica : replicas()) {
      replica.checkInSync();
      replica.flushIfDue();
    }
    loop.schedule(this::inSyncTick, IN_SYNC_TICK_MS);
  }
}
