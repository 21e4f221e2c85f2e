package io.weir.broker.handler;

import io.weir.protocol.message.ApiResponse;
import io.weir.protocol.message.CreateTopicsRequest;
import io.weir.protocol.message.CreateTopicsResponse;
import io.weir.protocol.model.ErrorCode;
import java.util.ArrayList;
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
  private final Map<String, StateTopic> stateTopics;
  private final Map<String, CompletableFuture<ErrorCode>> underWay = new ConcurrentHashMap<>();

  /**
   * Settings of a topic that keeps a coordinator's state. Immutable.
   *
   * @param minInSync its min.insync.replicas, or {@link #CLUSTER_MIN_IN_SYNC}
   * @param segmentBytes small segments are quicker to load
   */
  public record StateTopic(int partitions, int replicationFactor, int minInSync, int segmentBytes) {
    /** The topic goes by the cluster's min.insync.replicas. */
    public static final int CLUSTER_MIN_IN_SYNC = 0;

    private List<CreateTopicsRequest.Config> configs() {
      List<CreateTopicsRequest.Config> configs = new ArrayList<>();
      configs.add(config("cleanup.policy", "compact"));
      configs.add(config("segment.bytes", Integer.toString(segmentBytes)));
      if (minInSync != CLUSTER_MIN_IN_SYNC) {
        configs.add(config("min.insync.replicas", Integer.toString(minInSync)));
      }
      return configs;
    }
  }

  /**
   * @param stateTopics those that have settings of their own, by name
   */
  public TopicCreator(TopicAdmin admin, Map<String, StateTopic> stateTopics) {
    this.admin = admin;
    this.stateTopics = Map.copyOf(stateTopics);
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
    StateTopic stateTopic = stateTopics.get(name);
    if (stateTopic == null) {
      topic.numPartitions(CLUSTER_DEFAULT).replicationFactor((short) CLUSTER_DEFAULT);
    } else {
      topic
          .numPartitions(stateTopic.partitions())
          .replicationFactor((short) stateTopic.replicationFactor())
          .configs(stateTopic.configs());
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
