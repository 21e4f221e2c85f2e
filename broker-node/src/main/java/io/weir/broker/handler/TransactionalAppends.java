package io.weir.broker.handler;

import io.netty.buffer.ByteBuf;
import io.weir.protocol.model.ErrorCode;
import io.weir.protocol.model.TopicPartition;
import io.weir.protocol.record.BatchHeader;
import io.weir.replication.AppendRequest;
import io.weir.replication.AppendResult;
import io.weir.replication.VerificationRequest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Brings transactional batches into the log: where a batch would open its transaction there, its
 * coordinator is asked first. Batches of one producer and partition that come while the question is
 * under way wait for the same answer, and go on in the order in which they came. Thread-safe; the
 * lock guards the questions under way and the order of what is handed on, which only enqueues.
 *
 * <p>How many wait is bounded by what connections may have under way.
 */
final class TransactionalAppends {
  private static final int ABORTABLE_FROM = 11;
  private static final int ADDS_FROM = 12;

  /** A producer's transaction in a partition, as a version of the protocol speaks of it. */
  private record Question(
      TopicPartition partition,
      String transactionalId,
      long producerId,
      short producerEpoch,
      int version) {}

  private final TransactionOpening opening;
  private final Consumer<AppendRequest> appends;
  private final Object lock = new Object();
  private final Map<Question, List<AppendRequest>> waiting = new HashMap<>();

  TransactionalAppends(
      Consumer<VerificationRequest> verifications,
      TransactionVerifier verifier,
      Consumer<AppendRequest> appends) {
    this.opening = new TransactionOpening(verifications, verifier);
    this.appends = appends;
  }

  /**
   * Appends one transactional batch.
   *
   * @param version of the Produce request
   */
  void append(AppendRequest append, String transactionalId, int version) {
    ByteBuf batch = append.batches();
    int index = batch.readerIndex();
    Question question =
        new Question(
            append.partition(),
            transactionalId,
            BatchHeader.producerId(batch, index),
            BatchHeader.producerEpoch(batch, index),
            version);
    synchronized (lock) {
      List<AppendRequest> others = waiting.get(question);
      if (others != null) {
        others.add(append);
        return;
      }
      waiting.put(question, new ArrayList<>(List.of(append)));
    }
    opening.check(
        new TransactionOpening.Question(
            question.partition(),
            transactionalId,
            question.producerId(),
            question.producerEpoch(),
            BatchHeader.baseSequence(batch, index),
            version >= ADDS_FROM),
        outcome -> onOutcome(question, outcome));
  }

  private void onOutcome(Question question, TransactionOpening.Outcome outcome) {
    switch (outcome) {
      case TransactionOpening.Outcome.MayWrite(long guard) -> proceed(question, guard);
      case TransactionOpening.Outcome.RefusedByLog(ErrorCode error) ->
          refuse(question, error, null);
      case TransactionOpening.Outcome.RefusedByCoordinator(ErrorCode error) ->
          refuse(
              question,
              inVersion(error, question.version()),
              "the transaction's coordinator answered " + error);
    }
  }

  /**
   * What a client of that version understands. Errors of finding the coordinator become one that
   * makes it try again without looking for another leader; so does a transaction that is still
   * ending, where the version does not know that.
   */
  static ErrorCode inVersion(ErrorCode error, int version) {
    return switch (error) {
      case NETWORK_EXCEPTION,
          REQUEST_TIMED_OUT,
          COORDINATOR_LOAD_IN_PROGRESS,
          COORDINATOR_NOT_AVAILABLE,
          NOT_COORDINATOR ->
          ErrorCode.NOT_ENOUGH_REPLICAS;
      case CONCURRENT_TRANSACTIONS -> version < ADDS_FROM ? ErrorCode.NOT_ENOUGH_REPLICAS : error;
      case PRODUCER_FENCED -> ErrorCode.INVALID_PRODUCER_EPOCH;
      case TRANSACTION_ABORTABLE -> version < ABORTABLE_FROM ? ErrorCode.INVALID_TXN_STATE : error;
      default -> error;
    };
  }

  private void proceed(Question question, long guard) {
    synchronized (lock) {
      for (AppendRequest append : taken(question)) {
        appends.accept(append.withGuard(guard));
      }
    }
  }

  private void refuse(Question question, ErrorCode error, @Nullable String message) {
    List<AppendRequest> refused;
    synchronized (lock) {
      refused = taken(question);
    }
    for (AppendRequest append : refused) {
      append.batches().release();
      append.onResult().accept(new AppendResult.Refused(error, message));
    }
  }

  private List<AppendRequest> taken(Question question) {
    List<AppendRequest> all = waiting.remove(question);
    return all == null ? List.of() : all;
  }
}
