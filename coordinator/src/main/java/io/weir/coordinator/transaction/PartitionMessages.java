package io.weir.coordinator.transaction;

import io.weir.protocol.message.AddPartitionsToTxnRequest;
import io.weir.protocol.message.AddPartitionsToTxnResponse;
import io.weir.protocol.model.ErrorCode;
import io.weir.protocol.model.TopicPartition;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** AddPartitionsToTxn between the wire and the core. Stateless. */
final class PartitionMessages {
  /** From this version on nodes ask, for many producers at once. */
  private static final int BATCHED = 4;

  private static final int TRANSACTION_ABORTABLE_KNOWN = 5;

  private PartitionMessages() {}

  static boolean isBatched(int version) {
    return version >= BATCHED;
  }

  /** The one transaction of a client's request, as nodes would ask for it. */
  static AddPartitionsToTxnRequest.Transaction only(AddPartitionsToTxnRequest request) {
    return AddPartitionsToTxnRequest.Transaction.builder()
        .transactionalId(request.v3AndBelowTransactionalId())
        .producerId(request.v3AndBelowProducerId())
        .producerEpoch(request.v3AndBelowProducerEpoch())
        .topics(request.v3AndBelowTopics())
        .build();
  }

  static List<TopicPartition> partitions(AddPartitionsToTxnRequest.Transaction transaction) {
    List<TopicPartition> partitions = new ArrayList<>();
    for (AddPartitionsToTxnRequest.Topic topic : transaction.topics()) {
      topic.partitions().forEach(index -> partitions.add(new TopicPartition(topic.name(), index)));
    }
    return partitions;
  }

  /** What a version that does not know the error is told instead. */
  static ErrorCode verified(ErrorCode error, int version) {
    return error == ErrorCode.TRANSACTION_ABORTABLE && version < TRANSACTION_ABORTABLE_KNOWN
        ? ErrorCode.INVALID_TXN_STATE
        : error;
  }

  /**
   * @param errors one for each partition of {@link #partitions}, in that order
   */
  static AddPartitionsToTxnResponse.Transaction write(
      AddPartitionsToTxnRequest.Transaction transaction, List<ErrorCode> errors) {
    Iterator<ErrorCode> next = errors.iterator();
    List<AddPartitionsToTxnResponse.Topic> topics = new ArrayList<>();
    for (AddPartitionsToTxnRequest.Topic topic : transaction.topics()) {
      List<AddPartitionsToTxnResponse.Partition> partitions = new ArrayList<>();
      for (int index : topic.partitions()) {
        partitions.add(
            AddPartitionsToTxnResponse.Partition.builder()
                .partitionIndex(index)
                .partitionErrorCode(next.next())
                .build());
      }
      topics.add(
          AddPartitionsToTxnResponse.Topic.builder()
              .name(topic.name())
              .resultsByPartition(partitions)
              .build());
    }
    return AddPartitionsToTxnResponse.Transaction.builder()
        .transactionalId(transaction.transactionalId())
        .topicResults(topics)
        .build();
  }
}
