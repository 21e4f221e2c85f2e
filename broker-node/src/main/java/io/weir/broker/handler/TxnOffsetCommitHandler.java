package io.weir.broker.handler;

import io.weir.protocol.message.TxnOffsetCommitRequest;
import io.weir.protocol.message.TxnOffsetCommitResponse;
import io.weir.protocol.model.ErrorCode;
import io.weir.protocol.model.TopicNames;
import io.weir.protocol.model.TopicPartition;
import io.weir.protocol.record.BatchHeader;
import io.weir.replication.AppendRequest;
import io.weir.replication.VerificationRequest;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;

/**
 * TxnOffsetCommit, versions 0 to 6. Before a transaction's first offsets are written, its
 * coordinator is asked whether the partition that keeps the group's offsets is in it; from version
 * 5 on the partition is added by that question. Whatever keeps the coordinator from answering is
 * told as COORDINATOR_LOAD_IN_PROGRESS, on which clients of all ages ask again without looking for
 * the group's coordinator anew.
 */
final class TxnOffsetCommitHandler implements ApiHandler<TxnOffsetCommitRequest> {
  private static final int ABORTABLE_FROM = 4;
  private static final int ADDS_FROM = 5;

  private final ToIntFunction<String> partitionOf;
  private final TransactionOpening opening;
  private final Offsets offsets;

  /** The group coordinator's part. */
  @FunctionalInterface
  interface Offsets {
    /**
     * Writes the offsets, which count when the transaction commits.
     *
     * @param guard of the verification that went before, or {@link AppendRequest#NO_GUARD}
     */
    CompletableFuture<TxnOffsetCommitResponse> commit(
        TxnOffsetCommitRequest request, int version, long guard);
  }

  /**
   * @param partitionOf the partition of {@code __consumer_offsets} that a group belongs to; -1
   *     while there is none
   * @param log begins the verification where this node leads
   */
  TxnOffsetCommitHandler(
      ToIntFunction<String> partitionOf,
      Consumer<VerificationRequest> log,
      TransactionVerifier verifier,
      Offsets offsets) {
    this.partitionOf = partitionOf;
    this.opening = new TransactionOpening(log, verifier);
    this.offsets = offsets;
  }

  @Override
  public void handle(TxnOffsetCommitRequest request, RequestContext context) {
    int partition = partitionOf.applyAsInt(request.groupId());
    if (partition < 0) {
      refuse(request, context, ErrorCode.COORDINATOR_NOT_AVAILABLE);
    } else if (request.producerId() < 0 || request.producerEpoch() < 0) {
      refuse(request, context, ErrorCode.INVALID_PRODUCER_ID_MAPPING);
    } else {
      TopicPartition at = new TopicPartition(TopicNames.CONSUMER_OFFSETS, partition);
      opening.check(
          new TransactionOpening.Question(
              at,
              request.transactionalId(),
              request.producerId(),
              request.producerEpoch(),
              BatchHeader.NO_SEQUENCE,
              context.version() >= ADDS_FROM),
          outcome -> context.guarded(() -> onOutcome(outcome, request, context)));
    }
  }

  private void onOutcome(
      TransactionOpening.Outcome outcome, TxnOffsetCommitRequest request, RequestContext context) {
    switch (outcome) {
      case TransactionOpening.Outcome.MayWrite(long guard) -> commit(request, context, guard);
      case TransactionOpening.Outcome.RefusedByLog(ErrorCode error) ->
          refuse(request, context, ofGroup(error));
      case TransactionOpening.Outcome.RefusedByCoordinator(ErrorCode error) ->
          refuse(request, context, toClient(error, context.version()));
    }
  }

  private static ErrorCode ofGroup(ErrorCode ofLog) {
    return switch (ofLog) {
      case NOT_LEADER_OR_FOLLOWER, KAFKA_STORAGE_ERROR -> ErrorCode.NOT_COORDINATOR;
      case UNKNOWN_TOPIC_OR_PARTITION -> ErrorCode.COORDINATOR_NOT_AVAILABLE;
      default -> ofLog;
    };
  }

  private static ErrorCode toClient(ErrorCode ofCoordinator, int version) {
    return switch (ofCoordinator) {
      case CONCURRENT_TRANSACTIONS,
          COORDINATOR_LOAD_IN_PROGRESS,
          COORDINATOR_NOT_AVAILABLE,
          NOT_COORDINATOR,
          NETWORK_EXCEPTION ->
          ErrorCode.COORDINATOR_LOAD_IN_PROGRESS;
      case PRODUCER_FENCED -> ErrorCode.INVALID_PRODUCER_EPOCH;
      case INVALID_TXN_STATE, TRANSACTION_ABORTABLE ->
          version >= ABORTABLE_FROM ? ErrorCode.TRANSACTION_ABORTABLE : ErrorCode.INVALID_TXN_STATE;
      default -> ofCoordinator;
    };
  }

  private void commit(TxnOffsetCommitRequest request, RequestContext context, long guard) {
    context.answerWhenDone(request, offsets.commit(request, context.version(), guard));
  }

  private static void refuse(
      TxnOffsetCommitRequest request, RequestContext context, ErrorCode error) {
    context.answer(request.errorResponse(error, null));
  }
}
