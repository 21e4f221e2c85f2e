package io.weir.broker.handler;

import io.weir.broker.config.BrokerConfig;
import io.weir.broker.config.ConfigEntry;
import io.weir.broker.config.ConfigSource;
import io.weir.broker.config.NodeSettingEntries;
import io.weir.broker.config.TopicSettings;
import io.weir.coordinator.metadata.MetadataImage;
import io.weir.coordinator.metadata.TopicImage;
import io.weir.protocol.message.DescribeConfigsRequest;
import io.weir.protocol.message.DescribeConfigsResponse;
import io.weir.protocol.message.DescribeConfigsResponse.Config;
import io.weir.protocol.message.DescribeConfigsResponse.Result;
import io.weir.protocol.message.DescribeConfigsResponse.Synonym;
import io.weir.protocol.model.ErrorCode;
import io.weir.protocol.model.TopicNames;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * DescribeConfigs, versions 0 to 4: settings of topics as this node understands them, and its own.
 * A node's settings come from its file, so they are read-only, and there are none for the whole
 * cluster. Loggers and other kinds of resources are refused with INVALID_REQUEST.
 */
public final class DescribeConfigsHandler implements ApiHandler<DescribeConfigsRequest> {
  private static final int SOURCE_FROM = 1;

  private final Supplier<MetadataImage> metadata;
  private final TopicSettings topicSettings;
  private final BrokerConfig node;

  public DescribeConfigsHandler(
      Supplier<MetadataImage> metadata, TopicSettings topicSettings, BrokerConfig node) {
    this.metadata = metadata;
    this.topicSettings = topicSettings;
    this.node = node;
  }

  @Override
  public void handle(DescribeConfigsRequest request, RequestContext context) {
    List<Result> results =
        request.resources().stream()
            .map(resource -> describe(resource, request, context.version()))
            .toList();
    context.answer(DescribeConfigsResponse.builder().results(results).build());
  }

  private Result describe(
      DescribeConfigsRequest.Resource resource, DescribeConfigsRequest request, int version) {
    return switch (resource.resourceType()) {
      case ConfigResource.TOPIC -> topic(resource, request, version);
      case ConfigResource.NODE -> node(resource, request, version);
      default ->
          refuse(resource, ErrorCode.INVALID_REQUEST, "only topics and nodes have settings here");
    };
  }

  private Result topic(
      DescribeConfigsRequest.Resource resource, DescribeConfigsRequest request, int version) {
    String name = resource.resourceName();
    String refusal = TopicNames.refusal(name);
    if (refusal != null) {
      return refuse(resource, ErrorCode.INVALID_TOPIC_EXCEPTION, refusal);
    }
    TopicImage topic = metadata.get().topic(name);
    return topic == null
        ? refuse(resource, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, "no topic " + name)
        : result(resource, topicSettings.describe(topic.config()), request, version);
  }

  private Result node(
      DescribeConfigsRequest.Resource resource, DescribeConfigsRequest request, int version) {
    String name = resource.resourceName();
    if (name.isEmpty()) {
      return result(resource, List.of(), request, version);
    }
    return name.equals(Integer.toString(node.nodeId()))
        ? result(resource, NodeSettingEntries.of(node), request, version)
        : refuse(
            resource,
            ErrorCode.INVALID_REQUEST,
            "this is node " + node.nodeId() + ", which knows its own settings only");
  }

  private static Result result(
      DescribeConfigsRequest.Resource resource,
      List<ConfigEntry> entries,
      DescribeConfigsRequest request,
      int version) {
    List<String> wanted = resource.configurationKeys();
    return Result.builder()
        .resourceType(resource.resourceType())
        .resourceName(resource.resourceName())
        .configs(
            entries.stream()
                .filter(entry -> wanted == null || wanted.contains(entry.name()))
                .map(entry -> config(entry, request, version))
                .toList())
        .build();
  }

  private static Config config(ConfigEntry entry, DescribeConfigsRequest request, int version) {
    Config.Builder config =
        Config.builder()
            .name(entry.name())
            .value(entry.value())
            .readOnly(entry.readOnly())
            .configType(entry.type().code())
            .documentation(request.includeDocumentation() ? entry.doc() : null);
    if (version >= SOURCE_FROM) {
      config.configSource(entry.source().code());
    } else {
      config.isDefault(entry.source() == ConfigSource.DEFAULT);
    }
    if (request.includeSynonyms()) {
      config.synonyms(entry.synonyms().stream().map(DescribeConfigsHandler::synonym).toList());
    }
    return config.build();
  }

  private static Synonym synonym(ConfigEntry.Synonym synonym) {
    return Synonym.builder()
        .name(synonym.name())
        .value(synonym.value())
        .source(synonym.source().code())
        .build();
  }

  private static Result refuse(
      DescribeConfigsRequest.Resource resource, ErrorCode error, @Nullable String message) {
    return Result.builder()
        .errorCode(error)
        .errorMessage(message)
        .resourceType(resource.resourceType())
        .resourceName(resource.resourceName())
        .build();
  }
}
