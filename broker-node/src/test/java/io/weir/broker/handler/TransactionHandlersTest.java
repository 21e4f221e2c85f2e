package io.weir.broker.handler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.weir.coordinator.metadata.MetadataImage;
import io.weir.protocol.message.AddPartitionsToTxnRequest;
import io.weir.protocol.message.AddPartitionsToTxnResponse;
import io.weir.protocol.message.ApiKey;
import io.weir.protocol.message.TxnOffsetCommitRequest;
import io.weir.protocol.message.TxnOffsetCommitResponse;
import io.weir.protocol.message.WriteTxnMarkersRequest;
import io.weir.protocol.message.WriteTxnMarkersResponse;
import io.weir.protocol.model.ErrorCode;
import io.weir.protocol.model.TopicNames;
import io.weir.replication.Verification;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the handlers of transactions do by themselves, before and after the coordinators' part. */
class TransactionHandlersTest {
  private static final MetadataImage IMAGE =
      Images.of(Images.topic("orders", 2), Images.topic(TopicNames.CONSUMER_OFFSETS, 4));

  private final List<String> steps = new CopyOnWriteArrayList<>();
  private volatile Verification verification = new Verification.Needed(77);
  private volatile ErrorCode ofCoordinator = ErrorCode.NONE;

  private final ServedApis apis =
      new ServedApis(
          new ApiRegistry.Builder()
              .serve(
                  ApiKey.TXN_OFFSET_COMMIT,
                  TxnOffsetCommitRequest.class,
                  new TxnOffsetCommitHandler(
                      group -> group.equals("unplaced") ? -1 : 3,
                      request -> {
                        steps.add("look at " + request.partition());
                        request.onResult().accept(verification);
                      },
                      (id, producerId, epoch, partition, add) -> {
                        steps.add((add ? "add " : "verify ") + id);
                        return CompletableFuture.completedFuture(ofCoordinator);
                      },
                      (request, version, guard) -> {
                        steps.add("write with guard " + guard);
                        return CompletableFuture.completedFuture(
                            request.errorResponse(ErrorCode.NONE, null));
                      }))
              .serve(
                  ApiKey.ADD_PARTITIONS_TO_TXN,
                  AddPartitionsToTxnRequest.class,
                  new AddPartitionsToTxnHandler(
                      () -> IMAGE,
                      (request, version) -> {
                        steps.add("coordinator adds");
                        return CompletableFuture.completedFuture(
                            request.errorResponse(ErrorCode.NONE, null));
                      }))
              .serve(
                  ApiKey.WRITE_TXN_MARKERS,
                  WriteTxnMarkersRequest.class,
                  new WriteTxnMarkersHandler(marker -> {
                    steps.add(marker.raisesEpoch() ? "marker that raises" : "marker");
                    marker
                        .onResult()
                        .accept(
                            marker.partition().partition() == 0
                                ? ErrorCode.NONE
                                : ErrorCode.NOT_LEADER_OR_FOLLOWER);
                  })));

  @AfterEach
  void close() throws Exception {
    apis.close();
  }

  @Test
  void theFirstOffsetsOfATransactionAreWrittenOnlyWhenTheCoordinatorHasTheirPartition() {
    assertThat(commit("g", 3)).isEqualTo(ErrorCode.NONE);

    assertThat(steps)
        .containsExactly(
            "look at __consumer_offsets-3",
            "verify tx",
            "look at __consumer_offsets-3",
            "write with guard 77");
  }

  @Test
  void fromVersionFiveOnTheirPartitionIsAdded() {
    assertThat(commit("g", 5)).isEqualTo(ErrorCode.NONE);

    assertThat(steps).contains("add tx");
  }

  @Test
  void furtherOffsetsOfATransactionAreWrittenWithoutAQuestion() {
    verification = new Verification.NotNeeded();

    assertThat(commit("g", 5)).isEqualTo(ErrorCode.NONE);

    assertThat(steps).containsExactly("look at __consumer_offsets-3", "write with guard 0");
  }

  @Test
  void offsetsOutsideOfATransactionAreRefusedInWordsOfTheVersion() {
    ofCoordinator = ErrorCode.TRANSACTION_ABORTABLE;
    assertThat(commit("g", 3)).isEqualTo(ErrorCode.INVALID_TXN_STATE);
    assertThat(commit("g", 4)).isEqualTo(ErrorCode.TRANSACTION_ABORTABLE);

    ofCoordinator = ErrorCode.PRODUCER_FENCED;
    assertThat(commit("g", 5)).isEqualTo(ErrorCode.INVALID_PRODUCER_EPOCH);
    assertThat(steps).doesNotContain("write with guard 77");
  }

  @Test
  void aCoordinatorThatCannotBeReachedMakesTheClientAskAgain() {
    for (ErrorCode error :
        List.of(
            ErrorCode.COORDINATOR_NOT_AVAILABLE,
            ErrorCode.NOT_COORDINATOR,
            ErrorCode.CONCURRENT_TRANSACTIONS)) {
      ofCoordinator = error;
      assertThat(commit("g", 5)).isEqualTo(ErrorCode.COORDINATOR_LOAD_IN_PROGRESS);
    }
  }

