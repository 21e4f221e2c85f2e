package io.weir.broker.handler;

import io.weir.protocol.message.WriteTxnMarkersRequest;
import io.weir.protocol.message.WriteTxnMarkersRequest.Marker;
import io.weir.protocol.message.WriteTxnMarkersRequest.Topic;
import io.weir.protocol.message.WriteTxnMarkersResponse;
import io.weir.protocol.model.ErrorCode;
import io.weir.protocol.model.TopicPartition;
import io.weir.replication.MarkerRequest;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;

/**
 * WriteTxnMarkers, versions 0 to 2. Nodes have a protocol of their own for it; this is for
 * operators, who end with it what a transaction left open in a partition that this node leads. In
 * versions before 2, which do not say of which version the transaction is, it is taken for one that
 * keeps its epoch.
 */
final class WriteTxnMarkersHandler implements ApiHandler<WriteTxnMarkersRequest> {
  /** From this version of transactions on a marker's epoch is above that of the records. */
  private static final int RAISES_EPOCH = 2;

  private final Consumer<MarkerRequest> markers;

  /**
   * @param markers writes markers where this node leads
   */
  WriteTxnMarkersHandler(Consumer<MarkerRequest> markers) {
    this.markers = markers;
  }

  @Override
  public void handle(WriteTxnMarkersRequest request, RequestContext context) {
    Gathering<ErrorCode> results =
        new Gathering<>(
            partitions(request),
            errors -> context.guarded(() -> context.answer(response(request, errors.iterator()))));
    int next = 0;
    for (Marker marker : request.markers()) {
      for (Topic topic : marker.topics()) {
        for (int partition : topic.partitionIndexes()) {
          int index = next++;
          markers.accept(
              new MarkerRequest(
                  new TopicPartition(topic.name(), partition),
                  marker.producerId(),
                  marker.producerEpoch(),
                  marker.coordinatorEpoch(),
                  marker.transactionResult(),
                  marker.transactionVersion() >= RAISES_EPOCH,
                  error -> results.put(index, error)));
        }
      }
    }
    results.allAsked();
  }

  private static int partitions(WriteTxnMarkersRequest request) {
    return request.markers().stream()
        .flatMap(marker -> marker.topics().stream())
        .mapToInt(topic -> topic.partitionIndexes().size())
        .sum();
  }

  private static WriteTxnMarkersResponse response(
      WriteTxnMarkersRequest request, Iterator<ErrorCode> errors) {
    List<WriteTxnMarkersResponse.Marker> markers = new ArrayList<>();
    for (Marker marker : request.markers()) {
      List<WriteTxnMarkersResponse.Topic> topics = new ArrayList<>();
      for (Topic topic : marker.topics()) {
        List<WriteTxnMarkersResponse.Partition> partitions = new ArrayList<>();
        for (int partition : topic.partitionIndexes()) {
          partitions.add(
              WriteTxnMarkersResponse.Partition.builder()
                  .partitionIndex(partition)
                  .errorCode(errors.next())
                  .build());
        }
        topics.add(
            WriteTxnMarkersResponse.Topic.builder()
                .name(topic.name())
                .partitions(partitions)
                .build());
      }
      markers.add(
          WriteTxnMarkersResponse.Marker.builder()
              .producerId(marker.producerId())
              .topics(topics)
              .build());
    }
    return WriteTxnMarkersResponse.builder().markers(markers).build();
  }
}
