package io.weir.broker.handler;

import io.weir.protocol.message.AlterConfigsRequest;

/**
 * AlterConfigs, versions 0 to 2: replaces all settings of topics, by the controller. Settings of
 * nodes cannot be changed while they run; it refuses them with INVALID_REQUEST.
 */
public final class AlterConfigsHandler implements ApiHandler<AlterConfigsRequest> {
  private static final int TIMEOUT_MS = 30_000;

  private final TopicAdmin admin;

  public AlterConfigsHandler(TopicAdmin admin) {
    this.admin = admin;
  }

  @Override
  public void handle(AlterConfigsRequest request, RequestContext context) {
    context.answerWhenDone(request, admin.submit(request, context.version(), TIMEOUT_MS));
  }
}
