package io.weir.broker.handler;

import io.netty.util.concurrent.EventExecutor;
import io.weir.broker.netty.Exchange;
import io.weir.protocol.message.ApiKey;
import io.weir.protocol.message.ApiRequest;
import io.weir.protocol.message.ApiResponse;
import io.weir.protocol.model.ErrorCode;
import java.net.InetAddress;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a handler knows of a request besides its body, and where it puts the answer. Thread-safe: answered once, from any thread.
 */
public final class RequestContext {
  private static final Logger LOG = LoggerFactory.getLogger(RequestContext.class);

  private final Exchange exchange;
  private final ApiKey apiKey;
  private final int version;
  private final int correlationId;
  private final @Nullable String clientId;

  RequestContext(
      Exchange exchange,
      ApiKey apiKey,
      int version,
      int correlationId,
      @Nullable String clientId) {
    this.exchange = exchange;
    this.apiKey = apiKey;
    this.version = version;
    this.correlationId = correlationId;
    this.clientId = clientId;
  }

  public int version() {
    return version;
  }

  /** What the client calls itself; empty when it says nothing. */
  public String clientId() {
    return clientId == null ? "" : clientId;
  }

  public InetAddress clientAddress() {
    return exchange.clientAddress();
  }

  /** The name of the listener that the client came through; it is told addresses of that one. */
  public String listenerName() {
    return exchange.listenerName();
  }

  /** The thread of the client's connection, for what a handler does later. */
  public EventExecutor eventLoop() {
    return exchange.eventLoop();
  }

  /**
   * Runs the task when the client goes away before it is answered. To be called on the event loop, where the task runs too.
   */
  void whenAbandoned(Runnable task) {
    exchange.whenAbandoned(task);
  }

  /** Answers; the response's records, if any, pass to the connection. */
  public void answer(ApiResponse response) {
    answer(response, version);
  }

  /** Answers in another version than that of the request. */
  void answer(ApiResponse response, int inVersion) {
    exchange.answer(
        new ApiReply(
            response, correlationId, inVersion, apiKey.responseHeaderVersion(inVersion)));
  }

  /** Answers when the response is there; with an error to the request when it fails. */
  public void answerWhenDone(
      ApiRequest request, CompletionStage<? extends ApiResponse> response) {
    var unused =
        response.whenComplete(
            (done, failure) -> {
              if (failure == null) {
                answer(done);
              } else {
                LOG.error("{} failed", apiKey.apiName(), failure);
                answer(request.errorResponse(ErrorCode.UNKNOWN_SERVER_ERROR, null));
              }
            });
  }

  /** The request has no answer. */
  public void endWithoutAnswer() {
    exchange.endWithoutAnswer();
  }

  /** The request cannot be answered as the protocol wants it; its connection is closed. */
  public void closeConnection(String why) {
    exchange.fail(why);
  }
}
