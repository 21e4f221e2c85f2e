package io.weir.broker.handler;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.weir.coordinator.metadata.BrokerImage;
import io.weir.coordinator.metadata.EndPoint;
import io.weir.coordinator.metadata.MetadataImage;
import io.weir.coordinator.metadata.MetadataRecord;
import io.weir.coordinator.metadata.PartitionImage;
import io.weir.coordinator.metadata.TopicImage;
import io.weir.protocol.model.HostAndPort;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;

/**
 * Metadata for tests: nodes 1 to 3, of which 3 is only known as a replica, and topics led by node
 * 1.
 */
final class Images {
  private Images() {}

  static MetadataImage of(TopicImage... topics) {
    List<MetadataRecord> records = new ArrayList<>();
    records.add(new MetadataRecord.Brokers(2, List.of(broker(1), broker(2))));
    for (TopicImage topic : topics) {
      records.add(new MetadataRecord.TopicWritten(topic));
    }
    return MetadataImage.emptyOf(ServedApis.IDENTITY.clusterId()).with(1, records);
  }

  static TopicImage topic(String name, int partitions) {
    return topic(name, partitions, 1, Map.of());
  }

  static TopicImage topic(String name, int partitions, int leader, Map<String, String> config) {
    return new TopicImage(
        idOf(name),
        name,
        config,
        IntStream.range(0, partitions)
            .mapToObj(p -> new PartitionImage(p, List.of(1, 2, 3), List.of(1, 2), leader, 7, 9))
            .toList());
  }

  static UUID idOf(String name) {
    return UUID.nameUUIDFromBytes(name.getBytes(UTF_8));
  }

  private static BrokerImage broker(int id) {
    return new BrokerImage(
        id,
        id,
        List.of(new EndPoint(ServedApis.LISTENER, "PLAINTEXT", "host" + id, 9000 + id)),
        new HostAndPort("host" + id, 9100 + id),
        id == 1 ? "rack-a" : null);
  }
}
