package io.weir.broker.handler;

import io.weir.protocol.message.ApiRequest;
import io.weir.protocol.message.ApiResponse;
import java.util.concurrent.CompletableFuture;

/** The way to the controller for changes of topics. Thread-safe. */
@FunctionalInterface
public interface TopicAdmin {
  /**
   * Has the controller carry out a request.
   *
   * @param version in which the answer will be written
   * @param timeoutMs after which the answer is REQUEST_TIMED_OUT
   */
  CompletableFuture<ApiResponse> submit(ApiRequest request, int version, long timeoutMs);
}
