package io.weir.broker.transaction;

import io.weir.broker.handler.TransactionVerifier;
import io.weir.protocol.model.ErrorCode;
import io.weir.protocol.model.TopicPartition;
import java.util.concurrent.CompletableFuture;

/**
 * Believes clients that have added a partition to their transaction by themselves; those that leave
 * it to the node cannot do without the question. Thread-safe: holds no state.
 */
public final class WithoutVerification implements TransactionVerifier {
  private final TransactionVerifier asking;

  /**
   * @param asking really asks
   */
  public WithoutVerification(TransactionVerifier asking) {
    this.asking = asking;
  }

  @Override
  public CompletableFuture<ErrorCode> verify(
      String transactionalId, long producerId, short epoch, TopicPartition partition, boolean add) {
    return add
        ? asking.verify(transactionalId, producerId, epoch, partition, true)
        : CompletableFuture.completedFuture(ErrorCode.NONE);
  }
}
