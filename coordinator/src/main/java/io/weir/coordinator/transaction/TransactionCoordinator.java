package io.weir.coordinator.transaction;

import io.weir.coordinator.state.StatePartitions;
import io.weir.coordinator.transaction.core.TransactionSettings;
import io.weir.protocol.message.AddOffsetsToTxnRequest;
import io.weir.protocol.message.AddOffsetsToTxnResponse;
import io.weir.protocol.message.AddPartitionsToTxnRequest;
import io.weir.protocol.message.AddPartitionsToTxnResponse;
import io.weir.protocol.message.DescribeTransactionsRequest;
import io.weir.protocol.message.DescribeTransactionsResponse;
import io.weir.protocol.message.EndTxnRequest;
import io.weir.protocol.message.EndTxnResponse;
import io.weir.protocol.message.InitProducerIdRequest;
import io.weir.protocol.message.InitProducerIdResponse;
import io.weir.protocol.message.ListTransactionsRequest;
import io.weir.protocol.message.ListTransactionsResponse;
import io.weir.protocol.model.ErrorCode;
import java.util.concurrent.CompletableFuture;
import java.util.function.ToIntFunction;

/**
 * The door to all transactional ids that this node coordinates. Thread-safe: a request is handed to
 * the loop of the partition that its transactional id belongs to, and nothing here waits.
 *
 * <p>The futures never fail; whatever goes wrong is an error in the response. They complete on a
 * partition's loop or on the caller's thread: what hangs on them must not block. Throttle times are
 * left 0.
 */
@SuppressWarnings("UnusedVariable")
public final class TransactionCoordinator {
  private final StatePartitions partitions;
  private final TransactionMarkers markers;
  private final ProducerIdSource producerIds;
  private final ToIntFunction<String> offsetsPartitionOf;
  private final TransactionSettings settings;

  /**
   * @param offsetsPartitionOf the partition of {@code __consumer_offsets} that a group belongs to;
   *     -1 while there is no such topic
   */
  public TransactionCoordinator(
      StatePartitions partitions,
      TransactionMarkers markers,
      ProducerIdSource producerIds,
      ToIntFunction<String> offsetsPartitionOf,
      TransactionSettings settings) {
    this.partitions = partitions;
    this.markers = markers;
    this.producerIds = producerIds;
    this.offsetsPartitionOf = offsetsPartitionOf;
    this.settings = settings;
  }

  /** This node leads the partition of {@code __transaction_state}. Called on its loop. */
  public void onLeading(int partition, int leaderEpoch) {}

  /** This node does not lead the partition any more. Called on the partition's loop. */
  public void onResigned(int partition) {}

  /**
   * The partition of {@code __transaction_state} that the transactional id belongs to; -1 while
   * there is no such topic.
   */
  public int partitionOf(String transactionalId) {
    int count = partitions.count();
    return count == 0 ? -1 : (transactionalId.hashCode() & 0x7fffffff) % count;
  }

  public CompletableFuture<InitProducerIdResponse> initProducerId(
      InitProducerIdRequest request, int version) {
    return CompletableFuture.completedFuture(
        request.errorResponse(ErrorCode.NOT_COORDINATOR, null));
  }

  public CompletableFuture<AddPartitionsToTxnResponse> addPartitions(
      AddPartitionsToTxnRequest request, int version) {
    return CompletableFuture.completedFuture(
        request.errorResponse(ErrorCode.NOT_COORDINATOR, null));
  }

  public CompletableFuture<AddOffsetsToTxnResponse> addOffsets(
      AddOffsetsToTxnRequest request, int version) {
    return CompletableFuture.completedFuture(
        request.errorResponse(ErrorCode.NOT_COORDINATOR, null));
  }

  public CompletableFuture<EndTxnResponse> endTxn(EndTxnRequest request, int version) {
    return CompletableFuture.completedFuture(
        request.errorResponse(ErrorCode.NOT_COORDINATOR, null));
  }

  public CompletableFuture<DescribeTransactionsResponse> describe(
      DescribeTransactionsRequest request, int version) {
    return CompletableFuture.completedFuture(
        request.errorResponse(ErrorCode.NOT_COORDINATOR, null));
  }

  public CompletableFuture<ListTransactionsResponse> list(
      ListTransactionsRequest request, int version) {
    return CompletableFuture.completedFuture(
        request.errorResponse(ErrorCode.NOT_COORDINATOR, null));
  }

  /** Transactions that have begun and are not complete. */
  public int openTransactions() {
    return 0;
  }

  /** For how long the oldest of them has been open; 0 when there is none. */
  public long oldestOpenTransactionMs() {
    return 0;
  }
}
