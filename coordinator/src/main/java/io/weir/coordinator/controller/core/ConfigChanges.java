package io.weir.coordinator.controller.core;

import io.weir.coordinator.metadata.MetadataRecord;
import io.weir.coordinator.metadata.MetadataRecord.PartitionWritten;
import io.weir.coordinator.metadata.MetadataRecord.TopicWritten;
import io.weir.coordinator.metadata.PartitionImage;
import io.weir.coordinator.metadata.TopicImage;
import io.weir.protocol.message.AlterConfigsRequest;
import io.weir.protocol.message.AlterConfigsResponse;
import io.weir.protocol.message.IncrementalAlterConfigsRequest;
import io.weir.protocol.message.IncrementalAlterConfigsResponse;
import io.weir.protocol.model.ErrorCode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Decides AlterConfigs, which replaces all settings of a topic, and IncrementalAlterConfigs, which
 * changes single ones. Only topics have settings that can be changed while nodes run. Confined to
 * the controller's thread.
 */
final class ConfigChanges {
  private static final byte TOPIC = 2;
  private static final byte NODE = 4;

  private static final byte SET = 0;
  private static final byte DELETE = 1;
  private static final byte APPEND = 2;
  private static final byte SUBTRACT = 3;

  private final Draft draft;
  private final ConfigRules rules;
  private final UncleanElection uncleanElection;

  ConfigChanges(Draft draft, ConfigRules rules, UncleanElection uncleanElection) {
    this.draft = draft;
    this.rules = rules;
    this.uncleanElection = uncleanElection;
  }

  private record Resource(byte type, String name) {}

  /** Makes up a topic's new settings from what it has. */
  @FunctionalInterface
  private interface Change {
    Map<String, String> of(Map<String, String> before) throws Refusal;
  }

  AlterConfigsResponse replace(AlterConfigsRequest request) {
    Map<Resource, Integer> times = new HashMap<>();
    request
        .resources()
        .forEach(one ->
            times.merge(new Resource(one.resourceType(), one.resourceName()), 1, Integer::sum));
    List<AlterConfigsResponse.Result> results = new ArrayList<>();
    for (AlterConfigsRequest.Resource one : request.resources()) {
      Resource resource = new Resource(one.resourceType(), one.resourceName());
      Refusal refusal =
          apply(
              resource,
              times.getOrDefault(resource, 0),
              request.validateOnly(),
              _ -> replacement(one.configs()));
      results.add(
          AlterConfigsResponse.Result.builder()
              .errorCode(refusal == null ? ErrorCode.NONE : refusal.error())
              .errorMessage(refusal == null ? null : refusal.words())
              .resourceType(one.resourceType())
              .resourceName(one.resourceName())
              .build());
    }
    return AlterConfigsResponse.builder().responses(results).build();
  }

  IncrementalAlterConfigsResponse change(IncrementalAlterConfigsRequest request) {
    Map<Resource, Integer> times = new HashMap<>();
    request
        .resources()
        .forEach(one ->
            times.merge(new Resource(one.resourceType(), one.resourceName()), 1, Integer::sum));
    List<IncrementalAlterConfigsResponse.Result> results = new ArrayList<>();
    for (IncrementalAlterConfigsRequest.Resource one : request.resources()) {
      Resource resource = new Resource(one.resourceType(), one.resourceName());
      Refusal refusal =
          apply(
              resource,
              times.getOrDefault(resource, 0),
              request.validateOnly(),
              before -> changed(before, one.configs()));
      results.add(
          IncrementalAlterConfigsResponse.Result.builder()
              .errorCode(refusal == null ? ErrorCode.NONE : refusal.error())
              .errorMessage(refusal == null ? null : refusal.words())
              .resourceType(one.resourceType())
              .resourceName(one.resourceName())
              .build());
    }
    return IncrementalAlterConfigsResponse.builder().responses(results).build();
  }

  private @Nullable Refusal apply(
      Resource resource, int times, boolean validateOnly, Change change) {
    try {
      if (times > 1) {
        throw new Refusal(ErrorCode.INVALID_REQUEST, "the request names the resource twice");
      }
      TopicImage topic = topic(resource);
      Map<String, String> config = change.of(topic.config());
      rules.check(config);
      if (!validateOnly && !config.equals(topic.config())) {
        TopicImage changed = new TopicImage(topic.id(), topic.name(), config, topic.partitions());
        draft.change(new TopicWritten(changed));
        electWhereNowAllowed(changed);
      }
      return null;
    } catch (Refusal refusal) {
      return refusal;
    }
  }

