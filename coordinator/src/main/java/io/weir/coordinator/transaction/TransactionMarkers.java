package io.weir.coordinator.transaction;

import io.weir.protocol.model.ErrorCode;
import io.weir.protocol.model.TopicPartition;
import java.util.concurrent.CompletableFuture;

/** Takes markers to the leaders of partitions. Thread-safe. */
@FunctionalInterface
public interface TransactionMarkers {
  /**
   * Tries once to have the marker written by the partition's leader as it is known now. The future
   * does not fail, may complete on any thread, and must complete: while it is open, there is no
   * second try.
   *
   * @return NONE when the marker is committed, and for a partition of {@code __consumer_offsets}
   *     also the offsets of the transaction have become visible or gone. UNKNOWN_TOPIC_OR_PARTITION
   *     when the cluster's metadata do not have the partition: said often enough, it is taken for
   *     deleted. All else is tried again later.
   */
  CompletableFuture<ErrorCode> write(TransactionMarker marker, TopicPartition partition);
}
