package io.weir.coordinator.metadata;

import io.weir.coordinator.metadata.MetadataRecord.Brokers;
import io.weir.coordinator.metadata.MetadataRecord.PartitionWritten;
import io.weir.coordinator.metadata.MetadataRecord.TopicDeleted;
import io.weir.coordinator.metadata.MetadataRecord.TopicWritten;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * How two images differ. Deletions come first: a topic that was deleted and made again is in both
 * lists, under different ids. Immutable.
 *
 * @param snapshot the new image came whole: this is the node's first, or it had lost touch. What
 *     the node holds of partitions that are in no image is to go.
 * @param brokersChanged live nodes, their addresses or the controller changed
 * @param deletedTopics as they were
 */
public record MetadataDelta(
    boolean snapshot,
    boolean brokersChanged,
    List<TopicImage> deletedTopics,
    List<TopicChange> changedTopics) {
  public MetadataDelta {
    deletedTopics = List.copyOf(deletedTopics);
    changedTopics = List.copyOf(changedTopics);
  }

  /**
   * A topic that is new or changed.
   *
   * @param topic as it is now
   * @param before as it was under the same id; null when it is new
   * @param partitions those whose state or assignment changed, all of a new topic
   */
  public record TopicChange(
      TopicImage topic, @Nullable TopicImage before, List<PartitionImage> partitions) {
    public TopicChange {
      partitions = List.copyOf(partitions);
    }

    public boolean isNew() {
      return before == null;
    }

    public boolean configChanged() {
      return before == null || !before.config().equals(topic.config());
    }
  }

  /** The difference that these changes made; costs what they touch. */
  public static MetadataDelta of(
      MetadataImage old, MetadataImage now, List<MetadataRecord> changes) {
    Set<UUID> touched = new LinkedHashSet<>();
    for (MetadataRecord change : changes) {
      switch (change) {
        case Brokers _ -> {}
        case TopicWritten written -> touched.add(written.topic().id());
        case TopicDeleted deleted -> touched.add(deleted.topicId());
        case PartitionWritten written -> touched.add(written.topicId());
      }
    }
    return between(old, now, touched, false);
  }

  /** The difference between two images of which the second came whole. */
  public static MetadataDelta ofSnapshot(MetadataImage old, MetadataImage now) {
    Set<UUID> all = new LinkedHashSet<>();
    old.topics().forEach(topic -> all.add(topic.id()));
    now.topics().forEach(topic -> all.add(topic.id()));
    return between(old, now, all, true);
  }

  private static MetadataDelta between(
      MetadataImage old, MetadataImage now, Set<UUID> touched, boolean snapshot) {
    List<TopicImage> deleted = new ArrayList<>();
    List<TopicChange> changed = new ArrayList<>();
    for (UUID id : touched) {
      TopicImage before = old.topic(id);
      TopicImage after = now.topic(id);
      if (after == null) {
        if (before != null) {
          deleted.add(before);
        }
      } else if (!after.equals(before)) {
        changed.add(new TopicChange(after, before, changedPartitions(before, after)));
      }
    }
    boolean brokersChanged =
        old.controllerId() != now.controllerId() || !old.brokers().equals(now.brokers());
    return new MetadataDelta(snapshot, brokersChanged, deleted, changed);
  }

  private static List<PartitionImage> changedPartitions(
      @Nullable TopicImage before, TopicImage after) {
    if (before == null) {
      return after.partitions();
    }
    return after.partitions().stream()
        .filter(partition -> !Objects.equals(before.partition(partition.partition()), partition))
        .toList();
  }
}
