package io.weir.coordinator.group.core;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.weir.coordinator.metadata.MetadataImage;
import io.weir.coordinator.metadata.TopicImage;
import io.weir.protocol.message.ConsumerProtocolAssignment;
import io.weir.protocol.message.ConsumerProtocolSubscription;
import io.weir.protocol.model.TopicIdPartition;
import io.weir.protocol.wire.MalformedMessageException;
import io.weir.protocol.wire.WireReader;
import io.weir.protocol.wire.WireWriter;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Assignments as consumers of the classic protocol get them, with names of topics. Stateless. */
final class ConsumerAssignment {
  private ConsumerAssignment() {}

  /**
   * The partitions that there are of those in the assignment.
   *
   * @return null when the assignment cannot be understood, or says more than which partitions: that
   *     would be lost
   */
  static @Nullable Set<TopicIdPartition> read(ByteBuffer bytes, MetadataImage image) {
    if (!bytes.hasRemaining()) {
      return Set.of();
    }
    try {
      WireReader in = new WireReader(Unpooled.wrappedBuffer(bytes));
      int version = Math.min(in.readInt16(), ConsumerProtocolAssignment.MAX_VERSION);
      if (version < 0) {
        return null;
      }
      var assignment = ConsumerProtocolAssignment.read(in, version);
      ByteBuffer more = assignment.userData();
      if (more != null && more.hasRemaining()) {
        return null;
      }
      Set<TopicIdPartition> partitions = new HashSet<>();
      for (var topic : assignment.assignedPartitions()) {
        addExisting(topic.topic(), topic.partitions(), image, partitions);
      }
      return partitions;
    } catch (MalformedMessageException e) {
      return null;
    }
  }

  /** The partitions that there are of those which the member says that it still has. */
  static Set<TopicIdPartition> owned(ConsumerSubscription subscription, MetadataImage image) {
    Set<TopicIdPartition> partitions = new HashSet<>();
    for (ConsumerProtocolSubscription.TopicPartitions topic :
        subscription.words().ownedPartitions()) {
      addExisting(topic.topic(), topic.partitions(), image, partitions);
    }
    return partitions;
  }

  private static void addExisting(
      String name, List<Integer> indexes, MetadataImage image, Set<TopicIdPartition> to) {
    TopicImage topic = image.topic(name);
    if (topic == null) {
      return;
    }
    for (int index : indexes) {
      TopicIdPartition partition = new TopicIdPartition(topic.id(), index);
      if (image.partition(partition) != null) {
        to.add(partition);
      }
    }
  }

  /** Topics that are gone have no names, and are left out. */
  static ByteBuffer write(Set<TopicIdPartition> partitions, int version, MetadataImage image) {
    Map<String, List<Integer>> byName = new TreeMap<>();
    for (TopicIdPartition partition : partitions) {
      TopicImage topic = image.topic(partition.topicId());
      if (topic != null) {
        byName.computeIfAbsent(topic.name(), name -> new ArrayList<>()).add(partition.partition());
      }
    }
    List<ConsumerProtocolAssignment.TopicPartitions> topics = new ArrayList<>();
    byName.forEach((name, indexes) ->
        topics.add(
            new ConsumerProtocolAssignment.TopicPartitions(
                name, indexes.stream().sorted().toList())));
    var assignment = ConsumerProtocolAssignment.builder().assignedPartitions(topics).build();
    ByteBuf out = Unpooled.buffer(Short.BYTES + assignment.size(version));
    out.writeShort(version);
    assignment.write(new WireWriter(out), version);
    return out.nioBuffer().asReadOnlyBuffer();
  }
}
