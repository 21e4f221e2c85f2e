package io.weir.broker.transaction;

import io.weir.coordinator.metadata.BrokerImage;
import io.weir.coordinator.metadata.MetadataImage;
import io.weir.coordinator.metadata.PartitionImage;
import io.weir.coordinator.transaction.TransactionMarker;
import io.weir.coordinator.transaction.TransactionMarkers;
import io.weir.protocol.model.ErrorCode;
import io.weir.protocol.model.TopicPartition;
import io.weir.replication.MarkerRequest;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Takes markers to the leaders of partitions, to this node's own log without a detour. Thread-safe:
 * holds no state.
 */
public final class MarkersToLeaders implements TransactionMarkers {
  private final int nodeId;
  private final Supplier<MetadataImage> metadata;
  private final Consumer<MarkerRequest> here;
  private final TransactionPeers peers;

  /**
   * @param here writes markers where this node leads
   */
  public MarkersToLeaders(
      int nodeId,
      Supplier<MetadataImage> metadata,
      Consumer<MarkerRequest> here,
      TransactionPeers peers) {
    this.nodeId = nodeId;
    this.metadata = metadata;
    this.here = here;
    this.peers = peers;
  }

  @Override
  public CompletableFuture<ErrorCode> write(TransactionMarker marker, TopicPartition partition) {
    MetadataImage image = metadata.get();
    PartitionImage state = image.partition(partition.topic(), partition.partition());
    if (state == null) {
      return CompletableFuture.completedFuture(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
    }
    if (state.leader() == nodeId) {
      return writeHere(marker, partition).thenApply(MarkersToLeaders::asSaidByALeader);
    }
    BrokerImage leader = image.brokers().get(state.leader());
    return leader == null
        ? CompletableFuture.completedFuture(ErrorCode.LEADER_NOT_AVAILABLE)
        : peers
            .write(leader, new PartitionMarker(marker, partition))
            .thenApply(MarkersToLeaders::asSaidByALeader);
  }

  private CompletableFuture<ErrorCode> writeHere(
      TransactionMarker marker, TopicPartition partition) {
    CompletableFuture<ErrorCode> written = new CompletableFuture<>();
    here.accept(
        new MarkerRequest(
            partition,
            marker.producerId(),
            marker.producerEpoch(),
            marker.coordinatorEpoch(),
            marker.commit(),
            marker.raisesEpoch(),
            written::complete));
    return written;
  }

  /**
   * A node that has not yet heard that it leads does not know the partition. That must not be taken
   * for its deletion, of which only the metadata tell.
   */
  private static ErrorCode asSaidByALeader(ErrorCode error) {
    return error == ErrorCode.UNKNOWN_TOPIC_OR_PARTITION ? ErrorCode.NOT_LEADER_OR_FOLLOWER : error;
  }
}
