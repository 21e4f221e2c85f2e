package io.weir.broker;

import io.weir.coordinator.Coordination;
import io.weir.protocol.model.TopicIdPartition;
import io.weir.replication.ReplicaHealth;

/**
 * Tells the controller which replicas their disk has failed; a node without any disk that works
 * stops. Thread-safe.
 */
record ReplicaReports(Coordination coordination, FatalErrors fatal) implements ReplicaHealth {
  @Override
  public void onFailed(TopicIdPartition replica) {
    coordination.replicaFailed(replica);
  }

  @Override
  public void onRecovered(TopicIdPartition replica) {
    coordination.replicaRecovered(replica);
  }

  @Override
  public void onNoDirectoryLeft(String why) {
    fatal.halt(why);
  }
}
