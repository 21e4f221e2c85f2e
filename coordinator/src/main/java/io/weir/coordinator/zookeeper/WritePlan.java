package io.weir.coordinator.zookeeper;

import io.weir.coordinator.controller.core.ControlRecord;
import io.weir.coordinator.controller.core.ControlRecord.KnownNode;
import io.weir.coordinator.metadata.MetadataRecord;
import io.weir.coordinator.metadata.MetadataRecord.Brokers;
import io.weir.coordinator.metadata.MetadataRecord.PartitionWritten;
import io.weir.coordinator.metadata.MetadataRecord.TopicDeleted;
import io.weir.coordinator.metadata.MetadataRecord.TopicWritten;
import io.weir.coordinator.metadata.PartitionImage;
import io.weir.coordinator.metadata.TopicImage;
import io.weir.coordinator.zookeeper.PartitionStates.State;
import io.weir.protocol.model.TopicIdPartition;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;

/**
 * Turns the controller's records into writes of znodes, as few as there are znodes to change, in
 * groups that are small enough for one {@code multi()}.
 *
 * <p>The order within a batch keeps every prefix of the groups consistent: topics deleted,
 * partition states, topics written, and last what says that the rest was done (storage records,
 * producer ids). A prefix leaves states without a topic at worst, never a topic without states.
 *
 * <p>Knows what lies in ZooKeeper because only this controller changes it. Confined to the
 * controller's thread.
 */
final class WritePlan {
  /** Half of what ZooKeeper takes in one message, so that paths and headers do not matter. */
  static final int MAX_BYTES = 512 * 1024;

  static final int MAX_WRITES = 1_000;

  private static final byte[] NOTHING = {};

  /** What is done to a znode. */
  enum Kind {
    CREATE,
    SET,
    DELETE
  }

  /** A change of one znode. Immutable; nobody changes the bytes. */
  static final class Write {
    private static final int OVERHEAD = 32;

    private final Kind kind;
    private final String path;
    private final byte[] data;

    private Write(Kind kind, String path, byte[] data) {
      this.kind = kind;
      this.path = path;
      this.data = data;
    }

    Kind kind() {
      return kind;
    }

    String path() {
      return path;
    }

    byte[] data() {
      return data;
    }

    int size() {
      return path.length() + data.length + OVERHEAD;
    }

    @Override
    public String toString() {
      return kind + " " + path;
    }
  }

  private final Paths paths;
  private final PartitionStates states;
  private final Set<String> existing;
  private final Map<UUID, Integer> partitionCounts = new HashMap<>();

  /**
   * @param states as they are stored; becomes this object's own
   * @param topics as they are stored
   * @param existing paths of all znodes that may be written and are there already
   */
  WritePlan(Paths paths, PartitionStates states, List<TopicImage> topics, Set<String> existing) {
    this.paths = paths;
    this.states = states;
    this.existing = new HashSet<>(existing);
    topics.forEach(topic -> partitionCounts.put(topic.id(), topic.partitions().size()));
  }

  /** Groups of writes, each for one {@code multi()}, to be done in this order. */
  List<List<Write>> plan(List<ControlRecord> records) {
    Batch batch = new Batch();
    records.forEach(batch::add);
    return grouped(batch.writes());
  }

  private static List<List<Write>> grouped(List<Write> writes) {
    List<List<Write>> groups = new ArrayList<>();
    List<Write> group = new ArrayList<>();
    int bytes = 0;
    for (Write write : writes) {
      boolean full = bytes + write.size() > MAX_BYTES || group.size() == MAX_WRITES;
      if (full && !group.isEmpty()) {
        groups.add(List.copyOf(group));
        group.clear();
        bytes = 0;
      }
      group.add(write);
      bytes += write.size();
    }
    if (!group.isEmpty()) {
      groups.add(List.copyOf(group));
    }
    return groups;
  }

  private final class Batch {
    private final Set<String> deletedTopics = new LinkedHashSet<>();
    private final Map<String, TopicImage> writtenTopics = new LinkedHashMap<>();
    private final Set<Integer> dirtyBuckets = new TreeSet<>();
    private final Map<String, byte[]> last = new TreeMap<>();

    void add(ControlRecord record) {
      switch (record) {
        case ControlRecord.Metadata metadata -> add(metadata.change());
        case ControlRecord.NodeKnown known -> put(known.nodeId(), known.node());
        case ControlRecord.ProducerIdsTaken taken ->
            last.put(
                paths.producerIds(),
                Long.toString(taken.next()).getBytes(StandardCharsets.US_ASCII));
      }
    }

    private void add(MetadataRecord change) {
      switch (change) {
        case Brokers _ -> {}
        case TopicWritten written -> {
          TopicImage topic = written.topic();
          writtenTopics.put(topic.name(), topic);
          partitionCounts.put(topic.id(), topic.partitions().size());
          topic.partitions().forEach(partition -> put(topic.id(), partition));
        }
        case TopicDeleted deleted -> delete(deleted);
        case PartitionWritten written -> put(written.topicId(), written.partition());
      }
    }

    private void put(int nodeId, KnownNode node) {
      last.put(paths.storage(nodeId), RegistrationCodec.write(node));
    }

    private void put(UUID topicId, PartitionImage image) {
      TopicIdPartition partition = new TopicIdPartition(topicId, image.partition());
      if (states.put(partition, State.of(image))) {
        dirtyBuckets.add(PartitionStates.bucketOf(partition));
      }
    }

    private void delete(TopicDeleted deleted) {
      writtenTopics.remove(deleted.name());
      if (existing.contains(paths.topic(deleted.name()))) {
        deletedTopics.add(deleted.name());
      }
      Integer count = partitionCounts.remove(deleted.topicId());
      for (int i = 0; count != null && i < count; i++) {
        TopicIdPartition partition = new TopicIdPartition(deleted.topicId(), i);
        if (states.remove(partition)) {
          dirtyBuckets.add(PartitionStates.bucketOf(partition));
        }
      }
    }

    List<Write> writes() {
      List<Write> writes = new ArrayList<>();
      for (String name : deletedTopics) {
        writes.add(new Write(Kind.DELETE, paths.topic(name), NOTHING));
        existing.remove(paths.topic(name));
      }
      for (int bucket : dirtyBuckets) {
        writes.add(upsert(paths.partitionStates(bucket), states.write(bucket)));
      }
      writtenTopics.forEach(
          (name, topic) -> writes.add(upsert(paths.topic(name), TopicCodec.write(topic))));
      last.forEach((path, data) -> writes.add(upsert(path, data)));
      return writes;
    }

    private Write upsert(String path, byte[] data) {
      return new Write(existing.add(path) ? Kind.CREATE : Kind.SET, path, data);
    }
  }
}
