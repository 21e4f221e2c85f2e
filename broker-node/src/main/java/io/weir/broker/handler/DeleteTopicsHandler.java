package io.weir.broker.handler;

import io.weir.protocol.message.DeleteTopicsRequest;
import io.weir.protocol.model.ErrorCode;

/**
 * DeleteTopics, versions 0 to 6, by the controller, whichever node is asked. Where
 * delete.topic.enable is false they are refused with TOPIC_DELETION_DISABLED, which clients know
 * from version 3 on, before that with INVALID_REQUEST.
 */
public final class DeleteTopicsHandler implements ApiHandler<DeleteTopicsRequest> {
  private static final int DISABLED_KNOWN_FROM = 3;

  private final TopicAdmin admin;
  private final boolean enabled;

  /**
   * @param enabled whether topics may be deleted
   */
  public DeleteTopicsHandler(TopicAdmin admin, boolean enabled) {
    this.admin = admin;
    this.enabled = enabled;
  }

  @Override
  public void handle(DeleteTopicsRequest request, RequestContext context) {
    if (enabled) {
      context.answerWhenDone(
          request, admin.submit(request, context.version(), request.timeoutMs()));
    } else {
      ErrorCode error =
          context.version() >= DISABLED_KNOWN_FROM
              ? ErrorCode.TOPIC_DELETION_DISABLED
              : ErrorCode.INVALID_REQUEST;
      context.answer(request.errorResponse(error, "delete.topic.enable is false"));
    }
  }
}
