package io.weir.coordinator.group;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Which topics there are, as this node knows it; implemented over its metadata image. Thread-safe.
 */
public interface TopicNamesById {
  /** Null when no topic has the id. */
  @Nullable String nameOf(UUID topicId);

  /** Null when no topic has the name. */
  @Nullable UUID idOf(String topic);

  /** 0 when no topic has the name. */
  int partitionsOf(String topic);
}
