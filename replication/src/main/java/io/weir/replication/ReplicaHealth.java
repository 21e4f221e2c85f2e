package io.weir.replication;

import io.weir.protocol.model.TopicIdPartition;

/** Hears of replicas that their disk has failed. Thread-safe; calls must not block. */
public interface ReplicaHealth {
  /** The replica serves nobody any more; the controller is to know. */
  void onFailed(TopicIdPartition replica);

  /** A replica that failed is gone from this node, or may serve again. */
  void onRecovered(TopicIdPartition replica);

  /**
   * No log directory works any more: the node has nothing left to serve.
   *
   * @param why one line for the operator
   */
  void onNoDirectoryLeft(String why);
}
