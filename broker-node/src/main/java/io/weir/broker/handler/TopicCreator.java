package io.weir.broker.handler;

import io.weir.protocol.message.ApiResponse;
import io.weir.protocol.message.CreateTopicsRequest;
import io.weir.protocol.message.CreateTopicsResponse;
import io.weir.protocol.model.ErrorCode;
import io.weir.protocol.model.TopicNames;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Creates topics because somebody asked for them. However many ask for the same one at the same
 * time, the controller is asked once. Thread-safe: a concurrent map of what is under way, bounded;
 * past the bound askers are told to come again.
 */
public final class TopicCreator {
  private static final Logger LOG = LoggerFactory.getLogger(TopicCreator.class);
  private static final int MAX_UNDER_WAY = 1_000;
  private static final int VERSION = 7;
  private static final int TIMEOUT_MS = 10_000;
  private static final int CLUSTER_DEFAULT = -1;

  /** Clients ask again many times a second; the controller, and the log, hear of it once. */
  private static final Executor AFTER_A_FAILURE =
      CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS);

  private final TopicAdmin admin;
  private final OffsetsTopicSettings offsetsTopic;
  private final Map<String, CompletableFuture<ErrorCode>> underWay = new ConcurrentHashMap<>();

  /**
   * Settings of the topic that holds the groups' offsets. Immutable.
   *
   * @param segmentBytes small segments are quicker to load
   */
  public record OffsetsTopicSettings(int partitions, int replicationFactor, int segmentBytes) {}

  public TopicCreator(TopicAdmin admin, OffsetsTopicSettings offsetsTopic) {
    this.admin = admin;
    this.offsetsTopic = offsetsTopic;
  }

  /** NONE when the topic is there now, created by this or by somebody else. */
  CompletableFuture<ErrorCode> create(String name) {
    CompletableFuture<ErrorCode> mine = new CompletableFuture<>();
    CompletableFuture<ErrorCode> others = underWay.putIfAbsent(name, mine);
    if (others != null) {
      return others;
    }
    if (underWay.size() > MAX_UNDER_WAY) {
      finish(name, mine, ErrorCode.LEADER_NOT_AVAILABLE);
      return mine;
    }
    var _ =
        admin
            .submit(request(name), VERSION, TIMEOUT_MS)
            .whenComplete((response, failure) ->
                finish(
                    name,
                    mine,
                    failure == null ? outcome(name, response) : ErrorCode.UNKNOWN_SERVER_ERROR));
    return mine;
  }

  private void finish(String name, CompletableFuture<ErrorCode> future, ErrorCode outcome) {
    if (outcome == ErrorCode.NONE) {
      underWay.remove(name, future);
    } else {
      AFTER_A_FAILURE.execute(() -> underWay.remove(name, future));
    }
    future.complete(outcome);
  }

  private CreateTopicsRequest request(String name) {
    CreateTopicsRequest.Topic.Builder topic = CreateTopicsRequest.Topic.builder().name(name);
    if (name.equals(TopicNames.CONSUMER_OFFSETS)) {
      topic
          .numPartitions(offsetsTopic.partitions())
          .replicationFactor((short) offsetsTopic.replicationFactor())
          .configs(
              List.of(
                  config("cleanup.policy", "delete"),
                  config("retention.ms", "-1"),
                  config("segment.bytes", Integer.toString(offsetsTopic.segmentBytes()))));
    } else {
      topic.numPartitions(CLUSTER_DEFAULT).replicationFactor((short) CLUSTER_DEFAULT);
    }
    return CreateTopicsRequest.builder()
        .topics(List.of(topic.build()))
        .timeoutMs(TIMEOUT_MS)
        .build();
  }

  private static CreateTopicsRequest.Config config(String name, String value) {
    return CreateTopicsRequest.Config.builder().name(name).value(value).build();
  }

  private static ErrorCode outcome(String name, ApiResponse response) {
    CreateTopicsResponse.Topic topic = ((CreateTopicsResponse) response).topics().getFirst();
    return switch (topic.errorCode()) {
      case NONE -> {
        LOG.info("created topic {} because a client asked for it", name);
        yield ErrorCode.NONE;
      }
      case TOPIC_ALREADY_EXISTS -> ErrorCode.NONE;
      case REQUEST_TIMED_OUT, NOT_CONTROLLER -> ErrorCode.LEADER_NOT_AVAILABLE;
      default -> {
        LOG.warn("cannot create topic {}: {} {}", name, topic.errorCode(), topic.errorMessage());
        yield topic.errorCode();
      }
    };
  }
}
