package io.weir.broker.handler;

import io.weir.coordinator.metadata.MetadataImage;
import io.weir.protocol.message.AddPartitionsToTxnRequest;
import io.weir.protocol.message.AddPartitionsToTxnRequest.Topic;
import io.weir.protocol.message.AddPartitionsToTxnRequest.Transaction;
import io.weir.protocol.message.AddPartitionsToTxnResponse;
import io.weir.protocol.model.ErrorCode;
import io.weir.protocol.model.TopicNames;
import io.weir.protocol.model.TopicPartition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * AddPartitionsToTxn, versions 0 to 5. Up to 3 it comes from clients and is about one transaction,
 * which may not have partitions of internal topics; from 4 on it is about several, and nodes of
 * other makes use it among themselves. A transaction of whose partitions one does not exist gets
 * none of them: the others are answered OPERATION_NOT_ATTEMPTED.
 */
final class AddPartitionsToTxnHandler implements ApiHandler<AddPartitionsToTxnRequest> {
  private static final int SEVERAL_FROM = 4;

  private final Supplier<MetadataImage> metadata;
  private final Coordinator coordinator;

  /** The transaction coordinator's part. */
  @FunctionalInterface
  interface Coordinator {
    CompletableFuture<AddPartitionsToTxnResponse> addPartitions(
        AddPartitionsToTxnRequest request, int version);
  }

  AddPartitionsToTxnHandler(Supplier<MetadataImage> metadata, Coordinator coordinator) {
    this.metadata = metadata;
    this.coordinator = coordinator;
  }

  @Override
  public void handle(AddPartitionsToTxnRequest request, RequestContext context) {
    if (context.version() < SEVERAL_FROM) {
      handleOne(request, context);
    } else {
      handleSeveral(request, context);
    }
  }

  private void handleOne(AddPartitionsToTxnRequest request, RequestContext context) {
    List<AddPartitionsToTxnResponse.Topic> refusal = refusal(request.v3AndBelowTopics(), false);
    if (refusal == null) {
      context.answerWhenDone(request, coordinator.addPartitions(request, context.version()));
    } else {
      context.answer(
          AddPartitionsToTxnResponse.builder().resultsByTopicV3AndBelow(refusal).build());
    }
  }

  private void handleSeveral(AddPartitionsToTxnRequest request, RequestContext context) {
    List<AddPartitionsToTxnResponse.Transaction> refused = new ArrayList<>();
    List<Transaction> taken = new ArrayList<>();
    for (Transaction transaction : request.transactions()) {
      List<AddPartitionsToTxnResponse.Topic> refusal = refusal(transaction.topics(), true);
      if (refusal == null) {
        taken.add(transaction);
      } else {
        refused.add(
            AddPartitionsToTxnResponse.Transaction.builder()
                .transactionalId(transaction.transactionalId())
                .topicResults(refusal)
                .build());
      }
    }
    if (taken.isEmpty()) {
      context.answer(AddPartitionsToTxnResponse.builder().resultsByTransaction(refused).build());
      return;
    }
    AddPartitionsToTxnRequest rest = request.toBuilder().transactions(taken).build();
    context.answerWhenDone(
        request,
        coordinator
            .addPartitions(rest, context.version())
            .thenApply(response -> {
              List<AddPartitionsToTxnResponse.Transaction> all =
                  new ArrayList<>(response.resultsByTransaction());
              all.addAll(refused);
              return response.toBuilder().resultsByTransaction(all).build();
            }));
  }

  /** The answer to partitions that cannot all be added; null when they can. */
  private @Nullable List<AddPartitionsToTxnResponse.Topic> refusal(
      List<Topic> topics, boolean internalToo) {
    MetadataImage image = metadata.get();
    Map<TopicPartition, ErrorCode> errors = new HashMap<>();
    for (Topic topic : topics) {
      for (int partition : topic.partitions()) {
        if (!internalToo && TopicNames.isInternal(topic.name())) {
          errors.put(
              new TopicPartition(topic.name(), partition), ErrorCode.TOPIC_AUTHORIZATION_FAILED);
        } else if (image.partition(topic.name(), partition) == null) {
          errors.put(
              new TopicPartition(topic.name(), partition), ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
        }
      }
    }
    return errors.isEmpty() ? null : topics.stream().map(topic -> refused(topic, errors)).toList();
  }

  private static AddPartitionsToTxnResponse.Topic refused(
      Topic topic, Map<TopicPartition, ErrorCode> errors) {
    return AddPartitionsToTxnResponse.Topic.builder()
        .name(topic.name())
        .resultsByPartition(
            topic.partitions().stream()
                .map(partition ->
                    AddPartitionsToTxnResponse.Partition.builder()
                        .partitionIndex(partition)
                        .partitionErrorCode(
                            errors.getOrDefault(
                                new TopicPartition(topic.name(), partition),
                                ErrorCode.OPERATION_NOT_ATTEMPTED))
                        .build())
                .toList())
        .build();
  }
}
