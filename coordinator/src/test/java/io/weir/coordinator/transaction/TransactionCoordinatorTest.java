package io.weir.coordinator.transaction;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.coordinator.group.ManualLoop;
import io.weir.coordinator.transaction.core.TransactionSettings;
import io.weir.protocol.message.AddOffsetsToTxnRequest;
import io.weir.protocol.message.AddPartitionsToTxnRequest;
import io.weir.protocol.message.AddPartitionsToTxnResponse;
import io.weir.protocol.message.DescribeTransactionsRequest;
import io.weir.protocol.message.DescribeTransactionsResponse;
import io.weir.protocol.message.EndTxnRequest;
import io.weir.protocol.message.EndTxnResponse;
import io.weir.protocol.message.InitProducerIdRequest;
import io.weir.protocol.message.InitProducerIdResponse;
import io.weir.protocol.message.ListTransactionsRequest;
import io.weir.protocol.message.ListTransactionsResponse;
import io.weir.protocol.model.ErrorCode;
import io.weir.protocol.model.TopicPartition;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Requests as they come from the wire, over a log and partitions in memory. */
class TransactionCoordinatorTest {
  private static final short EPOCH_0 = 0;

  private record Sent(
      TransactionMarker marker, TopicPartition partition, CompletableFuture<ErrorCode> answer) {}

  private final ManualLoop loop = new ManualLoop();
  private final MemoryStates log = new MemoryStates(loop);
  private final List<Sent> markers = new ArrayList<>();
  private final Deque<CompletableFuture<Long>> idsAskedFor = new ArrayDeque<>();
  private boolean holdsMarkers;
  private boolean holdsIds;
  private long nextId = 100;
  private final TransactionCoordinator coordinator =
      new TransactionCoordinator(
          log,
          this::take,
          this::nextId,
          group -> group.equals("nowhere") ? -1 : 7,
          TransactionSettings.defaults(),
          loop);

  private CompletableFuture<ErrorCode> take(TransactionMarker marker, TopicPartition partition) {
    CompletableFuture<ErrorCode> answer = new CompletableFuture<>();
    markers.add(new Sent(marker, partition, answer));
    if (!holdsMarkers) {
      answer.complete(ErrorCode.NONE);
    }
    return answer;
  }

  private CompletableFuture<Long> nextId() {
    CompletableFuture<Long> id = new CompletableFuture<>();
    if (holdsIds) {
      idsAskedFor.add(id);
    } else {
      id.complete(nextId++);
    }
    return id;
  }

  @BeforeEach
  void lead() {
    loop.run(() -> coordinator.onLeading(0, 1));
  }

  /** Another node leads, with nothing but the log. */
  private void moveTo(int leaderEpoch) {
    loop.run(() -> coordinator.onResigned(0));
    loop.run(() -> coordinator.onLeading(0, leaderEpoch));
  }

  private <T> T get(CompletableFuture<T> answer) {
    loop.drain();
    assertThat(answer).isCompleted();
    return answer.join();
  }

  // ---- requests

  private static InitProducerIdRequest initRequest(@Nullable String id) {
    return InitProducerIdRequest.builder().transactionalId(id).transactionTimeoutMs(60_000).build();
  }

  private InitProducerIdResponse start(String id) {
    return get(coordinator.initProducerId(initRequest(id), 5));
  }

  private ErrorCode add(String id, long producerId, int epoch, int version, int... partitions) {
    AddPartitionsToTxnRequest.Topic topic =
        new AddPartitionsToTxnRequest.Topic("t", Arrays.stream(partitions).boxed().toList());
    AddPartitionsToTxnResponse.Topic result;
    if (version < 4) {
      AddPartitionsToTxnRequest request =
          AddPartitionsToTxnRequest.builder()
              .v3AndBelowTransactionalId(id)
              .v3AndBelowProducerId(producerId)
              .v3AndBelowProducerEpoch((short) epoch)
              .v3AndBelowTopics(List.of(topic))
              .build();
      result =
          get(coordinator.addPartitions(request, version)).resultsByTopicV3AndBelow().getFirst();
    } else {
      AddPartitionsToTxnRequest request =
          AddPartitionsToTxnRequest.builder()
              .transactions(List.of(transaction(id, producerId, epoch, false, topic)))
              .build();
      result =
          get(coordinator.addPartitions(request, version))
              .resultsByTransaction()
              .getFirst()
              .topicResults()
              .getFirst();
    }
    assertThat(result.resultsByPartition()).hasSize(partitions.length);
    return result.resultsByPartition().getFirst().partitionErrorCode();
  }

