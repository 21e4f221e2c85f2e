package io.weir.coordinator.metadata;

import io.weir.coordinator.metadata.MetadataRecord.Brokers;
import io.weir.coordinator.metadata.MetadataRecord.PartitionWritten;
import io.weir.coordinator.metadata.MetadataRecord.TopicDeleted;
import io.weir.coordinator.metadata.MetadataRecord.TopicWritten;
import io.weir.protocol.model.TopicIdPartition;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The cluster as of one version: who is live, which topics there are, who leads what. Immutable;
 * successive images share whatever did not change, so that keeping and replacing them is cheap.
 */
public final class MetadataImage {
  /** Before anything is known. */
  public static final MetadataImage EMPTY =
      new MetadataImage(0, "", -1, Map.of(), SharedMap.empty(), SharedMap.empty());

  private final long version;
  private final String clusterId;
  private final int controllerId;
  private final Map<Integer, BrokerImage> brokers;
  private final SharedMap<UUID, TopicImage> topicsById;
  private final SharedMap<String, TopicImage> topicsByName;

  private MetadataImage(
      long version,
      String clusterId,
      int controllerId,
      Map<Integer, BrokerImage> brokers,
      SharedMap<UUID, TopicImage> topicsById,
      SharedMap<String, TopicImage> topicsByName) {
    this.version = version;
    this.clusterId = clusterId;
    this.controllerId = controllerId;
    this.brokers = brokers;
    this.topicsById = topicsById;
    this.topicsByName = topicsByName;
  }

  /** An image of nothing, of this cluster. */
  public static MetadataImage emptyOf(String clusterId) {
    return new MetadataImage(0, clusterId, -1, Map.of(), SharedMap.empty(), SharedMap.empty());
  }

  /** Grows with each change, also from one controller to the next; 0 before anything is known. */
  public long version() {
    return version;
  }

  /** Empty before anything is known. */
  public String clusterId() {
    return clusterId;
  }

  /** Node id of the controller, -1 when none is known. */
  public int controllerId() {
    return controllerId;
  }

  /** The live nodes by id, in the order of their ids. */
  public Map<Integer, BrokerImage> brokers() {
    return brokers;
  }

  public boolean isLive(int nodeId) {
    return brokers.containsKey(nodeId);
  }

  public @Nullable TopicImage topic(String name) {
    return topicsByName.get(name);
  }

  public @Nullable TopicImage topic(UUID id) {
    return topicsById.get(id);
  }

  /** All topics, in no particular order; an unmodifiable view that costs nothing. */
  public Collection<TopicImage> topics() {
    return topicsById.values();
  }

  public int topicCount() {
    return topicsById.size();
  }

  public @Nullable PartitionImage partition(String topic, int partition) {
    TopicImage image = topicsByName.get(topic);
    return image == null ? null : image.partition(partition);
  }

  public @Nullable PartitionImage partition(TopicIdPartition partition) {
    TopicImage image = topicsById.get(partition.topicId());
    return image == null ? null : image.partition(partition.partition());
  }

  /** The image after these changes, in their order. */
  public MetadataImage with(long newVersion, List<MetadataRecord> changes) {
    Change change = new Change();
    changes.forEach(change::apply);
    return change.done(newVersion);
  }

  /** What a node must be told that knows nothing yet. */
  public List<MetadataRecord> asRecords() {
    List<MetadataRecord> records = new ArrayList<>(topicCount() + 1);
    records.add(new Brokers(controllerId, List.copyOf(brokers.values())));
    topicsById.forEach(topic -> records.add(new TopicWritten(topic)));
    return records;
  }

  @Override
  public String toString() {
    return "metadata "
        + version
        + ": controller "
        + controllerId
        + ", nodes "
        + brokers.keySet()
        + ", "
        + topicCount()
        + " topics";
  }

  /** Confined to the call that makes it. */
  private final class Change {
    private int newControllerId = controllerId;
    private Map<Integer, BrokerImage> newBrokers = brokers;
    private final SharedMap.Change<UUID, TopicImage> byId = topicsById.change();
    private final SharedMap.Change<String, TopicImage> byName = topicsByName.change();
    private final Map<UUID, List<PartitionImage>> partitions = new LinkedHashMap<>();

    void apply(MetadataRecord record) {
      switch (record) {
        case Brokers changed -> {
          Map<Integer, BrokerImage> live = new TreeMap<>();
          changed.live().forEach(broker -> live.put(broker.id(), broker));
          newBrokers = Collections.unmodifiableMap(live);
          newControllerId = changed.controllerId();
        }
        case TopicWritten written -> {
          partitions.remove(written.topic().id());
          put(written.topic());
        }
        case TopicDeleted deleted -> {
          partitions.remove(deleted.topicId());
          delete(deleted);
        }
        case PartitionWritten written ->
            partitions
                .computeIfAbsent(written.topicId(), id -> new ArrayList<>())
                .add(written.partition());
      }
    }

    MetadataImage done(long newVersion) {
      partitions.forEach((id, changed) -> {
        TopicImage topic = byId.get(id);
        if (topic != null) {
          put(topic.with(changed));
        }
      });
      return new MetadataImage(
          newVersion, clusterId, newControllerId, newBrokers, byId.done(), byName.done());
    }

    private void put(TopicImage topic) {
      byId.put(topic.id(), topic);
      byName.put(topic.name(), topic);
    }

    private void delete(TopicDeleted deleted) {
      byId.remove(deleted.topicId());
      TopicImage named = byName.get(deleted.name());
      if (named != null && named.id().equals(deleted.topicId())) {
        byName.remove(deleted.name());
      }
    }
  }
}
