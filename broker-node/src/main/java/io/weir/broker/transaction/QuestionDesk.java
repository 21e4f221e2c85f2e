package io.weir.broker.transaction;

import io.weir.protocol.message.AddPartitionsToTxnRequest;
import io.weir.protocol.message.AddPartitionsToTxnResponse;
import io.weir.protocol.model.ErrorCode;
import io.weir.protocol.model.TopicPartition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * Puts questions about transactions to the coordinator on this node: those about one transaction
 * together, so that they cost one write. Thread-safe: holds no state.
 */
public final class QuestionDesk {
  /** The version in which a request can both ask and add, and TRANSACTION_ABORTABLE be said. */
  public static final int VERSION = 5;

  private final Function<AddPartitionsToTxnRequest, CompletableFuture<AddPartitionsToTxnResponse>>
      coordinator;

  /** What one transaction is asked. */
  private record Subject(
      String transactionalId, long producerId, short producerEpoch, boolean add) {
    static Subject of(PartitionQuestion question) {
      return new Subject(
          question.transactionalId(),
          question.producerId(),
          question.producerEpoch(),
          question.add());
    }
  }

  /** Takes answers. Called on any thread; must not block. */
  @FunctionalInterface
  public interface Answers {
    /**
     * Takes one answer.
     *
     * @param index of the question in the list
     */
    void put(int index, ErrorCode error);
  }

  /**
   * @param coordinator answers requests of version {@link #VERSION}, never exceptionally
   */
  public QuestionDesk(
      Function<AddPartitionsToTxnRequest, CompletableFuture<AddPartitionsToTxnResponse>>
          coordinator) {
    this.coordinator = coordinator;
  }

  /** Asks all of them; each is answered once. */
  public void ask(List<PartitionQuestion> questions, Answers answers) {
    Map<Subject, List<Integer>> bySubject = new LinkedHashMap<>();
    for (int i = 0; i < questions.size(); i++) {
      bySubject.computeIfAbsent(Subject.of(questions.get(i)), s -> new ArrayList<>()).add(i);
    }
    bySubject.forEach((subject, indexes) -> {
      List<TopicPartition> partitions =
          indexes.stream().map(index -> questions.get(index).partition()).toList();
      var _ =
          coordinator
              .apply(request(subject, partitions))
              .thenAccept(response -> {
                Map<TopicPartition, ErrorCode> results = results(response);
                for (int index : indexes) {
                  TopicPartition partition = questions.get(index).partition();
                  answers.put(index, results.getOrDefault(partition, errorOfAll(response)));
                }
              });
    });
  }

  /** Asks one. */
  public CompletableFuture<ErrorCode> ask(PartitionQuestion question) {
    CompletableFuture<ErrorCode> answer = new CompletableFuture<>();
    ask(List.of(question), (index, error) -> answer.complete(error));
    return answer;
  }

  private static AddPartitionsToTxnRequest request(
      Subject subject, List<TopicPartition> partitions) {
    Map<String, TreeSet<Integer>> byTopic = new LinkedHashMap<>();
    for (TopicPartition partition : partitions) {
      byTopic
          .computeIfAbsent(partition.topic(), topic -> new TreeSet<>())
          .add(partition.partition());
    }
    List<AddPartitionsToTxnRequest.Topic> topics = new ArrayList<>();
    byTopic.forEach((topic, indexes) ->
        topics.add(
            AddPartitionsToTxnRequest.Topic.builder()
                .name(topic)
                .partitions(List.copyOf(indexes))
                .build()));
    return AddPartitionsToTxnRequest.builder()
        .transactions(
            List.of(
                AddPartitionsToTxnRequest.Transaction.builder()
                    .transactionalId(subject.transactionalId())
                    .producerId(subject.producerId())
                    .producerEpoch(subject.producerEpoch())
                    .verifyOnly(!subject.add())
                    .topics(topics)
                    .build()))
        .build();
  }

  /** What counts for a partition that the answer leaves out; never that all is well. */
  private static ErrorCode errorOfAll(AddPartitionsToTxnResponse response) {
    return response.errorCode() == ErrorCode.NONE
        ? ErrorCode.UNKNOWN_SERVER_ERROR
        : response.errorCode();
  }

  private static Map<TopicPartition, ErrorCode> results(AddPartitionsToTxnResponse response) {
    Map<TopicPartition, ErrorCode> results = new HashMap<>();
    for (AddPartitionsToTxnResponse.Transaction transaction : response.resultsByTransaction()) {
      for (AddPartitionsToTxnResponse.Topic topic : transaction.topicResults()) {
        for (AddPartitionsToTxnResponse.Partition partition : topic.resultsByPartition()) {
          results.put(
              new TopicPartition(topic.name(), partition.partitionIndex()),
              partition.partitionErrorCode());
        }
      }
    }
    return results;
  }
}
