package io.weir.broker.handler;

import io.weir.coordinator.metadata.BrokerImage;
import io.weir.coordinator.metadata.MetadataImage;
import io.weir.coordinator.metadata.TopicImage;
import io.weir.protocol.message.ListConfigResourcesRequest;
import io.weir.protocol.message.ListConfigResourcesResponse;
import io.weir.protocol.message.ListConfigResourcesResponse.Resource;
import io.weir.protocol.model.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * ListConfigResources, versions 0 and 1: what has settings (KIP-1142). That are all topics and all
 * live nodes; there are no loggers, client metrics or groups with settings, so that of these kinds
 * none are listed. Version 0 asks for client metrics alone. A kind that the protocol does not know
 * is refused with UNSUPPORTED_VERSION.
 */
public final class ListConfigResourcesHandler implements ApiHandler<ListConfigResourcesRequest> {
  private static final int KINDS_FROM = 1;

  private final Supplier<MetadataImage> metadata;

  public ListConfigResourcesHandler(Supplier<MetadataImage> metadata) {
    this.metadata = metadata;
  }

  @Override
  public void handle(ListConfigResourcesRequest request, RequestContext context) {
    Set<Byte> kinds = kinds(request, context.version());
    if (!ConfigResource.KINDS.containsAll(kinds)) {
      context.answer(request.errorResponse(ErrorCode.UNSUPPORTED_VERSION, null));
      return;
    }
    MetadataImage image = metadata.get();
    List<Resource> resources = new ArrayList<>();
    for (byte kind : kinds) {
      switch (kind) {
        case ConfigResource.TOPIC -> {
          for (TopicImage topic : image.topics()) {
            resources.add(resource(kind, topic.name()));
          }
        }
        case ConfigResource.NODE -> {
          for (BrokerImage broker : image.brokers().values()) {
            resources.add(resource(kind, String.valueOf(broker.id())));
          }
        }
        default -> {} // a kind of which there are none
      }
    }
    context.answer(ListConfigResourcesResponse.builder().configResources(resources).build());
  }

  private static Set<Byte> kinds(ListConfigResourcesRequest request, int version) {
    if (version < KINDS_FROM) {
      return Set.of(ConfigResource.CLIENT_METRICS);
    }
    return new TreeSet<>(
        request.resourceTypes().isEmpty() ? ConfigResource.KINDS : request.resourceTypes());
  }

  private static Resource resource(byte kind, String name) {
    return Resource.builder().resourceType(kind).resourceName(name).build();
  }
}
