package io.weir.broker.handler;

import io.weir.protocol.message.CreatePartitionsRequest;

/** CreatePartitions, versions 0 to 3, by the controller, whichever node is asked. */
public final class CreatePartitionsHandler implements ApiHandler<CreatePartitionsRequest> {
  private final TopicAdmin admin;

  public CreatePartitionsHandler(TopicAdmin admin) {
    this.admin = admin;
  }

  @Override
  public void handle(CreatePartitionsRequest request, RequestContext context) {
    context.answerWhenDone(request, admin.submit(request, context.version(), request.timeoutMs()));
  }
}
