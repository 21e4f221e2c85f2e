package io.weir.broker.handler;

import io.weir.protocol.message.IncrementalAlterConfigsRequest;

/**
 * IncrementalAlterConfigs, versions 0 and 1: changes single settings of topics, by the controller.
 * Settings of nodes cannot be changed while they run; it refuses them with INVALID_REQUEST.
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
    context.answerWhenDone(request, admin.submit(request, context.version(), TIMEOUT_MS));
  }
}
