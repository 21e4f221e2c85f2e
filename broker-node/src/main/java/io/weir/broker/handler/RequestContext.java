package io.weir.broker.handler;

import io.netty.util.concurrent.Future;
import io.weir.broker.netty.Exchange;
import io.weir.protocol.message.ApiRequest;
import io.weir.protocol.message.ApiResponse;
import io.weir.protocol.message.RequestHeader;
import io.weir.protocol.model.ErrorCode;
import java.net.InetAddress;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a handler knows of a request besides its body, and where it puts the answer. Thread-safe:
 * answered once, from any thread.
 */
public final class RequestContext {
  private static final Logger LOG = LoggerFactory.getLogger(RequestContext.class);

  private final Exchange exchange;
  private final RequestHeader header;

  RequestContext(Exchange exchange, RequestHeader header) {
    this.exchange = exchange;
    this.header = header;
  }

  public int version() {
    return header.version();
  }

  /** What the client calls itself; empty when it says nothing. */
  public String clientId() {
    return Objects.requireNonNullElse(header.clientId(), "");
  }

  public InetAddress clientAddress() {
    return exchange.clientAddress();
  }

  /** The name of the listener that the client came through; it is told addresses of that one. */
  public String listenerName() {
    return exchange.listenerName();
  }

  /**
   * Runs a task on the thread of the client's connection.
   *
   * @return false when that has ended, and the connection with it; the task does not run then
   */
  boolean onEventLoop(Runnable task) {
    try {
      exchange.eventLoop().execute(() -> guarded(task));
      return true;
    } catch (RejectedExecutionException e) {
      return false;
    }
  }

  /** Runs a task on the thread of the client's connection, later. */
  Future<?> onEventLoopAfter(long delayMs, Runnable task) {
    return exchange.eventLoop().schedule(() -> guarded(task), delayMs, TimeUnit.MILLISECONDS);
  }

  /**
   * Runs a part of the work on this request. A defect in it closes the connection: without an
   * answer the client would wait, and those of its later requests behind it; and it must not reach
   * the thread that happens to run it, which has other work.
   */
  void guarded(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException e) {
      LOG.error("{} failed", header.apiKey().apiName(), e);
      closeConnection("a request of it failed");
    }
  }

  /**
   * Runs the task when the client goes away before it is answered. To be called on the event loop,
   * where the task runs too.
   */
  void whenAbandoned(Runnable task) {
    exchange.whenAbandoned(task);
  }

  /** Answers; the response's records, if any, pass to the connection. */
  public void answer(ApiResponse response) {
    exchange.answer(new ApiReply(response, header.correlationId(), header.version()));
  }

  /** Answers when the response is there; with an error to the request when it fails. */
  public void answerWhenDone(ApiRequest request, CompletionStage<? extends ApiResponse> response) {
    var _ =
        response.whenComplete((done, failure) -> {
          if (failure == null) {
            guarded(() -> answer(done));
          } else {
            LOG.error("{} failed", header.apiKey().apiName(), failure);
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
