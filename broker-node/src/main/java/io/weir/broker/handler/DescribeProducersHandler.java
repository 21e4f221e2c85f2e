package io.weir.broker.handler;

import io.weir.coordinator.metadata.MetadataImage;
import io.weir.protocol.message.DescribeProducersRequest;
import io.weir.protocol.message.DescribeProducersResponse;
import io.weir.protocol.model.ErrorCode;
import io.weir.protocol.model.TopicPartition;
import io.weir.replication.ProducersResult;
import io.weir.replication.log.ActiveProducer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * DescribeProducers, version 0: the producers that the leader of a partition knows, with their open
 * transactions. With it hanging transactions are found.
 */
public final class DescribeProducersHandler implements ApiHandler<DescribeProducersRequest> {
  private final Supplier<MetadataImage> metadata;
  private final BiConsumer<TopicPartition, Consumer<ProducersResult>> lookups;

  public DescribeProducersHandler(
      Supplier<MetadataImage> metadata,
      BiConsumer<TopicPartition, Consumer<ProducersResult>> lookups) {
    this.metadata = metadata;
    this.lookups = lookups;
  }

  @Override
  public void handle(DescribeProducersRequest request, RequestContext context) {
    int count = request.topics().stream().mapToInt(t -> t.partitionIndexes().size()).sum();
    Gathering<ProducersResult> results =
        new Gathering<>(count, all -> context.guarded(() -> context.answer(respond(request, all))));
    MetadataImage image = metadata.get();
    int next = 0;
    for (DescribeProducersRequest.Topic topic : request.topics()) {
      for (int partition : topic.partitionIndexes()) {
        int index = next++;
        if (image.partition(topic.name(), partition) == null) {
          results.put(index, new ProducersResult(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, List.of()));
        } else {
          lookups.accept(
              new TopicPartition(topic.name(), partition), result -> results.put(index, result));
        }
      }
    }
    results.allAsked();
  }

  private static DescribeProducersResponse respond(
      DescribeProducersRequest request, List<ProducersResult> results) {
    List<DescribeProducersResponse.Topic> topics = new ArrayList<>(request.topics().size());
    int next = 0;
    for (DescribeProducersRequest.Topic topic : request.topics()) {
      List<DescribeProducersResponse.Partition> partitions =
          new ArrayList<>(topic.partitionIndexes().size());
      for (int partition : topic.partitionIndexes()) {
        ProducersResult result = results.get(next++);
        partitions.add(
            DescribeProducersResponse.Partition.builder()
                .partitionIndex(partition)
                .errorCode(result.error())
                .activeProducers(
                    result.producers().stream().map(DescribeProducersHandler::describe).toList())
                .build());
      }
      topics.add(
          DescribeProducersResponse.Topic.builder()
              .name(topic.name())
              .partitions(partitions)
              .build());
    }
    return DescribeProducersResponse.builder().topics(topics).build();
  }

  private static DescribeProducersResponse.Producer describe(ActiveProducer producer) {
    return DescribeProducersResponse.Producer.builder()
        .producerId(producer.producerId())
        .producerEpoch(producer.producerEpoch())
        .lastSequence(producer.lastSequence())
        .lastTimestamp(producer.lastTimestampMs())
        .coordinatorEpoch(producer.coordinatorEpoch())
        .currentTxnStartOffset(producer.transactionStartOffset())
        .build();
  }
}
