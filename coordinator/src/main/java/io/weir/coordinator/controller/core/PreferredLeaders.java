package io.weir.coordinator.controller.core;

import io.weir.coordinator.metadata.MetadataImage;
import io.weir.coordinator.metadata.MetadataRecord;
import io.weir.coordinator.metadata.MetadataRecord.PartitionWritten;
import io.weir.coordinator.metadata.PartitionImage;
import io.weir.coordinator.metadata.TopicImage;
import java.util.ArrayList;
import java.util.List;

/**
 * Gives leaderships back to the preferred replicas, the first assigned ones, a bounded number at a
 * time, and only to nodes that have been attached for some seconds. Confined to the controller's
 * thread.
 */
final class PreferredLeaders {
  static final int MOVES_AT_ONCE = 200;
  static final long SETTLED_AFTER_MS = 5_000;

  /** How soon it is looked again when there was more to move than one go allows. */
  private static final long PAUSE_MS = 1_000;

  private final Draft draft;
  private final Roster roster;
  private final long intervalMs;
  private long nextMs;

  PreferredLeaders(Draft draft, Roster roster, long intervalMs, long nowMs) {
    this.draft = draft;
    this.roster = roster;
    this.intervalMs = intervalMs;
    this.nextMs = nowMs + intervalMs;
  }

  void tick(long nowMs) {
    if (nowMs < nextMs) {
      return;
    }
    List<MetadataRecord> moves = moves(draft.image(), nowMs);
    draft.change(moves);
    nextMs = nowMs + (moves.size() < MOVES_AT_ONCE ? intervalMs : Math.min(PAUSE_MS, intervalMs));
  }

  private List<MetadataRecord> moves(MetadataImage image, long nowMs) {
    List<MetadataRecord> moves = new ArrayList<>();
    for (TopicImage topic : image.topics()) {
      for (PartitionImage partition : topic.partitions()) {
        if (moves.size() == MOVES_AT_ONCE) {
          return moves;
        }
        if (isDue(partition, nowMs)) {
          int preferred = partition.replicas().getFirst();
          moves.add(
              new PartitionWritten(
                  topic.id(), partition.changedTo(preferred, partition.inSyncReplicas())));
        }
      }
    }
    return moves;
  }

  private boolean isDue(PartitionImage partition, long nowMs) {
    int preferred = partition.replicas().getFirst();
    Node node = roster.get(preferred);
    return partition.hasLeader()
        && partition.leader() != preferred
        && partition.inSyncReplicas().contains(preferred)
        && node != null
        && node.phase() == Node.Phase.ATTACHED
        && node.isElectable()
        && nowMs - node.attachedAtMs() >= Math.min(SETTLED_AFTER_MS, intervalMs);
  }
}
