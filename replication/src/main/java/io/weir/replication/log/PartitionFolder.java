package io.weir.replication.log;

import io.weir.protocol.model.TopicIdPartition;
import io.weir.protocol.model.TopicPartition;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A partition replica as its folder's name has it: {@code <topic>-<partition>.<topic id>}, the id
 * as 22 characters of URL-safe Base64. A topic that is deleted and created again has another id, so
 * it never meets the files of the old one. Immutable.
 */
public record PartitionFolder(String topic, int partition, UUID topicId) {
  private static final int ID_LENGTH = 22;

  public TopicPartition topicPartition() {
    return new TopicPartition(topic, partition);
  }

  public TopicIdPartition topicIdPartition() {
    return new TopicIdPartition(topicId, partition);
  }

  public String name() {
    ByteBuffer id = ByteBuffer.allocate(16);
    id.putLong(topicId.getMostSignificantBits()).putLong(topicId.getLeastSignificantBits());
    return "%s-%d.%s"
        .formatted(
            topic, partition, Base64.getUrlEncoder().withoutPadding().encodeToString(id.array()));
  }

  /** Null when the name is not that of a partition's folder. */
  public static @Nullable PartitionFolder parse(String name) {
    int dot = name.length() - ID_LENGTH - 1;
    int dash = dot < 0 ? -1 : name.lastIndexOf('-', dot);
    if (dash < 1 || name.charAt(dot) != '.') {
      return null;
    }
    try {
      ByteBuffer id = ByteBuffer.wrap(Base64.getUrlDecoder().decode(name.substring(dot + 1)));
      PartitionFolder folder =
          new PartitionFolder(
              name.substring(0, dash),
              Integer.parseInt(name.substring(dash + 1, dot)),
              new UUID(id.getLong(), id.getLong()));
      return folder.name().equals(name) ? folder : null;
    } catch (IllegalArgumentException e) {
      return null;
    }
  }
}
