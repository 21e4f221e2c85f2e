package io.weir.broker.handler;

import io.weir.protocol.message.AlterConfigsRequest;
import io.weir.protocol.message.AlterConfigsResponse;
import java.util.List;

/**
 * AlterConfigs, versions 0 to 2: replaces all settings of topics, by the controller. Settings of
 * nodes cannot be changed while they run, and are refused with INVALID_REQUEST.
 */
public final class AlterConfigsHandler implements ApiHandler<AlterConfigsRequest> {
  private static final int TIMEOUT_MS = 30_000;

  private final TopicAdmin admin;

  public AlterConfigsHandler(TopicAdmin admin) {
    this.admin = admin;
  }

  @Override
  public void handle(AlterConfigsRequest request, RequestContext context) {
    List<AlterConfigsRequest.Resource> topics =
        request.resources().stream().filter(AlterConfigsHandler::isTopic).toList();
    if (topics.isEmpty()) {
      context.answer(merge(request, List.of()));
      return;
    }
    context.answerWhenDone(
        request,
        admin
            .submit(request.toBuilder().resources(topics).build(), context.version(), TIMEOUT_MS)
            .thenApply(response -> merge(request, ((AlterConfigsResponse) response).responses())));
  }

  private static boolean isTopic(AlterConfigsRequest.Resource resource) {
    return TopicsOnly.isTopic(resource.resourceType());
  }

  private static AlterConfigsResponse merge(
      AlterConfigsRequest request, List<AlterConfigsResponse.Result> ofTopics) {
    return AlterConfigsResponse.builder()
        .responses(
            TopicsOnly.merge(
                request.resources(),
                AlterConfigsHandler::isTopic,
                ofTopics,
                AlterConfigsHandler::refuse))
        .build();
  }

  private static AlterConfigsResponse.Result refuse(AlterConfigsRequest.Resource resource) {
    return AlterConfigsResponse.Result.builder()
        .errorCode(TopicsOnly.REFUSAL)
        .errorMessage(TopicsOnly.WHY)
        .resourceType(resource.resourceType())
        .resourceName(resource.resourceName())
        .build();
  }
}
