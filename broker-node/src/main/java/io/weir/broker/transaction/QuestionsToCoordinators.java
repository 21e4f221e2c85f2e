package io.weir.broker.transaction;

import io.weir.broker.handler.TransactionVerifier;
import io.weir.coordinator.metadata.BrokerImage;
import io.weir.coordinator.metadata.MetadataImage;
import io.weir.coordinator.metadata.PartitionImage;
import io.weir.protocol.model.ErrorCode;
import io.weir.protocol.model.TopicNames;
import io.weir.protocol.model.TopicPartition;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;

/**
 * Asks the coordinator of a transactional id, wherever that is, about a transaction. While the
 * transaction before is still being completed, a partition cannot be added to the next one
 * (CONCURRENT_TRANSACTIONS); that takes some milliseconds, so the question is put again a few times
 * before the client is left to do so. Thread-safe: holds no state.
 */
public final class QuestionsToCoordinators implements TransactionVerifier {
  private static final int TRIES = 25;
  private static final Executor AGAIN =
      CompletableFuture.delayedExecutor(20, TimeUnit.MILLISECONDS);

  private final int nodeId;
  private final Supplier<MetadataImage> metadata;
  private final ToIntFunction<String> partitionOf;
  private final QuestionDesk here;
  private final TransactionPeers peers;

  /**
   * @param partitionOf the partition of {@code __transaction_state} that a transactional id belongs
   *     to; -1 while there is no such topic
   */
  public QuestionsToCoordinators(
      int nodeId,
      Supplier<MetadataImage> metadata,
      ToIntFunction<String> partitionOf,
      QuestionDesk here,
      TransactionPeers peers) {
    this.nodeId = nodeId;
    this.metadata = metadata;
    this.partitionOf = partitionOf;
    this.here = here;
    this.peers = peers;
  }

  @Override
  public CompletableFuture<ErrorCode> verify(
      String transactionalId, long producerId, short epoch, TopicPartition partition, boolean add) {
    PartitionQuestion question =
        new PartitionQuestion(transactionalId, producerId, epoch, partition, add);
    return add ? ask(question, TRIES) : ask(question);
  }

  private CompletableFuture<ErrorCode> ask(PartitionQuestion question, int tries) {
    return ask(question)
        .thenCompose(error ->
            error == ErrorCode.CONCURRENT_TRANSACTIONS && tries > 1
                ? CompletableFuture.supplyAsync(() -> ask(question, tries - 1), AGAIN)
                    .thenCompose(answer -> answer)
                : CompletableFuture.completedFuture(error));
  }

  private CompletableFuture<ErrorCode> ask(PartitionQuestion question) {
    MetadataImage image = metadata.get();
    int partition = partitionOf.applyAsInt(question.transactionalId());
    PartitionImage state = image.partition(TopicNames.TRANSACTION_STATE, partition);
    if (state != null && state.leader() == nodeId) {
      return here.ask(question);
    }
    BrokerImage coordinator = state == null ? null : image.brokers().get(state.leader());
    return coordinator == null
        ? CompletableFuture.completedFuture(ErrorCode.COORDINATOR_NOT_AVAILABLE)
        : peers
            .ask(coordinator, question)
            .thenApply(error ->
                error == ErrorCode.NETWORK_EXCEPTION ? ErrorCode.COORDINATOR_NOT_AVAILABLE : error);
  }
}
