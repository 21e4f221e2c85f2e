package io.weir.coordinator.transaction;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.weir.coordinator.state.EncodedRecord;
import io.weir.coordinator.transaction.core.Producer;
import io.weir.coordinator.transaction.core.TransactionRecord;
import io.weir.coordinator.transaction.core.TransactionState;
import io.weir.coordinator.transaction.core.TransactionStatus;
import io.weir.protocol.message.ProtocolMessage;
import io.weir.protocol.message.TransactionLogKey;
import io.weir.protocol.message.TransactionLogValue;
import io.weir.protocol.model.TopicPartition;
import io.weir.protocol.wire.WireReader;
import io.weir.protocol.wire.WireWriter;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Between what the core says and the bytes of Kafka's record schemas. Key and value each begin with
 * their version. Stateless.
 */
final class TransactionLogCodec {
  private static final int KEY_VERSION = 0;

  /** Knows a producer's earlier and later ids; the version before does not. */
  private static final int VALUE_VERSION = 1;

  private TransactionLogCodec() {}

  static EncodedRecord encode(TransactionRecord record) {
    TransactionState state = record.state();
    return new EncodedRecord(
        bytes(new TransactionLogKey(record.transactionalId()), KEY_VERSION),
        state == null ? null : bytes(value(state), VALUE_VERSION));
  }

  private static TransactionLogValue value(TransactionState state) {
    return TransactionLogValue.builder()
        .producerId(state.producer().id())
        .producerEpoch(state.producer().epoch())
        .previousProducerId(state.previousProducerId())
        .nextProducerId(state.next().id())
        .nextProducerEpoch(state.next().epoch())
        .transactionTimeoutMs(state.timeoutMs())
        .transactionStatus((byte) state.status().number())
        .transactionPartitions(state.partitions().isEmpty() ? null : topics(state.partitions()))
        .transactionLastUpdateTimestampMs(state.updatedMs())
        .transactionStartTimestampMs(state.startedMs())
        .clientTransactionVersion((short) state.clientVersion())
        .build();
  }

  private static List<TransactionLogValue.Topic> topics(Set<TopicPartition> partitions) {
    List<TransactionLogValue.Topic> topics = new ArrayList<>();
    indexesByTopic(partitions)
        .forEach((topic, indexes) -> topics.add(new TransactionLogValue.Topic(topic, indexes)));
    return topics;
  }

  /** In the order in which topics and partitions first come. */
  static Map<String, List<Integer>> indexesByTopic(Set<TopicPartition> partitions) {
    Map<String, List<Integer>> indexes = new LinkedHashMap<>();
    for (TopicPartition partition : partitions) {
      indexes
          .computeIfAbsent(partition.topic(), topic -> new ArrayList<>())
          .add(partition.partition());
    }
    return indexes;
  }

  /**
   * Reads a record. Key and value stay as they are.
   *
   * @return null for a kind of record that means nothing here
   * @throws io.weir.protocol.wire.MalformedMessageException when the bytes are not what they claim
   *     to be
   * @throws IllegalArgumentException when the state is none that a log can have
   */
  static @Nullable TransactionRecord decode(ByteBuffer key, @Nullable ByteBuffer value) {
    WireReader in = new WireReader(Unpooled.wrappedBuffer(key));
    int kind = in.readInt16();
    if (kind != KEY_VERSION) {
      return null;
    }
    String transactionalId = TransactionLogKey.read(in, kind).transactionalId();
    return new TransactionRecord(transactionalId, value == null ? null : decode(value));
  }

  private static TransactionState decode(ByteBuffer bytes) {
    WireReader in = new WireReader(Unpooled.wrappedBuffer(bytes));
    TransactionLogValue value = TransactionLogValue.read(in, in.readInt16());
    Set<TopicPartition> partitions = new LinkedHashSet<>();
    List<TransactionLogValue.Topic> topics = value.transactionPartitions();
    for (TransactionLogValue.Topic topic :
        topics == null ? List.<TransactionLogValue.Topic>of() : topics) {
      topic
          .partitionIds()
          .forEach(index -> partitions.add(new TopicPartition(topic.topic(), index)));
    }
    return new TransactionState(
        new Producer(value.producerId(), value.producerEpoch()),
        value.previousProducerId(),
        new Producer(value.nextProducerId(), value.nextProducerEpoch()),
        value.transactionTimeoutMs(),
        TransactionStatus.ofNumber(value.transactionStatus()),
        partitions,
        value.transactionLastUpdateTimestampMs(),
        value.transactionStartTimestampMs(),
        value.clientTransactionVersion());
  }

  private static ByteBuffer bytes(ProtocolMessage message, int version) {
    ByteBuf out = Unpooled.buffer(Short.BYTES + message.size(version));
    out.writeShort(version);
    message.write(new WireWriter(out), version);
    return out.nioBuffer();
  }
}
