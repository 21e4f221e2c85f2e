package io.weir.broker.handler;

import io.weir.protocol.message.ElectLeadersRequest;

/** ElectLeaders, versions 0 to 2, by the controller, whichever node is asked. */
public final class ElectLeadersHandler implements ApiHandler<ElectLeadersRequest> {
  private final TopicAdmin admin;

  public ElectLeadersHandler(TopicAdmin admin) {
    this.admin = admin;
  }

  @Override
  public void handle(ElectLeadersRequest request, RequestContext context) {
    context.answerWhenDone(request, admin.submit(request, context.version(), request.timeoutMs()));
  }
}