  /** Partitions that wait for a leader do not wait longer than the topic's settings ask for. */
  private void electWhereNowAllowed(TopicImage topic) {
    List<MetadataRecord> elected = new ArrayList<>();
    Losses losses = new Losses();
    for (PartitionImage partition : topic.partitions()) {
      PartitionImage decided = uncleanElection.decideWhereAllowed(topic, partition);
      if (!decided.equals(partition)) {
        elected.add(new PartitionWritten(topic.id(), decided));
        losses.look(topic.name(), partition, decided);
      }
    }
    draft.change(elected);
    losses.notice(draft);
  }

  private TopicImage topic(Resource resource) throws Refusal {
    if (resource.type() == NODE) {
      throw new Refusal(
          ErrorCode.INVALID_REQUEST,
          "settings of nodes cannot be changed while they run: change the node's configuration and"
              + " restart it");
    }
    if (resource.type() != TOPIC) {
      throw new Refusal(ErrorCode.INVALID_REQUEST, "settings can be changed of topics only");
    }
    TopicImage topic = draft.image().topic(resource.name());
    if (topic == null) {
      throw new Refusal(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, "there is no such topic");
    }
    return topic;
  }

  private static Map<String, String> replacement(List<AlterConfigsRequest.Config> wanted)
      throws Refusal {
    Map<String, String> config = new LinkedHashMap<>();
    for (AlterConfigsRequest.Config entry : wanted) {
      if (config.put(entry.name(), value(entry.name(), entry.value())) != null) {
        throw twice(entry.name());
      }
    }
    return config;
  }

  private Map<String, String> changed(
      Map<String, String> before, List<IncrementalAlterConfigsRequest.Config> wanted)
      throws Refusal {
    Map<String, String> config = new LinkedHashMap<>(before);
    Set<String> names = new HashSet<>();
    for (IncrementalAlterConfigsRequest.Config entry : wanted) {
      String name = entry.name();
      if (!names.add(name)) {
        throw twice(name);
      }
      switch (entry.configOperation()) {
        case SET -> config.put(name, value(name, entry.value()));
        case DELETE -> delete(config, name);
        case APPEND -> {
          Set<String> items = items(config, name);
          items.addAll(split(value(name, entry.value())));
          config.put(name, String.join(",", items));
        }
        case SUBTRACT -> {
          Set<String> items = items(config, name);
          split(value(name, entry.value())).forEach(items::remove);
          config.put(name, String.join(",", items));
        }
        default ->
            throw new Refusal(
                ErrorCode.INVALID_REQUEST,
                "unknown operation " + entry.configOperation() + " on setting '" + name + "'");
      }
    }
    return config;
  }

  private void delete(Map<String, String> config, String name) throws Refusal {
    boolean wasSet = config.remove(name) != null;
    Set<String> known = rules.configs().defaults().keySet();
    if (!wasSet && !known.isEmpty() && !known.contains(name)) {
      throw new Refusal(ErrorCode.INVALID_CONFIG, "there is no setting '" + name + "' of topics");
    }
  }

  private Set<String> items(Map<String, String> config, String name) throws Refusal {
    if (!rules.configs().isList(name)) {
      throw new Refusal(
          ErrorCode.INVALID_CONFIG,
          "setting '" + name + "' is not a list: nothing can be appended to it or removed from it");
    }
    String value = config.getOrDefault(name, rules.configs().defaults().getOrDefault(name, ""));
    return split(value);
  }

  private static Set<String> split(String value) {
    Set<String> items = new LinkedHashSet<>();
    for (String item : value.split(",", -1)) {
      if (!item.isBlank()) {
        items.add(item.strip());
      }
    }
    return items;
  }

  private static String value(String name, @Nullable String value) throws Refusal {
    if (value == null) {
      throw new Refusal(ErrorCode.INVALID_REQUEST, "setting '" + name + "' has no value");
    }
    return value;
  }

  private static Refusal twice(String name) {
    return new Refusal(ErrorCode.INVALID_REQUEST, "setting '" + name + "' is given twice");
  }
}
