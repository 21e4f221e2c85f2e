package io.weir.broker.handler;

import io.weir.coordinator.group.GroupCoordinator;
import io.weir.coordinator.metadata.MetadataImage;
import io.weir.coordinator.transaction.TransactionCoordinator;
import io.weir.protocol.message.AddOffsetsToTxnRequest;
import io.weir.protocol.message.AddPartitionsToTxnRequest;
import io.weir.protocol.message.ApiKey;
import io.weir.protocol.message.ApiRequest;
import io.weir.protocol.message.ApiResponse;
import io.weir.protocol.message.DescribeTransactionsRequest;
import io.weir.protocol.message.EndTxnRequest;
import io.weir.protocol.message.InitProducerIdRequest;
import io.weir.protocol.message.ListTransactionsRequest;
import io.weir.protocol.message.TxnOffsetCommitRequest;
import io.weir.protocol.message.WriteTxnMarkersRequest;
import io.weir.replication.MarkerRequest;
import io.weir.replication.VerificationRequest;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The APIs of transactions. EndTxn 0 to 5, ListTransactions 0 to 2 and DescribeTransactions 0 are
 * nothing but questions to the transaction coordinator; the others have handlers of their own.
 */
public final class TransactionHandlers {
  private TransactionHandlers() {}

  /**
   * What they work with. Immutable.
   *
   * @param markers writes markers where this node leads
   * @param verifications begins verifications where this node leads
   */
  public record Surroundings(
      Supplier<MetadataImage> metadata,
      TopicCreator creator,
      ProducerIds producerIds,
      TransactionCoordinator coordinator,
      GroupCoordinator groups,
      Consumer<MarkerRequest> markers,
      Consumer<VerificationRequest> verifications,
      TransactionVerifier verifier) {}

  /** Adds all of them. */
  public static void addTo(ApiRegistry.Builder registry, Surroundings with) {
    TransactionCoordinator coordinator = with.coordinator();
    registry
        .serve(
            ApiKey.INIT_PRODUCER_ID,
            InitProducerIdRequest.class,
            new InitProducerIdHandler(with.producerIds(), coordinator))
        .serve(
            ApiKey.ADD_PARTITIONS_TO_TXN,
            AddPartitionsToTxnRequest.class,
            new AddPartitionsToTxnHandler(with.metadata(), coordinator::addPartitions))
        .serve(
            ApiKey.ADD_OFFSETS_TO_TXN,
            AddOffsetsToTxnRequest.class,
            new AddOffsetsToTxnHandler(with.metadata(), with.creator(), coordinator))
        .serve(
            ApiKey.TXN_OFFSET_COMMIT,
            TxnOffsetCommitRequest.class,
            new TxnOffsetCommitHandler(
                with.groups()::partitionOf,
                with.verifications(),
                with.verifier(),
                with.groups()::commitInTransaction))
        .serve(
            ApiKey.END_TXN,
            EndTxnRequest.class,
            asking((request, context) -> coordinator.endTxn(request, context.version())))
        .serve(
            ApiKey.WRITE_TXN_MARKERS,
            WriteTxnMarkersRequest.class,
            new WriteTxnMarkersHandler(with.markers()))
        .serve(
            ApiKey.DESCRIBE_TRANSACTIONS,
            DescribeTransactionsRequest.class,
            asking((request, context) -> coordinator.describe(request, context.version())))
        .serve(
            ApiKey.LIST_TRANSACTIONS,
            ListTransactionsRequest.class,
            asking((request, context) -> coordinator.list(request, context.version())));
  }

  private static <Q extends ApiRequest, R extends ApiResponse> ApiHandler<Q> asking(
      BiFunction<Q, RequestContext, CompletableFuture<R>> question) {
    return (request, context) -> context.answerWhenDone(request, question.apply(request, context));
  }
}