  private static AddPartitionsToTxnRequest.Transaction transaction(
      String id,
      long producerId,
      int epoch,
      boolean verifyOnly,
      AddPartitionsToTxnRequest.Topic topic) {
    return AddPartitionsToTxnRequest.Transaction.builder()
        .transactionalId(id)
        .producerId(producerId)
        .producerEpoch((short) epoch)
        .verifyOnly(verifyOnly)
        .topics(List.of(topic))
        .build();
  }

  private CompletableFuture<EndTxnResponse> end(
      String id, long producerId, int epoch, boolean commit, int version) {
    return coordinator.endTxn(
        EndTxnRequest.builder()
            .transactionalId(id)
            .producerId(producerId)
            .producerEpoch((short) epoch)
            .committed(commit)
            .build(),
        version);
  }

  /** As it is once all that is under way has settled. */
  private DescribeTransactionsResponse.Transaction describe(String id) {
    loop.drain();
    DescribeTransactionsRequest request =
        DescribeTransactionsRequest.builder().transactionalIds(List.of(id)).build();
    return get(coordinator.describe(request, 0)).transactionStates().getFirst();
  }

  // ---- the plain course, in all versions

  @Test
  void aTransactionGoesThroughInEveryVersion() {
    for (int version = 0; version <= 5; version++) {
      String id = "tx" + version;
      InitProducerIdResponse started = get(coordinator.initProducerId(initRequest(id), version));
      assertThat(started.producerEpoch()).isEqualTo(EPOCH_0);
      long producer = started.producerId();
      assertThat(add(id, producer, 0, version, 0, 1)).isEqualTo(ErrorCode.NONE);
      EndTxnResponse ended = get(end(id, producer, 0, true, version));
      assertThat(ended.errorCode()).isEqualTo(ErrorCode.NONE);
      assertThat(ended.producerId()).isEqualTo(version == 5 ? producer : -1);
      assertThat(ended.producerEpoch()).isEqualTo((short) (version == 5 ? 1 : -1));
      assertThat(describe(id).transactionState()).isEqualTo("CompleteCommit");
      assertThat(markers.getLast().marker())
          .isEqualTo(
              new TransactionMarker(
                  id, producer, (short) (version == 5 ? 1 : 0), 1, true, version == 5));
    }
  }

  @Test
  void withoutATransactionalIdThereIsJustANewProducerId() {
    InitProducerIdResponse first = get(coordinator.initProducerId(initRequest(null), 5));
    InitProducerIdResponse second = get(coordinator.initProducerId(initRequest(null), 0));
    assertThat(first.producerId()).isEqualTo(100);
    assertThat(second.producerId()).isEqualTo(101);
    assertThat(log.batches()).isZero();
    holdsIds = true;
    CompletableFuture<InitProducerIdResponse> third =
        coordinator.initProducerId(initRequest(null), 5);
    idsAskedFor.remove().completeExceptionally(new IllegalStateException("no controller"));
    assertThat(get(third).errorCode()).isEqualTo(ErrorCode.COORDINATOR_NOT_AVAILABLE);
  }

  @Test
  void whatMakesNoSenseIsRefused() {
    assertThat(start("").errorCode()).isEqualTo(ErrorCode.INVALID_REQUEST);
    InitProducerIdRequest half = initRequest("tx").toBuilder().producerId(5).build();
    assertThat(get(coordinator.initProducerId(half, 5)).errorCode())
        .isEqualTo(ErrorCode.INVALID_REQUEST);
    InitProducerIdRequest endless =
        initRequest("tx").toBuilder().transactionTimeoutMs(900_001).build();
    assertThat(get(coordinator.initProducerId(endless, 5)).errorCode())
        .isEqualTo(ErrorCode.INVALID_TRANSACTION_TIMEOUT);
  }

