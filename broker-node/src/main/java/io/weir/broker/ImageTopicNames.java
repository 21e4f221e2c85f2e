package io.weir.broker;

import io.weir.coordinator.group.TopicNamesById;
import io.weir.coordinator.metadata.MetadataImage;
import io.weir.coordinator.metadata.TopicImage;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Names and ids of topics as of the node's latest image. Thread-safe. */
record ImageTopicNames(Supplier<MetadataImage> metadata) implements TopicNamesById {
  @Override
  public @Nullable String nameOf(UUID topicId) {
    TopicImage topic = metadata.get().topic(topicId);
    return topic == null ? null : topic.name();
  }

  @Override
  public @Nullable UUID idOf(String name) {
    TopicImage topic = metadata.get().topic(name);
    return topic == null ? null : topic.id();
  }

  @Override
  public int partitionsOf(String name) {
    TopicImage topic = metadata.get().topic(name);
    return topic == null ? 0 : topic.partitions().size();
  }
}
