package io.weir.broker.handler;

import io.weir.protocol.model.ErrorCode;
import io.weir.protocol.model.TopicPartition;
import java.util.concurrent.CompletableFuture;

/** Asks a transaction's coordinator, wherever that is, about a producer's transaction. */
public interface TransactionVerifier {
  /**
   * Whether a producer's open transaction has a partition. Returns at once; the future is completed
   * on any thread, never exceptionally.
   *
   * @param add take the partition into the transaction if it is not in it yet
   * @return NONE when it has; else the coordinator's error, or that of finding it
   */
  CompletableFuture<ErrorCode> verify(
      String transactionalId, long producerId, short epoch, TopicPartition partition, boolean add);
}
