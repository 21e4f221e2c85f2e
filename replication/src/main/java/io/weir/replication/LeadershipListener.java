package io.weir.replication;

import io.weir.protocol.model.TopicPartition;

/**
 * Hears about the partitions that this node leads. Called on the partition's loop; must not block.
 */
public interface LeadershipListener {
  /** This node leads from now on; also called when it goes on leading in a higher epoch. */
  void onLeading(TopicPartition partition, int leaderEpoch);

  /** This node led and no longer does: deposed, deleted, or its log failed. */
  void onResigned(TopicPartition partition);
}
