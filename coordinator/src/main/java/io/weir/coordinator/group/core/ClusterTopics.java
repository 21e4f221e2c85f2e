package io.weir.coordinator.group.core;

import io.weir.coordinator.group.assignor.AssignmentInput;
import io.weir.coordinator.metadata.BrokerImage;
import io.weir.coordinator.metadata.MetadataImage;
import io.weir.coordinator.metadata.PartitionImage;
import io.weir.coordinator.metadata.TopicImage;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The topics as groups see them in one image of the metadata. Immutable. */
record ClusterTopics(MetadataImage image) {

  /** Never 0; equal for equal ids and numbers of partitions of the topics that exist. */
  long hashOf(Collection<String> names) {
    long hash = 1;
    for (String name : new TreeSet<>(names)) {
      TopicImage topic = image.topic(name);
      if (topic != null) {
        hash = mix(hash ^ topic.id().getMostSignificantBits());
        hash = mix(hash ^ topic.id().getLeastSignificantBits());
        hash = mix(hash ^ topic.partitions().size());
      }
    }
    return hash == 0 ? 1 : hash;
  }

  /** Spreads each bit over all (the finalizer of SplitMix64). */
  private static long mix(long value) {
    long mixed = value + 0x9e3779b97f4a7c15L;
    mixed = (mixed ^ (mixed >>> 30)) * 0xbf58476d1ce4e5b9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
    return mixed ^ (mixed >>> 31);
  }

  @Nullable TopicImage find(String name) {
    return image.topic(name);
  }

  /** All topics that the pattern stands for. */
  Set<String> matching(TopicPattern pattern) {
    Set<String> found = new HashSet<>();
    for (TopicImage topic : image.topics()) {
      if (pattern.matches(topic.name())) {
        found.add(topic.name());
      }
    }
    return found;
  }

  AssignmentInput.Topic forAssignor(TopicImage topic) {
    List<Set<String>> racks = new ArrayList<>(topic.partitions().size());
    for (PartitionImage partition : topic.partitions()) {
      Set<String> known = new HashSet<>();
      for (int replica : partition.replicas()) {
        BrokerImage broker = image.brokers().get(replica);
        if (broker != null && broker.rack() != null) {
          known.add(broker.rack());
        }
      }
      racks.add(Set.copyOf(known));
    }
    return new AssignmentInput.Topic(racks);
  }
}
