package io.weir.coordinator.controller.core;

import io.weir.coordinator.metadata.MetadataRecord.TopicDeleted;
import io.weir.coordinator.metadata.TopicImage;
import io.weir.protocol.message.DeleteTopicsRequest;
import io.weir.protocol.message.DeleteTopicsResponse;
import io.weir.protocol.model.ErrorCode;
import io.weir.protocol.model.TopicNames;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Decides DeleteTopics, by name or by id. Confined to the controller's thread. */
final class TopicDeletion {
  private static final UUID NO_ID = new UUID(0, 0);
  private static final int BY_NAME_OR_ID_FROM = 6;

  private final Draft draft;

  TopicDeletion(Draft draft) {
    this.draft = draft;
  }

  private record Wanted(@Nullable String name, UUID id) {}

  DeleteTopicsResponse delete(DeleteTopicsRequest request, int version) {
    List<Wanted> wanted = wanted(request, version);
    Map<UUID, Integer> timesNamed = new HashMap<>();
    for (Wanted one : wanted) {
      TopicImage topic = find(one);
      if (topic != null) {
        timesNamed.merge(topic.id(), 1, Integer::sum);
      }
    }
    List<DeleteTopicsResponse.Result> results = new ArrayList<>();
    wanted.forEach(one -> results.add(delete(one, timesNamed)));
    return DeleteTopicsResponse.builder().responses(results).build();
  }

  private static List<Wanted> wanted(DeleteTopicsRequest request, int version) {
    if (version >= BY_NAME_OR_ID_FROM) {
      return request.topics().stream()
          .map(topic -> new Wanted(topic.name(), topic.topicId()))
          .toList();
    }
    return request.topicNames().stream().map(name -> new Wanted(name, NO_ID)).toList();
  }

  private @Nullable TopicImage find(Wanted wanted) {
    return wanted.name() != null
        ? draft.image().topic(wanted.name())
        : draft.image().topic(wanted.id());
  }

  private DeleteTopicsResponse.Result delete(Wanted wanted, Map<UUID, Integer> timesNamed) {
    DeleteTopicsResponse.Result.Builder result =
        DeleteTopicsResponse.Result.builder().name(wanted.name()).topicId(wanted.id());
    try {
      TopicImage topic = deletable(wanted, timesNamed);
      draft.change(new TopicDeleted(topic.id(), topic.name()));
      return result.name(topic.name()).topicId(topic.id()).build();
    } catch (Refusal refusal) {
      return result.errorCode(refusal.error()).errorMessage(refusal.words()).build();
    }
  }

  private TopicImage deletable(Wanted wanted, Map<UUID, Integer> timesNamed) throws Refusal {
    boolean byId = !wanted.id().equals(NO_ID);
    if (byId == (wanted.name() != null)) {
      throw new Refusal(
          ErrorCode.INVALID_REQUEST, "a topic must be given either by its name or by its id");
    }
    TopicImage topic = find(wanted);
    if (topic == null) {
      throw byId
          ? new Refusal(ErrorCode.UNKNOWN_TOPIC_ID, "there is no topic with this id")
          : new Refusal(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, "there is no such topic");
    }
    if (timesNamed.getOrDefault(topic.id(), 0) > 1) {
      throw new Refusal(ErrorCode.INVALID_REQUEST, "the request names the topic twice");
    }
    if (TopicNames.isInternal(topic.name())) {
      throw new Refusal(
          ErrorCode.INVALID_TOPIC_EXCEPTION, "the topic is the cluster's own: it stays");
    }
    return topic;
  }
}
