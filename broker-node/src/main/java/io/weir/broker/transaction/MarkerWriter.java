package io.weir.broker.transaction;

import io.weir.protocol.model.ErrorCode;
import io.weir.protocol.model.TopicNames;
import io.weir.protocol.model.TopicPartition;
import io.weir.replication.MarkerRequest;
import java.util.function.Consumer;

/**
 * Writes the ends of transactions into partitions that this node leads. In a partition of {@code
 * __consumer_offsets} the offsets of the transaction count or go before the result is told.
 * Thread-safe: holds no state.
 */
public final class MarkerWriter implements Consumer<MarkerRequest> {
  private final Consumer<MarkerRequest> log;
  private final OffsetsOfTransactions offsets;

  /** Holds offsets back until their transaction ends. */
  @FunctionalInterface
  public interface OffsetsOfTransactions {
    /**
     * A marker is committed. Called on the partition's loop.
     *
     * @param partition of {@code __consumer_offsets}
     */
    void onTransactionEnd(int partition, long producerId, boolean commit);
  }

  /**
   * @param log takes markers where this node leads
   */
  public MarkerWriter(Consumer<MarkerRequest> log, OffsetsOfTransactions offsets) {
    this.log = log;
    this.offsets = offsets;
  }

  @Override
  public void accept(MarkerRequest marker) {
    TopicPartition partition = marker.partition();
    if (!partition.topic().equals(TopicNames.CONSUMER_OFFSETS)) {
      log.accept(marker);
      return;
    }
    Consumer<ErrorCode> thenOffsets =
        error -> {
          if (error == ErrorCode.NONE) {
            offsets.onTransactionEnd(partition.partition(), marker.producerId(), marker.commit());
          }
          marker.onResult().accept(error);
        };
    log.accept(
        new MarkerRequest(
            partition,
            marker.producerId(),
            marker.producerEpoch(),
            marker.coordinatorEpoch(),
            marker.commit(),
            marker.raisesEpoch(),
            thenOffsets));
  }
}
