package io.weir.broker.config;

import io.weir.coordinator.metadata.TopicImage;
import io.weir.replication.log.LogConfig;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * The log configuration of each topic, read from its settings once and not for each request.
 * Thread-safe: a concurrent map, whose entries go when their topics go.
 */
public final class TopicLogConfigs {
  private final TopicSettings settings;
  private final ConcurrentMap<UUID, Known> known = new ConcurrentHashMap<>();

  private record Known(Map<String, String> texts, LogConfig config) {}

  public TopicLogConfigs(TopicSettings settings) {
    this.settings = settings;
  }

  public LogConfig of(TopicImage topic) {
    Known entry = known.get(topic.id());
    if (entry == null || !entry.texts().equals(topic.config())) {
      entry = new Known(topic.config(), settings.logConfig(topic.config()));
      known.put(topic.id(), entry);
    }
    return entry.config();
  }

  /** The topic was deleted. */
  public void forget(UUID topicId) {
    known.remove(topicId);
  }
}
