package io.weir.broker.handler;

import io.weir.protocol.message.ApiRequest;

/**
 * Serves one API. Called on the client's event loop, so it must not block; it answers through the
 * context, now or later.
 */
@FunctionalInterface
public interface ApiHandler<Q extends ApiRequest> {
  /**
   * Serves one request.
   *
   * @param request if it carries records, they are the handler's to release
   */
  void handle(Q request, RequestContext context);
}
