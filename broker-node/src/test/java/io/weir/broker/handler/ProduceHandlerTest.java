package io.weir.broker.handler;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.ByteBuf;
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
import io.weir.protocol.record.BufferRecords;
import io.weir.protocol.record.Compression;
import io.weir.protocol.record.CompressionType;
import io.weir.protocol.record.RecordBatchBuilder;
import io.weir.replication.AppendRequest;
import io.weir.replication.AppendResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

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
          Images.topic(TopicNames.CONSUMER_OFFSETS, 1));
  private final Queue<AppendRequest> appends = new ConcurrentLinkedQueue<>();
  private final ServedApis apis =
      new ServedApis(
          new ApiRegistry.Builder()
              .serve(
                  ApiKey.PRODUCE,
                  ProduceRequest.class,
                  new ProduceHandler(() -> image, configs(), appends::add, () -> NOW_MS)));

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

  @Test
  void whatCannotBeAppendedIsRefusedBeforeItReachesALog() {
    ByteBuf damaged = batch();
    damaged.setByte(damaged.writerIndex() - 1, 99);

    assertThat(error("t", damaged, BY_NAME)).isEqualTo(ErrorCode.CORRUPT_MESSAGE);
    assertThat(error("small", batch(), BY_NAME)).isEqualTo(ErrorCode.MESSAGE_TOO_LARGE);
    assertThat(error("t", transactional(), BY_NAME)).isEqualTo(ErrorCode.INVALID_TXN_STATE);
    assertThat(error("unheard-of", batch(), BY_NAME))
        .isEqualTo(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
    assertThat(error("unheard-of", batch(), BY_ID)).isEqualTo(ErrorCode.UNKNOWN_TOPIC_ID);
    assertThat(error(TopicNames.CONSUMER_OFFSETS, batch(), BY_NAME))
        .isEqualTo(ErrorCode.INVALID_TOPIC_EXCEPTION);
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
    List<ProduceRequest.Partition> partitions = new ArrayList<>();
    for (int i = 0; i < batches.length; i++) {
      partitions.add(
          ProduceRequest.Partition.builder()
              .index(i)
              .records(new BufferRecords(batches[i]))
              .build());
    }
    return ProduceRequest.builder()
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
      return batch
          .compression(Compression.of(type))
          .append(NOW_MS, null, UTF_8.encode("a value"))
          .build();
    }
  }

  private static ByteBuf transactional() {
    try (RecordBatchBuilder batch = new RecordBatchBuilder(HEAP)) {
      return batch
          .producer(1, (short) 0, 0)
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
