package io.weir.broker.handler;

import io.weir.protocol.message.TxnOffsetCommitRequest;
import io.weir.protocol.message.TxnOffsetCommitResponse;
import io.weir.protocol.model.ErrorCode;
import io.weir.protocol.model.TopicNames;
import io.weir.protocol.model.TopicPartition;
import io.weir.replication.AppendRequest;
import io.weir.replication.Verification;
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
  private final Consumer<VerificationRequest> log;
  private final TransactionVerifier verifier;
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
    this.log = log;
    this.verifier = verifier;
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
      log.accept(
          new VerificationRequest(
              at,
              request.producerId(),
              request.producerEpoch(),
              verification ->
                  context.guarded(() -> onVerification(verification, at, request, context))));
    }
  }

  private void onVerification(
      Verification verification,
      TopicPartition at,
      TxnOffsetCommitRequest request,
      RequestContext context) {
    switch (verification) {
      case Verification.NotNeeded _ -> commit(request, context, AppendRequest.NO_GUARD);
      case Verification.Needed(long guard) -> ask(guard, at, request, context);
      case Verification.Refused(ErrorCode error) -> refuse(request, context, ofGroup(error));
    }
  }

  private static ErrorCode ofGroup(ErrorCode ofLog) {
    return switch (ofLog) {
      case NOT_LEADER_OR_FOLLOWER, KAFKA_STORAGE_ERROR -> ErrorCode.NOT_COORDINATOR;
      case UNKNOWN_TOPIC_OR_PARTITION -> ErrorCode.COORDINATOR_NOT_AVAILABLE;
      default -> ofLog;
    };
  }

  private void ask(
      long guard, TopicPartition at, TxnOffsetCommitRequest request, RequestContext context) {
    int version = context.version();
    var _ =
        verifier
            .verify(
                request.transactionalId(),
                request.producerId(),
                request.producerEpoch(),
                at,
                version >= ADDS_FROM)
            .thenAccept(error ->
                context.guarded(() -> {
                  if (error == ErrorCode.NONE) {
                    commit(request, context, guard);
                  } else {
                    refuse(request, context, toClient(error, version));
                  }
                }));
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