  @Test
  void whereTheGroupIsNotCoordinatedHereTheClientLooksForItsCoordinator() {
    verification = new Verification.Refused(ErrorCode.NOT_LEADER_OR_FOLLOWER);
    assertThat(commit("g", 5)).isEqualTo(ErrorCode.NOT_COORDINATOR);
    assertThat(commit("unplaced", 5)).isEqualTo(ErrorCode.COORDINATOR_NOT_AVAILABLE);
  }

  @Test
  void onePartitionThatDoesNotExistKeepsTheOthersOut() {
    assertThat(add("orders", 0, 1)).containsExactly(ErrorCode.NONE, ErrorCode.NONE);
    assertThat(steps).containsExactly("coordinator adds");

    assertThat(add("orders", 0, 9))
        .containsExactly(ErrorCode.OPERATION_NOT_ATTEMPTED, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
    assertThat(add(TopicNames.CONSUMER_OFFSETS, 0))
        .containsExactly(ErrorCode.TOPIC_AUTHORIZATION_FAILED);
    assertThat(steps).containsExactly("coordinator adds");
  }

  @Test
  void ofSeveralTransactionsOnlyThatWithAPartitionThatDoesNotExistIsRefused() {
    AddPartitionsToTxnRequest request =
        AddPartitionsToTxnRequest.builder()
            .transactions(List.of(transaction("bad", 9), transaction("good", 1)))
            .build();

    AddPartitionsToTxnResponse response = apis.ask(request, 5, AddPartitionsToTxnResponse.class);

    assertThat(response.resultsByTransaction())
        .extracting(
            AddPartitionsToTxnResponse.Transaction::transactionalId,
            result ->
                result
                    .topicResults()
                    .getFirst()
                    .resultsByPartition()
                    .getFirst()
                    .partitionErrorCode())
        .containsExactlyInAnyOrder(
            tuple("good", ErrorCode.NONE), tuple("bad", ErrorCode.UNKNOWN_TOPIC_OR_PARTITION));
  }

  @Test
  void anOperatorsMarkersAreAnsweredPartitionByPartition() {
    WriteTxnMarkersRequest.Marker marker =
        WriteTxnMarkersRequest.Marker.builder()
            .producerId(5)
            .topics(
                List.of(
                    WriteTxnMarkersRequest.Topic.builder()
                        .name("orders")
                        .partitionIndexes(List.of(0, 1))
                        .build()))
            .build();

    WriteTxnMarkersResponse response =
        apis.ask(
            WriteTxnMarkersRequest.builder().markers(List.of(marker)).build(),
            1,
            WriteTxnMarkersResponse.class);

    assertThat(response.markers().getFirst().topics().getFirst().partitions())
        .extracting(WriteTxnMarkersResponse.Partition::errorCode)
        .containsExactly(ErrorCode.NONE, ErrorCode.NOT_LEADER_OR_FOLLOWER);
  }

  @Test
  void anOperatorsMarkerRaisesTheEpochWhenItSaysThatTheTransactionIsOfVersionTwo() {
    for (int transactionVersion = 0; transactionVersion <= 2; transactionVersion++) {
      WriteTxnMarkersRequest.Marker marker =
          WriteTxnMarkersRequest.Marker.builder()
              .producerId(5)
              .transactionVersion((byte) transactionVersion)
              .topics(
                  List.of(
                      WriteTxnMarkersRequest.Topic.builder()
                          .name("orders")
                          .partitionIndexes(List.of(0))
                          .build()))
              .build();
      apis.ask(
          WriteTxnMarkersRequest.builder().markers(List.of(marker)).build(),
          2,
          WriteTxnMarkersResponse.class);
    }

    assertThat(steps).containsExactly("marker", "marker", "marker that raises");
  }

  private ErrorCode commit(String group, int version) {
    TxnOffsetCommitRequest request =
        TxnOffsetCommitRequest.builder()
            .transactionalId("tx")
            .groupId(group)
            .producerId(5)
            .producerEpoch((short) 1)
            .topics(
                List.of(
                    TxnOffsetCommitRequest.Topic.builder()
                        .name("orders")
                        .partitions(List.of(TxnOffsetCommitRequest.Partition.builder().build()))
                        .build()))
            .build();
    return apis.ask(request, version, TxnOffsetCommitResponse.class)
        .topics()
        .getFirst()
        .partitions()
        .getFirst()
        .errorCode();
  }

  private List<ErrorCode> add(String topic, Integer... partitions) {
    AddPartitionsToTxnRequest request =
        AddPartitionsToTxnRequest.builder()
            .v3AndBelowTransactionalId("tx")
            .v3AndBelowTopics(
                List.of(
                    AddPartitionsToTxnRequest.Topic.builder()
                        .name(topic)
                        .partitions(List.of(partitions))
                        .build()))
            .build();
    return apis
        .ask(request, 3, AddPartitionsToTxnResponse.class)
        .resultsByTopicV3AndBelow()
        .getFirst()
        .resultsByPartition()
        .stream()
        .map(AddPartitionsToTxnResponse.Partition::partitionErrorCode)
        .toList();
  }

  private static AddPartitionsToTxnRequest.Transaction transaction(String id, int partition) {
    return AddPartitionsToTxnRequest.Transaction.builder()
        .transactionalId(id)
        .topics(
            List.of(
                AddPartitionsToTxnRequest.Topic.builder()
                    .name("orders")
                    .partitions(List.of(partition))
                    .build()))
        .build();
  }
}
