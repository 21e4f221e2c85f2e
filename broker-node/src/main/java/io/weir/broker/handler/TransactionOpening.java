package io.weir.broker.handler;

import io.weir.protocol.model.ErrorCode;
import io.weir.protocol.model.TopicPartition;
import io.weir.replication.AppendRequest;
import io.weir.replication.Verification;
import io.weir.replication.VerificationRequest;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Finds out whether a producer may write to a partition in a transaction (KIP-890). Thread-safe;
 * outcomes come on the partition's loop, or on a thread that must not block.
 *
 * <pre>
 *   look --a transaction is open--> may write
 *     |
 *     +--guard--> ask the coordinator --yes--> look again --the same guard--> may write with it
 *     ^                  |                         |
 *     |                  | the last one is ending  | another guard: a marker came in between
 *     +------------------+<------------------------+
 * </pre>
 *
 * <p>The marker of the producer's last transaction may still be on its way when the first guard is
 * given, and makes it void. The coordinator says yes only when all markers of that one are written,
 * so a guard of after its answer lasts.
 */
final class TransactionOpening {
  private static final int TRIES = 25;
  private static final Executor AGAIN =
      CompletableFuture.delayedExecutor(20, TimeUnit.MILLISECONDS);

  /**
   * Who wants to write where.
   *
   * @param firstSequence of what it wants to write; -1 without sequence numbers
   * @param adds whether the coordinator shall add the partition to the transaction, as in
   *     transactions of version 2, which are each an epoch of their own
   */
  record Question(
      TopicPartition partition,
      String transactionalId,
      long producerId,
      short producerEpoch,
      int firstSequence,
      boolean adds) {}

  /** What was found out. */
  sealed interface Outcome {
    /**
     * The partition takes part in the transaction.
     *
     * @param guard for the append, or {@link AppendRequest#NO_GUARD}
     */
    record MayWrite(long guard) implements Outcome {}

    record RefusedByLog(ErrorCode error) implements Outcome {}

    record RefusedByCoordinator(ErrorCode error) implements Outcome {}
  }

  private final Consumer<VerificationRequest> log;
  private final TransactionVerifier verifier;

  TransactionOpening(Consumer<VerificationRequest> log, TransactionVerifier verifier) {
    this.log = log;
    this.verifier = verifier;
  }

  /** The outcome comes once. */
  void check(Question question, Consumer<Outcome> onOutcome) {
    look(question, AppendRequest.NO_GUARD, TRIES, onOutcome);
  }

  /**
   * @param confirmed the guard that the producer had when the coordinator said yes
   */
  private void look(Question question, long confirmed, int tries, Consumer<Outcome> onOutcome) {
    log.accept(
        new VerificationRequest(
            question.partition(),
            question.producerId(),
            question.producerEpoch(),
            question.firstSequence(),
            question.adds(),
            verification -> {
              switch (verification) {
                case Verification.NotNeeded() ->
                    onOutcome.accept(new Outcome.MayWrite(AppendRequest.NO_GUARD));
                case Verification.Refused(ErrorCode error) ->
                    onOutcome.accept(new Outcome.RefusedByLog(error));
                case Verification.Needed(long guard) when guard == confirmed ->
                    onOutcome.accept(new Outcome.MayWrite(guard));
                case Verification.Needed(long guard) -> ask(question, guard, tries, onOutcome);
              }
            }));
  }

  private void ask(Question question, long guard, int tries, Consumer<Outcome> onOutcome) {
    if (tries == 0) {
      onOutcome.accept(new Outcome.RefusedByCoordinator(ErrorCode.CONCURRENT_TRANSACTIONS));
      return;
    }
    var _ =
        verifier
            .verify(
                question.transactionalId(),
                question.producerId(),
                question.producerEpoch(),
                question.partition(),
                question.adds())
            .thenAccept(error -> {
              if (error == ErrorCode.NONE) {
                look(question, guard, tries - 1, onOutcome);
              } else if (error == ErrorCode.CONCURRENT_TRANSACTIONS && question.adds()) {
                AGAIN.execute(() -> look(question, AppendRequest.NO_GUARD, tries - 1, onOutcome));
              } else {
                onOutcome.accept(new Outcome.RefusedByCoordinator(error));
              }
            });
  }
}