  @Test
  void aGroupsOffsetsAreAPartitionLikeOthers() {
    long producer = start("tx").producerId();
    AddOffsetsToTxnRequest request =
        AddOffsetsToTxnRequest.builder()
            .transactionalId("tx")
            .producerId(producer)
            .producerEpoch(EPOCH_0)
            .groupId("g")
            .build();
    for (int version = 0; version <= 4; version++) {
      assertThat(get(coordinator.addOffsets(request, version)).errorCode())
          .isEqualTo(ErrorCode.NONE);
    }
    assertThat(describe("tx").topics())
        .containsExactly(
            DescribeTransactionsResponse.Topic.builder()
                .topic("__consumer_offsets")
                .partitions(List.of(7))
                .build());
    AddOffsetsToTxnRequest nowhere = request.toBuilder().groupId("nowhere").build();
    assertThat(get(coordinator.addOffsets(nowhere, 4)).errorCode())
        .isEqualTo(ErrorCode.COORDINATOR_NOT_AVAILABLE);
  }

  @Test
  void aNodeVerifiesManyProducersAtOnce() {
    long producer = start("tx").producerId();
    add("tx", producer, 0, 3, 0);
    AddPartitionsToTxnRequest.Topic topic = new AddPartitionsToTxnRequest.Topic("t", List.of(0, 1));
    AddPartitionsToTxnRequest request =
        AddPartitionsToTxnRequest.builder()
            .transactions(
                List.of(
                    transaction("tx", producer, 0, true, topic),
                    transaction("tx", producer, 1, true, topic)))
            .build();
    assertThat(verified(request, 5, 0))
        .containsExactly(ErrorCode.NONE, ErrorCode.TRANSACTION_ABORTABLE);
    assertThat(verified(request, 4, 0))
        .containsExactly(ErrorCode.NONE, ErrorCode.INVALID_TXN_STATE);
    assertThat(verified(request, 5, 1))
        .containsExactly(ErrorCode.PRODUCER_FENCED, ErrorCode.PRODUCER_FENCED);
  }

  private List<ErrorCode> verified(AddPartitionsToTxnRequest request, int version, int index) {
    return get(coordinator.addPartitions(request, version))
        .resultsByTransaction()
        .get(index)
        .topicResults()
        .getFirst()
        .resultsByPartition()
        .stream()
        .map(AddPartitionsToTxnResponse.Partition::partitionErrorCode)
        .toList();
  }

  // ---- stories

  @Test
  void aZombieIsFencedAndOlderVersionsHearOfItInTheirWords() {
    long producer = start("tx").producerId();
    add("tx", producer, 0, 3, 0);
    assertThat(start("tx").errorCode()).isEqualTo(ErrorCode.CONCURRENT_TRANSACTIONS);
    assertThat(start("tx").producerEpoch()).isEqualTo((short) 2);
    assertThat(add("tx", producer, 0, 1, 0)).isEqualTo(ErrorCode.INVALID_PRODUCER_EPOCH);
    assertThat(add("tx", producer, 0, 2, 0)).isEqualTo(ErrorCode.PRODUCER_FENCED);
    assertThat(get(end("tx", producer, 0, true, 1)).errorCode())
        .isEqualTo(ErrorCode.INVALID_PRODUCER_EPOCH);
    assertThat(get(end("tx", producer, 0, true, 5)).errorCode())
        .isEqualTo(ErrorCode.PRODUCER_FENCED);
    InitProducerIdRequest again =
        initRequest("tx").toBuilder().producerId(producer).producerEpoch(EPOCH_0).build();
    assertThat(get(coordinator.initProducerId(again, 3)).errorCode())
        .isEqualTo(ErrorCode.INVALID_PRODUCER_EPOCH);
    assertThat(get(coordinator.initProducerId(again, 4)).errorCode())
        .isEqualTo(ErrorCode.PRODUCER_FENCED);
  }

