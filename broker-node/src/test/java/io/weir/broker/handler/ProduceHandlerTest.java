package io.weir.broker.handler;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.weir.broker.config.BrokerConfig;
import io.weir.broker.config.TopicLogConfigs;
import io.weir.broker.config.TopicSettings;
import io.weir.coordinator.metadata.MetadataImage;
import io.weir.protocol.message.ApiKey;
import io.weir.protocol.message.ProduceRequest;
import io.weir.protocol.message.ProduceResponse;
import io.weir.protocol.model.ErrorCode;
import io.weir.protocol.model.TopicNames;
import io.weir.protocol.model.TopicPartition;
import io.weir.protocol.record.BatchHeader;
import io.weir.protocol.record.BufferRecords;
import io.weir.protocol.record.Compression;
import io.weir.protocol.record.CompressionType;
import io.weir.protocol.record.RecordBatchBuilder;
import io.weir.replication.AppendRequest;
import io.weir.replication.AppendResult;
import io.weir.replication.Verification;
import io.weir.replication.VerificationRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProduceHandlerTest {
  private static final long NOW_MS = 1_800_000_000_000L;
  private static final int BY_NAME = 9;
  private static final int BY_ID = 13;

  /** What is sent over a socket need not be released. */
  private static final UnpooledByteBufAllocator HEAP = new UnpooledByteBufAllocator(false);

  private final MetadataImage image =
      Images.of(
          Images.topic("t", 2),
          Images.topic("moved", 1, 2, Map.of()),
          Images.topic("small", 1, 1, Map.of("max.message.bytes", "50")),
          Images.topic("gzipped", 1, 1, Map.of("compression.type", "gzip")),
          Images.topic("compacted", 1, 1, Map.of("cleanup.policy", "compact")),
          Images.topic(TopicNames.CONSUMER_OFFSETS, 1));
  private final Queue<AppendRequest> appends = new ConcurrentLinkedQueue<>();
  private final Queue<VerificationRequest> verifications = new ConcurrentLinkedQueue<>();
  private final Queue<Question> questions = new ConcurrentLinkedQueue<>();
  private final ServedApis apis =
      new ServedApis(
          new ApiRegistry.Builder()
              .serve(
                  ApiKey.PRODUCE,
                  ProduceRequest.class,
                  new ProduceHandler(
                      () -> image,
                      configs(),
                      appends::add,
                      verifications::add,
                      this::verify,
                      () -> NOW_MS,
                      2)));

  @AfterEach
  void close() throws Exception {
    appends.forEach(append -> append.batches().release());
    apis.close();
  }

  @Test
  void theAnswerLeavesWhenAllPartitionsHaveTheirs() {
    apis.send(produce(-1, "t", batch(), batch()), BY_NAME);
    await().until(() -> appends.size() == 2);
    List<AppendRequest> both = List.copyOf(appends);
    assertThat(both.getFirst().acks()).isEqualTo(-1);

    both.get(1).onResult().accept(new AppendResult.Appended(20, -1, 5));
    assertThat(apis.hasAnswer()).isFalse();
    both.get(0).onResult().accept(new AppendResult.Appended(10, -1, 0));

    ProduceResponse response = (ProduceResponse) apis.receive(ApiKey.PRODUCE, BY_NAME);
    assertThat(partitions(response))
        .extracting(ProduceResponse.Partition::baseOffset)
        .containsExactly(10L, 20L);
    assertThat(partitions(response).get(1).logStartOffset()).isEqualTo(5);
  }

  @Test
  void whoAsksTheWrongNodeIsToldTheLeaderAndItsAddress() {
    apis.send(produce(1, "moved", batch()), BY_ID);
    await().until(() -> appends.size() == 1);
    appends
        .element()
        .onResult()
        .accept(new AppendResult.Refused(ErrorCode.NOT_LEADER_OR_FOLLOWER, null));

    ProduceResponse response = (ProduceResponse) apis.receive(ApiKey.PRODUCE, BY_ID);
    ProduceResponse.Partition partition = partitions(response).getFirst();
    assertThat(partition.errorCode()).isEqualTo(ErrorCode.NOT_LEADER_OR_FOLLOWER);
    assertThat(partition.currentLeader().leaderId()).isEqualTo(2);
    assertThat(response.nodeEndpoints())
        .extracting(ProduceResponse.NodeEndpoint::host)
        .containsExactly("host2");
  }

  @ParameterizedTest
  @CsvSource({
    "9, NOT_LEADER_OR_FOLLOWER, -1",
    "9, FENCED_LEADER_EPOCH, -1",
    "10, NOT_LEADER_OR_FOLLOWER, 2",
    "10, FENCED_LEADER_EPOCH, 2",
    "12, NOT_LEADER_OR_FOLLOWER, 2",
    "13, FENCED_LEADER_EPOCH, 2",
    "13, NOT_ENOUGH_REPLICAS, -1"
  })
  void theLeaderIsNamedInVersionsThatCanAndWhereItHelps(int version, ErrorCode refusal, int named) {
    apis.send(produce(1, "moved", batch()), version);
    await().until(() -> appends.size() == 1);
    appends.element().onResult().accept(new AppendResult.Refused(refusal, null));

    ProduceResponse response = (ProduceResponse) apis.receive(ApiKey.PRODUCE, version);
    ProduceResponse.Partition partition = partitions(response).getFirst();
    assertThat(partition.errorCode()).isEqualTo(refusal);
    assertThat(partition.currentLeader().leaderId()).isEqualTo(named);
    assertThat(partition.currentLeader().leaderEpoch()).isEqualTo(named < 0 ? -1 : 7);
    assertThat(response.nodeEndpoints()).hasSize(named < 0 ? 0 : 1);
  }

  @Test
  void whatCannotBeAppendedIsRefusedBeforeItReachesALog() {
    ByteBuf damaged = batch();
    damaged.setByte(damaged.writerIndex() - 1, 99);

    assertThat(error("t", damaged, BY_NAME)).isEqualTo(ErrorCode.CORRUPT_MESSAGE);
    assertThat(error("small", batch(), BY_NAME)).isEqualTo(ErrorCode.MESSAGE_TOO_LARGE);
    assertThat(error("unheard-of", batch(), BY_NAME))
        .isEqualTo(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
    assertThat(error("unheard-of", batch(), BY_ID)).isEqualTo(ErrorCode.UNKNOWN_TOPIC_ID);
    assertThat(error(TopicNames.CONSUMER_OFFSETS, batch(), BY_NAME))
        .isEqualTo(ErrorCode.INVALID_TOPIC_EXCEPTION);
    assertThat(appends).isEmpty();
  }

  @Test
  void aCompactedTopicTakesNoRecordWithoutAKey() {
    assertThat(error("compacted", batch(), BY_NAME)).isEqualTo(ErrorCode.INVALID_RECORD);
    assertThat(error("compacted", compressed(CompressionType.LZ4), BY_NAME))
        .isEqualTo(ErrorCode.INVALID_RECORD);
    assertThat(appends).isEmpty();

    try (RecordBatchBuilder keyed = new RecordBatchBuilder(HEAP)) {
      keyed.append(NOW_MS, UTF_8.encode("a key"), UTF_8.encode("a value"));
      apis.send(produce(1, "compacted", keyed.build()), BY_NAME);
    }
    await().until(() -> appends.size() == 1);
  }

  @Test
  void batchesOfATopicWithACodecOfItsOwnAreCompressedAnewAndKeepTheirOrder() {
    int count = 60;
    List<CompressionType> codecs = List.of(CompressionType.values());
    for (int i = 0; i < count; i++) {
      CompressionType codec = codecs.get(i % codecs.size());
      try (RecordBatchBuilder batch = new RecordBatchBuilder(UnpooledByteBufAllocator.DEFAULT)) {
        batch.compression(Compression.of(codec)).producer(17, (short) 0, i);
        batch.append(NOW_MS, null, UTF_8.encode("v".repeat(1 + (i * 7_919) % 20_000)));
        ByteBuf built = batch.build();
        apis.send(produce(-1, "gzipped", built), BY_NAME);
        built.release();
      }
    }
    await().until(() -> appends.size() == count);

    int next = 0;
    for (AppendRequest append : appends) {
      ByteBuf batch = append.batches();
      int index = batch.readerIndex();
      assertThat(BatchHeader.compressionType(batch, index)).isEqualTo(CompressionType.GZIP);
      assertThat(BatchHeader.baseSequence(batch, index)).isEqualTo(next++);
      assertThat(BatchHeader.isCrcValid(batch, index)).isTrue();
      append.onResult().accept(new AppendResult.Appended(next, -1, 0));
    }
    for (int i = 1; i <= count; i++) {
      ProduceResponse answer = (ProduceResponse) apis.receive(ApiKey.PRODUCE, BY_NAME);
      assertThat(answer.responses().getFirst().partitionResponses().getFirst().baseOffset())
          .isEqualTo(i);
    }
  }

  @Test
  void aBatchThatCannotBeCompressedAnewIsRefused() {
    ByteBuf damaged = compressed(CompressionType.LZ4);
    damaged.setByte(BatchHeader.SIZE, 1);
    BatchHeader.setMaxTimestamp(damaged, 0, NOW_MS);

    assertThat(error("gzipped", damaged, BY_NAME)).isEqualTo(ErrorCode.INVALID_RECORD);
    assertThat(appends).isEmpty();
  }

  @Test
  void zstdIsTakenFromClientsThatMayUseItOnly() {
    ByteBuf zstd = compressed(CompressionType.ZSTD);

    assertThat(error("t", zstd, 6)).isEqualTo(ErrorCode.UNSUPPORTED_COMPRESSION_TYPE);
    assertThat(appends).isEmpty();

    apis.send(produce(-1, "t", compressed(CompressionType.ZSTD)), 7);
    apis.send(produce(-1, "t", compressed(CompressionType.LZ4)), 6);
    await().until(() -> appends.size() == 2);
  }

  /** What a transaction's coordinator was asked. */
  private record Question(
      String transactionalId,
      long producerId,
      TopicPartition partition,
      boolean add,
      CompletableFuture<ErrorCode> answer) {}

  private CompletableFuture<ErrorCode> verify(
      String transactionalId, long producerId, short epoch, TopicPartition partition, boolean add) {
    CompletableFuture<ErrorCode> answer = new CompletableFuture<>();
    questions.add(new Question(transactionalId, producerId, partition, add, answer));
    return answer;
  }

  @Test
  void aTransactionsBatchNeedsTheNameOfTheTransaction() {
    assertThat(error("t", transactional(1, 0), BY_NAME))
        .isEqualTo(ErrorCode.TRANSACTIONAL_ID_AUTHORIZATION_FAILED);
    assertThat(transactionError(BY_NAME, batch())).isEqualTo(ErrorCode.INVALID_TXN_STATE);
    assertThat(transactionError(BY_NAME, transactional(1, 0), transactional(2, 0)))
        .isEqualTo(ErrorCode.INVALID_PRODUCER_ID_MAPPING);
    assertThat(appends).isEmpty();
    assertThat(verifications).isEmpty();
  }

  @Test
  void theCoordinatorIsAskedOnceAndWhatCameMeanwhileFollowsInOrder() {
    apis.send(inTransaction(transactional(1, 0)), BY_ID);
    apis.send(inTransaction(transactional(1, 1)), BY_ID);
    await().until(() -> verifications.size() == 1);
    verifications.remove().onResult().accept(new Verification.Needed(77));
    Question question = questions.remove();
    assertThat(question.transactionalId()).isEqualTo("my-transactions");
    assertThat(question.producerId()).isEqualTo(1);
    assertThat(question.partition()).isEqualTo(new TopicPartition("t", 0));
    assertThat(question.add()).isTrue();
    apis.send(inTransaction(transactional(1, 2)), BY_ID);
    assertThat(appends).isEmpty();

    question.answer().complete(ErrorCode.NONE);
    verifications.remove().onResult().accept(new Verification.Needed(77));
    await()
        .until(() -> {
          // The third came before the answer, or asks its partition anew.
          verifications.forEach(again -> again.onResult().accept(new Verification.NotNeeded()));
          return appends.size() == 3;
        });
    assertThat(appends)
        .extracting(
            append -> BatchHeader.baseSequence(append.batches(), append.batches().readerIndex()))
        .containsExactly(0, 1, 2);
    assertThat(appends.element().guard()).isEqualTo(77);
    assertThat(questions).isEmpty();
  }

  @Test
  void theLogIsToldWhereTheProducerBeginsAndWhetherThatHasToBeZero() {
    apis.send(inTransaction(transactional(1, 4)), BY_ID);
    await().until(() -> verifications.size() == 1);
    VerificationRequest ofVersionTwo = verifications.remove();
    assertThat(ofVersionTwo.firstSequence()).isEqualTo(4);
    assertThat(ofVersionTwo.beginsAtZero()).isTrue();

    apis.send(inTransaction(transactional(2, 5)), BY_NAME);
    await().until(() -> verifications.size() == 1);
    VerificationRequest ofVersionOne = verifications.remove();
    assertThat(ofVersionOne.firstSequence()).isEqualTo(5);
    assertThat(ofVersionOne.beginsAtZero()).isFalse();

    for (VerificationRequest asked : List.of(ofVersionTwo, ofVersionOne)) {
      asked.onResult().accept(new Verification.Refused(ErrorCode.NOT_LEADER_OR_FOLLOWER));
    }
    apis.receive(ApiKey.PRODUCE, BY_ID);
    apis.receive(ApiKey.PRODUCE, BY_NAME);
  }

  @Test
  void aGuardThatAMarkerMadeVoidMeanwhileIsNotUsed() {
    apis.send(inTransaction(transactional(1, 0)), BY_ID);
    await().until(() -> verifications.size() == 1);
    verifications.remove().onResult().accept(new Verification.Needed(1));
    questions.remove().answer().complete(ErrorCode.NONE);
    verifications.remove().onResult().accept(new Verification.Needed(2));
    assertThat(appends).isEmpty();
    questions.remove().answer().complete(ErrorCode.NONE);
    verifications.remove().onResult().accept(new Verification.Needed(2));

    assertThat(appends.element().guard()).isEqualTo(2);
  }

  @Test
  void whileTheTransactionBeforeIsEndingTheCoordinatorIsAskedAgain() {
    apis.send(inTransaction(transactional(1, 0)), BY_ID);
    await().until(() -> verifications.size() == 1);
    verifications.remove().onResult().accept(new Verification.Needed(1));
    questions.remove().answer().complete(ErrorCode.CONCURRENT_TRANSACTIONS);
    await().until(() -> verifications.size() == 1);
    verifications.remove().onResult().accept(new Verification.Needed(2));
    questions.remove().answer().complete(ErrorCode.NONE);
    verifications.remove().onResult().accept(new Verification.Needed(2));

    assertThat(appends.element().guard()).isEqualTo(2);
  }

  @Test
  void inAnOpenTransactionNobodyIsAsked() {
    apis.send(inTransaction(transactional(1, 5)), BY_NAME);
    await().until(() -> verifications.size() == 1);
    verifications.element().onResult().accept(new Verification.NotNeeded());
    assertThat(appends).hasSize(1);
    assertThat(questions).isEmpty();
  }

  @Test
  void aZombieIsRefusedWithoutAQuestion() {
    apis.send(inTransaction(transactional(1, 0)), BY_NAME);
    await().until(() -> verifications.size() == 1);
    verifications
        .element()
        .onResult()
        .accept(new Verification.Refused(ErrorCode.INVALID_PRODUCER_EPOCH));
    assertThat(receivedError(BY_NAME)).isEqualTo(ErrorCode.INVALID_PRODUCER_EPOCH);
    assertThat(appends).isEmpty();
  }

  @Test
  void theCoordinatorsAnswerIsPutInWordsThatTheClientsVersionKnows() {
    assertThat(refused(10, ErrorCode.TRANSACTION_ABORTABLE)).isEqualTo(ErrorCode.INVALID_TXN_STATE);
    assertThat(refused(11, ErrorCode.TRANSACTION_ABORTABLE))
        .isEqualTo(ErrorCode.TRANSACTION_ABORTABLE);
    assertThat(refused(11, ErrorCode.CONCURRENT_TRANSACTIONS))
        .isEqualTo(ErrorCode.NOT_ENOUGH_REPLICAS);
    assertThat(refused(12, ErrorCode.NOT_COORDINATOR)).isEqualTo(ErrorCode.NOT_ENOUGH_REPLICAS);
    assertThat(refused(12, ErrorCode.PRODUCER_FENCED)).isEqualTo(ErrorCode.INVALID_PRODUCER_EPOCH);
    assertThat(appends).isEmpty();
  }

  /** What a client of that version hears when its coordinator says no. */
  private ErrorCode refused(int version, ErrorCode coordinators) {
    apis.send(inTransaction(transactional(1, 0)), version);
    await().until(() -> verifications.size() == 1);
    verifications.remove().onResult().accept(new Verification.Needed(1));
    Question question = questions.remove();
    assertThat(question.add()).isEqualTo(version >= 12);
    question.answer().complete(coordinators);
    return receivedError(version);
  }

  private ErrorCode receivedError(int version) {
    ProduceResponse response = (ProduceResponse) apis.receive(ApiKey.PRODUCE, version);
    return partitions(response).getFirst().errorCode();
  }

  private ErrorCode transactionError(int version, ByteBuf... batches) {
    ProduceResponse response = apis.ask(inTransaction(batches), version, ProduceResponse.class);
    return partitions(response).getFirst().errorCode();
  }

  private static ProduceRequest inTransaction(ByteBuf... batches) {
    return produce(-1, "t", "my-transactions", batches);
  }

  @Test
  void anAcksValueThatMeansNothingIsRefused() {
    ProduceResponse response = apis.ask(produce(2, "t", batch()), BY_NAME, ProduceResponse.class);

    assertThat(partitions(response).getFirst().errorCode())
        .isEqualTo(ErrorCode.INVALID_REQUIRED_ACKS);
  }

  @Test
  void withoutAcknowledgementThereIsNoAnswer() {
    apis.send(produce(0, "t", batch()), BY_NAME);
    await().until(() -> appends.size() == 1);
    appends.element().onResult().accept(new AppendResult.Appended(0, -1, 0));

    assertThat(error("unheard-of", batch(), BY_NAME))
        .isEqualTo(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
  }

  @Test
  void withoutAcknowledgementAnErrorClosesTheConnection() {
    apis.send(produce(0, "unheard-of", batch()), BY_NAME);

    assertThat(apis.isClosedByServer()).isTrue();
  }

  private ErrorCode error(String topic, ByteBuf batch, int version) {
    ProduceResponse response = apis.ask(produce(-1, topic, batch), version, ProduceResponse.class);
    return partitions(response).getFirst().errorCode();
  }

  private static List<ProduceResponse.Partition> partitions(ProduceResponse response) {
    return response.responses().getFirst().partitionResponses();
  }

  /** The batches of partitions 0, 1, and so on. */
  private static ProduceRequest produce(int acks, String topic, ByteBuf... batches) {
    return produce(acks, topic, null, batches);
  }

  private static ProduceRequest produce(
      int acks, String topic, @Nullable String transactionalId, ByteBuf... batches) {
    List<ProduceRequest.Partition> partitions = new ArrayList<>();
    for (int i = 0; i < batches.length; i++) {
      partitions.add(
          ProduceRequest.Partition.builder()
              .index(i)
              .records(BufferRecords.of(batches[i]))
              .build());
    }
    return ProduceRequest.builder()
        .transactionalId(transactionalId)
        .acks((short) acks)
        .timeoutMs(1000)
        .topicData(
            List.of(
                ProduceRequest.Topic.builder()
                    .name(topic)
                    .topicId(Images.idOf(topic))
                    .partitionData(partitions)
                    .build()))
        .build();
  }

  private static ByteBuf batch() {
    try (RecordBatchBuilder batch = new RecordBatchBuilder(HEAP)) {
      return batch.append(NOW_MS, null, UTF_8.encode("a value")).build();
    }
  }

  private static ByteBuf compressed(CompressionType type) {
    try (RecordBatchBuilder batch = new RecordBatchBuilder(UnpooledByteBufAllocator.DEFAULT)) {
      ByteBuf built =
          batch
              .compression(Compression.of(type))
              .append(NOW_MS, null, UTF_8.encode("a value"))
              .build();
      ByteBuf onHeap = Unpooled.copiedBuffer(built);
      built.release();
      return onHeap;
    }
  }

  private static ByteBuf transactional(long producerId, int sequence) {
    try (RecordBatchBuilder batch = new RecordBatchBuilder(HEAP)) {
      return batch
          .producer(producerId, (short) 0, sequence)
          .transactional()
          .append(NOW_MS, null, UTF_8.encode("a value"))
          .build();
    }
  }

  private static TopicLogConfigs configs() {
    return new TopicLogConfigs(
        new TopicSettings(
            BrokerConfig.of(
                Map.of("node.id", "1", "log.dirs", "/tmp", "zookeeper.connect", "zk:2181"))));
  }
}
