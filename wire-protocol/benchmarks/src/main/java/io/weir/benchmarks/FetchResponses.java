package io.weir.benchmarks;

import io.weir.protocol.message.FetchResponse;
import io.weir.protocol.record.Records;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.IntFunction;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.record.internal.BaseRecords;

/** The same answer to a Fetch request on both sides; the records are the caller's. */
final class FetchResponses {
  /** The first version with topic ids; those before name their topics. */
  static final int BY_ID_FROM = 13;

  private static final String TOPIC = "orders-by-customer";
  private static final UUID TOPIC_ID = new UUID(0x7d0f_31c2_58a9_4be1L, 0x9a42_c8be_1f06_73d5L);
  private static final long LOG_END_OFFSET = 123_456_789;

  private FetchResponses() {}

  /**
   * Ours.
   *
   * @param records of the partition with this index
   */
  static FetchResponse weir(int version, int partitions, IntFunction<Records> records) {
    List<FetchResponse.Partition> answers = new ArrayList<>();
    for (int i = 0; i < partitions; i++) {
      answers.add(
          FetchResponse.Partition.builder()
              .partitionIndex(i)
              .highWatermark(LOG_END_OFFSET)
              .lastStableOffset(LOG_END_OFFSET)
              .logStartOffset(0)
              .abortedTransactions(null)
              .records(records.apply(i))
              .build());
    }
    FetchResponse.Topic.Builder topic = FetchResponse.Topic.builder().partitions(answers);
    if (version < BY_ID_FROM) {
      topic.topic(TOPIC);
    } else {
      topic.topicId(TOPIC_ID);
    }
    return FetchResponse.builder().responses(List.of(topic.build())).build();
  }

  /**
   * Kafka's.
   *
   * @param records of the partition with this index
   */
  static org.apache.kafka.common.requests.FetchResponse kafka(
      int version, int partitions, IntFunction<BaseRecords> records) {
    List<FetchResponseData.PartitionData> answers = new ArrayList<>();
    for (int i = 0; i < partitions; i++) {
      answers.add(
          new FetchResponseData.PartitionData()
              .setPartitionIndex(i)
              .setHighWatermark(LOG_END_OFFSET)
              .setLastStableOffset(LOG_END_OFFSET)
              .setLogStartOffset(0)
              .setAbortedTransactions(null)
              .setRecords(records.apply(i)));
    }
    FetchResponseData.FetchableTopicResponse topic =
        new FetchResponseData.FetchableTopicResponse().setPartitions(answers);
    if (version < BY_ID_FROM) {
      topic.setTopic(TOPIC);
    } else {
      topic.setTopicId(
          new Uuid(TOPIC_ID.getMostSignificantBits(), TOPIC_ID.getLeastSignificantBits()));
    }
    return org.apache.kafka.common.requests.FetchResponse.of(
        new FetchResponseData().setResponses(List.of(topic)));
  }
}