  @Test
  void theCoordinatorDiesBetweenTheDecisionAndItsMarkersAndItsSuccessorFinishes() {
    long producer = start("tx").producerId();
    add("tx", producer, 0, 3, 0, 1);
    holdsMarkers = true;
    assertThat(get(end("tx", producer, 0, true, 3)).errorCode()).isEqualTo(ErrorCode.NONE);
    assertThat(markers).hasSize(2);
    markers.getFirst().answer().complete(ErrorCode.NONE);
    moveTo(2);
    assertThat(markers).hasSize(4);
    assertThat(markers.subList(2, 4))
        .allMatch(sent ->
            sent.marker().equals(new TransactionMarker("tx", producer, EPOCH_0, 2, true, false)));
    // What comes for the one before changes nothing.
    markers.get(1).answer().complete(ErrorCode.NONE);
    assertThat(describe("tx").transactionState()).isEqualTo("PrepareCommit");
    markers.get(2).answer().complete(ErrorCode.NONE);
    markers.get(3).answer().complete(ErrorCode.NONE);
    assertThat(describe("tx").transactionState()).isEqualTo("CompleteCommit");
  }

  @Test
  void aMarkerIsSentAgainUntilItIsInPlace() {
    long producer = start("tx").producerId();
    add("tx", producer, 0, 3, 0);
    holdsMarkers = true;
    assertThat(get(end("tx", producer, 0, false, 3)).errorCode()).isEqualTo(ErrorCode.NONE);
    for (int tries = 1; tries < 20; tries++) {
      assertThat(markers).hasSize(tries);
      markers.getLast().answer().complete(ErrorCode.NOT_LEADER_OR_FOLLOWER);
      loop.pass(1_000);
    }
    markers.getLast().answer().complete(ErrorCode.NONE);
    assertThat(describe("tx").transactionState()).isEqualTo("CompleteAbort");
  }

  @Test
  void aLostAnswerIsGivenAgainByTheSuccessor() {
    long producer = start("tx").producerId();
    add("tx", producer, 0, 5, 0);
    assertThat(get(end("tx", producer, 0, true, 5)).errorCode()).isEqualTo(ErrorCode.NONE);
    moveTo(2);
    EndTxnResponse again = get(end("tx", producer, 0, true, 5));
    assertThat(again.errorCode()).isEqualTo(ErrorCode.NONE);
    assertThat(again.producerEpoch()).isEqualTo((short) 1);
  }

  @Test
  void aTimeoutAbortsWhatAProducerForgot() {
    long producer = start("tx").producerId();
    add("tx", producer, 0, 3, 0);
    assertThat(coordinator.openTransactions()).isEqualTo(1);
    loop.pass(50_000);
    assertThat(coordinator.oldestOpenTransactionMs()).isEqualTo(50_000);
    loop.pass(30_000);
    assertThat(coordinator.openTransactions()).isZero();
    assertThat(coordinator.oldestOpenTransactionMs()).isZero();
    assertThat(describe("tx").transactionState()).isEqualTo("CompleteAbort");
    assertThat(get(end("tx", producer, 0, true, 3)).errorCode())
        .isEqualTo(ErrorCode.PRODUCER_FENCED);
  }

  // ---- load and leadership

  @Test
  void whileTheLogIsReadProducersArePutOff() {
    start("tx");
    log.holdLoads();
    moveTo(2);
    assertThat(start("tx").errorCode()).isEqualTo(ErrorCode.COORDINATOR_LOAD_IN_PROGRESS);
    assertThat(get(coordinator.list(ListTransactionsRequest.builder().build(), 2)).errorCode())
        .isEqualTo(ErrorCode.COORDINATOR_LOAD_IN_PROGRESS);
    log.finishLoads();
    assertThat(start("tx").producerEpoch()).isEqualTo((short) 1);
  }

