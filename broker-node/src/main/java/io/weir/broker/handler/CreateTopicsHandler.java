package io.weir.broker.handler;

import io.weir.protocol.message.CreateTopicsRequest;

/** CreateTopics, versions 0 to 7, by the controller, whichever node is asked. */
public final class CreateTopicsHandler implements ApiHandler<CreateTopicsRequest> {
  private final TopicAdmin admin;

  public CreateTopicsHandler(TopicAdmin admin) {
    this.admin = admin;
  }

  @Override
  public void handle(CreateTopicsRequest request, RequestContext context) {
    context.answerWhenDone(request, admin.submit(request, context.version(), request.timeoutMs()));
  }
}
