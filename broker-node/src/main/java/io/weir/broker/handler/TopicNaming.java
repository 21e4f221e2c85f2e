package io.weir.broker.handler;

import io.weir.coordinator.metadata.MetadataImage;
import io.weir.coordinator.metadata.TopicImage;
import io.weir.protocol.model.ErrorCode;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** How a request of a certain version names topics: by name, or from some version on by id. */
final class TopicNaming {
  private final boolean byId;

  private TopicNaming(boolean byId) {
    this.byId = byId;
  }

  static TopicNaming inVersion(int version, int byIdFrom) {
    return new TopicNaming(version >= byIdFrom);
  }

  @Nullable TopicImage find(MetadataImage image, String name, UUID id) {
    return byId ? image.topic(id) : image.topic(name);
  }

  /** What is said of a topic that was not found. */
  ErrorCode absence() {
    return byId ? ErrorCode.UNKNOWN_TOPIC_ID : ErrorCode.UNKNOWN_TOPIC_OR_PARTITION;
  }
}