  @Test
  void whoeverDoesNotLeadDoesNotCoordinate() {
    log.holdAppends(true);
    CompletableFuture<InitProducerIdResponse> waiting =
        coordinator.initProducerId(initRequest("tx"), 5);
    loop.drain();
    loop.run(() -> coordinator.onResigned(0));
    assertThat(get(waiting).errorCode()).isEqualTo(ErrorCode.NOT_COORDINATOR);
    assertThat(start("tx").errorCode()).isEqualTo(ErrorCode.NOT_COORDINATOR);
    assertThat(describe("tx").errorCode()).isEqualTo(ErrorCode.NOT_COORDINATOR);
    log.count(0);
    assertThat(start("tx").errorCode()).isEqualTo(ErrorCode.COORDINATOR_NOT_AVAILABLE);
  }

  @Test
  void aProducerIdThatComesForADeposedCoordinatorIsDropped() {
    holdsIds = true;
    CompletableFuture<InitProducerIdResponse> waiting =
        coordinator.initProducerId(initRequest("tx"), 5);
    loop.drain();
    moveTo(2);
    assertThat(get(waiting).errorCode()).isEqualTo(ErrorCode.NOT_COORDINATOR);
    idsAskedFor.remove().complete(9L);
    loop.drain();
    assertThat(describe("tx").errorCode()).isEqualTo(ErrorCode.TRANSACTIONAL_ID_NOT_FOUND);
  }

  @Test
  void whenNobodyKnowsWhetherARecordHoldsTheLogIsAskedAgain() {
    long producer = start("tx").producerId();
    add("tx", producer, 0, 3, 0);
    log.holdAppends(true);
    CompletableFuture<EndTxnResponse> end = end("tx", producer, 0, true, 3);
    loop.drain();
    log.giveUpOnNext();
    assertThat(get(end).errorCode()).isEqualTo(ErrorCode.COORDINATOR_LOAD_IN_PROGRESS);
    log.commitNext();
    assertThat(get(end("tx", producer, 0, true, 3)).errorCode()).isEqualTo(ErrorCode.NONE);
  }

  @Test
  void halfALogIsNotServed() {
    start("tx");
    log.damage(ByteBuffer.allocate(80));
    moveTo(2);
    assertThat(start("tx").errorCode()).isEqualTo(ErrorCode.COORDINATOR_LOAD_IN_PROGRESS);
    log.repair();
    loop.pass(1_000);
    assertThat(start("tx").producerEpoch()).isEqualTo((short) 1);
  }

  // ---- administration

  @Test
  void transactionsAreDescribedAndListed() {
    long producer = start("orders-1").producerId();
    start("billing");
    add("orders-1", producer, 0, 3, 2, 3);
    DescribeTransactionsResponse.Transaction described = describe("orders-1");
    assertThat(described.transactionState()).isEqualTo("Ongoing");
    assertThat(described.transactionTimeoutMs()).isEqualTo(60_000);
    assertThat(described.transactionStartTimeMs()).isEqualTo(loop.now().wallMs());
    assertThat(described.topics().getFirst().partitions()).containsExactly(2, 3);
    assertThat(describe("nobody").errorCode()).isEqualTo(ErrorCode.TRANSACTIONAL_ID_NOT_FOUND);

    assertThat(listed(ListTransactionsRequest.builder())).containsExactly("orders-1", "billing");
    assertThat(listed(ListTransactionsRequest.builder().stateFilters(List.of("Ongoing", "Odd"))))
        .containsExactly("orders-1");
    assertThat(listed(ListTransactionsRequest.builder().stateFilters(List.of("Odd")))).isEmpty();
    assertThat(listed(ListTransactionsRequest.builder().transactionalIdPattern("orders-.*")))
        .containsExactly("orders-1");
    ListTransactionsRequest odd =
        ListTransactionsRequest.builder().stateFilters(List.of("Odd")).build();
    assertThat(get(coordinator.list(odd, 2)).unknownStateFilters()).containsExactly("Odd");
    ListTransactionsRequest noPattern =
        ListTransactionsRequest.builder().transactionalIdPattern("(").build();
    assertThat(get(coordinator.list(noPattern, 2)).errorCode())
        .isEqualTo(ErrorCode.INVALID_REGULAR_EXPRESSION);
  }

  private List<String> listed(ListTransactionsRequest.Builder request) {
    return get(coordinator.list(request.build(), 2)).transactionStates().stream()
        .map(ListTransactionsResponse.Transaction::transactionalId)
        .toList();
  }
}
