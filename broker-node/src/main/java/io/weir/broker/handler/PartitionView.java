package io.weir.broker.handler;

import io.weir.coordinator.metadata.BrokerImage;
import io.weir.coordinator.metadata.MetadataImage;
import io.weir.coordinator.metadata.PartitionImage;
import io.weir.protocol.model.ErrorCode;
import io.weir.protocol.model.TopicIdPartition;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A partition as clients of one listener see it. Immutable.
 *
 * @param error LEADER_NOT_AVAILABLE without a live leader, LISTENER_NOT_FOUND where it cannot be
 *     reached by this listener
 * @param leader node id, -1 with an error
 * @param offlineReplicas assigned to nodes that are not alive, or whose disk under them failed
 */
record PartitionView(ErrorCode error, int leader, List<Integer> offlineReplicas) {
  static PartitionView of(
      UUID topicId, PartitionImage partition, MetadataImage image, String listenerName) {
    ErrorCode error = error(partition, image, listenerName);
    TopicIdPartition id = new TopicIdPartition(topicId, partition.partition());
    List<Integer> offline =
        partition.replicas().stream()
            .filter(replica -> isOffline(id, image.brokers().get(replica)))
            .toList();
    return new PartitionView(
        error, error == ErrorCode.NONE ? partition.leader() : PartitionImage.NO_LEADER, offline);
  }

  private static boolean isOffline(TopicIdPartition id, @Nullable BrokerImage node) {
    return node == null || node.offlineReplicas().contains(id);
  }

  private static ErrorCode error(
      PartitionImage partition, MetadataImage image, String listenerName) {
    if (!image.isLive(partition.leader())) {
      return ErrorCode.LEADER_NOT_AVAILABLE;
    }
    return Addresses.of(image.brokers().get(partition.leader()), listenerName) == null
        ? ErrorCode.LISTENER_NOT_FOUND
        : ErrorCode.NONE;
  }
}
