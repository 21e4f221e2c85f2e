package io.weir.broker.handler;

import io.weir.protocol.message.IncrementalAlterConfigsRequest;
import io.weir.protocol.message.IncrementalAlterConfigsResponse;
import java.util.List;

/**
 * IncrementalAlterConfigs, versions 0 and 1: changes single settings of topics, by the controller.
 * Settings of nodes cannot be changed while they run, and are refused with INVALID_REQUEST.
 */
public final class IncrementalAlterConfigsHandler
    implements ApiHandler<IncrementalAlterConfigsRequest> {
  private static final int TIMEOUT_MS = 30_000;

  private final TopicAdmin admin;

  public IncrementalAlterConfigsHandler(TopicAdmin admin) {
    this.admin = admin;
  }

  @Override
  public void handle(IncrementalAlterConfigsRequest request, RequestContext context) {
    List<IncrementalAlterConfigsRequest.Resource> topics =
        request.resources().stream().filter(IncrementalAlterConfigsHandler::isTopic).toList();
    if (topics.isEmpty()) {
      context.answer(merge(request, List.of()));
      return;
    }
    context.answerWhenDone(
        request,
        admin
            .submit(request.toBuilder().resources(topics).build(), context.version(), TIMEOUT_MS)
            .thenApply(response ->
                merge(request, ((IncrementalAlterConfigsResponse) response).responses())));
  }

  private static boolean isTopic(IncrementalAlterConfigsRequest.Resource resource) {
    return TopicsOnly.isTopic(resource.resourceType());
  }

  private static IncrementalAlterConfigsResponse merge(
      IncrementalAlterConfigsRequest request,
      List<IncrementalAlterConfigsResponse.Result> ofTopics) {
    return IncrementalAlterConfigsResponse.builder()
        .responses(
            TopicsOnly.merge(
                request.resources(),
                IncrementalAlterConfigsHandler::isTopic,
                ofTopics,
                IncrementalAlterConfigsHandler::refuse))
        .build();
  }

  private static IncrementalAlterConfigsResponse.Result refuse(
      IncrementalAlterConfigsRequest.Resource resource) {
    return IncrementalAlterConfigsResponse.Result.builder()
        .errorCode(TopicsOnly.REFUSAL)
        .errorMessage(TopicsOnly.WHY)
        .resourceType(resource.resourceType())
        .resourceName(resource.resourceName())
        .build();
  }
}
