package io.weir.broker;

import io.weir.protocol.model.TopicPartition;
import io.weir.replication.LeadershipListener;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Tells each coordinator which partitions of its topic this node leads. Thread-safe: the
 * coordinators, which are made after the replicas that they stand on, are set once before any
 * partition is assigned.
 */
final class CoordinatorLeadership implements LeadershipListener {
  private volatile Map<String, Coordinator> byTopic = Map.of();

  /** Hears of the partitions of its own topic, by their indexes. */
  interface Coordinator {
    void onLeading(int partition, int leaderEpoch);

    void onResigned(int partition);
  }

  /**
   * @param coordinators by the names of their topics
   */
  void tell(Map<String, Coordinator> coordinators) {
    byTopic = Map.copyOf(coordinators);
  }

  @Override
  public void onLeading(TopicPartition partition, int leaderEpoch) {
    @Nullable Coordinator coordinator = byTopic.get(partition.topic());
    if (coordinator != null) {
      coordinator.onLeading(partition.partition(), leaderEpoch);
    }
  }

  @Override
  public void onResigned(TopicPartition partition) {
    @Nullable Coordinator coordinator = byTopic.get(partition.topic());
    if (coordinator != null) {
      coordinator.onResigned(partition.partition());
    }
  }
}
