package io.weir.coordinator.grpc;

import io.grpc.Channel;
import io.grpc.stub.StreamObserver;
import io.weir.coordinator.CoordinationException;
import io.weir.coordinator.ProducerIdBlock;
import io.weir.coordinator.controller.Answer;
import io.weir.coordinator.controller.ControllerTerm;
import io.weir.protocol.cluster.AdminAnswer;
import io.weir.protocol.cluster.AdminCall;
import io.weir.protocol.cluster.ControlGrpc;
import io.weir.protocol.cluster.ProducerIdsAnswer;
import io.weir.protocol.cluster.ProducerIdsCall;
import io.weir.protocol.message.ApiRequest;
import io.weir.protocol.message.ApiResponse;
import io.weir.protocol.model.ErrorCode;
import io.weir.protocol.wire.MalformedMessageException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Requests to whoever is controller: to the term in this process when there is one, else over the
 * wire. While the controller moves they are tried again, until their time is over.
 *
 * <p>When an answer was lost the request is sent again, and the caller gets what that finds: a
 * topic that the first try created exists already. A block of producer ids may get lost that way,
 * which only costs numbers.
 *
 * <p>Thread-safe.
 */
public final class ControllerCalls {
  private static final Logger log = LoggerFactory.getLogger(ControllerCalls.class);
  private static final long PAUSE_MS = 40;
  private static final long PRODUCER_IDS_TIMEOUT_MS = 30_000;

  private final int nodeId;
  private final Supplier<Optional<ControllerTerm>> here;
  private final Supplier<Optional<ControllerLink>> link;
  private final Executor later = CompletableFuture.delayedExecutor(PAUSE_MS, TimeUnit.MILLISECONDS);

  /** Calls of a node to the term in this process, or else over its link. */
  public ControllerCalls(
      int nodeId,
      Supplier<Optional<ControllerTerm>> here,
      Supplier<Optional<ControllerLink>> link) {
    this.nodeId = nodeId;
    this.here = here;
    this.link = link;
  }

  /** See {@code Coordination.admin}. */
  public CompletableFuture<ApiResponse> admin(ApiRequest request, int version, long timeoutMs) {
    CompletableFuture<ApiResponse> answer = new CompletableFuture<>();
    AdminTries tries = new AdminTries(request, version, answer);
    tries.next();
    return answer
        .orTimeout(Math.max(1, timeoutMs), TimeUnit.MILLISECONDS)
        .exceptionally(_ -> tries.timedOut());
  }

  /** See {@code Coordination.allocateProducerIds}. */
  public CompletableFuture<ProducerIdBlock> allocateProducerIds() {
    CompletableFuture<ProducerIdBlock> answer = new CompletableFuture<>();
    tryProducerIds(answer);
    return answer
        .orTimeout(PRODUCER_IDS_TIMEOUT_MS, TimeUnit.MILLISECONDS)
        .exceptionallyCompose(timeOut ->
            CompletableFuture.failedFuture(
                new CoordinationException("no controller gave producer ids in time", timeOut)));
  }

  private final class AdminTries {
    private final ApiRequest request;
    private final int version;
    private final CompletableFuture<ApiResponse> answer;
    private volatile boolean reached;

    AdminTries(ApiRequest request, int version, CompletableFuture<ApiResponse> answer) {
      this.request = request;
      this.version = version;
      this.answer = answer;
    }

    void next() {
      if (answer.isDone()) {
        return;
      }
      Optional<ControllerTerm> local = here.get();
      Optional<Channel> remote = link.get().flatMap(ControllerLink::channel);
      if (local.isPresent()) {
        reached = true;
        var _ = local.get().admin(request, version).thenAccept(this::answered);
      } else if (remote.isPresent()) {
        reached = true;
        call(remote.get());
      } else {
        later.execute(this::next);
      }
    }

    private void answered(Answer<ApiResponse> given) {
      switch (given) {
        case Answer.Given<ApiResponse>(ApiResponse response) -> answer.complete(response);
        case Answer.NotController<ApiResponse> _ -> {
          reached = false;
          later.execute(this::next);
        }
      }
    }

    private void call(Channel channel) {
      AdminCall call =
          AdminCall.newBuilder()
              .setApiKey(request.apiKey().key())
              .setApiVersion(version)
              .setBody(AdminCodec.write(request, version))
              .build();
      ControlGrpc.newStub(channel).admin(call, new Single<>(this::returned));
    }

    private void returned(@Nullable AdminAnswer returned, @Nullable Throwable failure) {
      if (returned == null || returned.getNotController()) {
        log.debug("the controller did not answer", failure);
        answered(new Answer.NotController<>());
        return;
      }
      try {
        answer.complete(AdminCodec.readResponse(request.apiKey(), version, returned.getBody()));
      } catch (MalformedMessageException e) {
        log.error("the controller's answer to {} cannot be read", request.apiKey(), e);
        answer.complete(
            request.errorResponse(
                ErrorCode.UNKNOWN_SERVER_ERROR, "the controller's answer cannot be read"));
      }
    }

    ApiResponse timedOut() {
      return reached
          ? request.errorResponse(
              ErrorCode.REQUEST_TIMED_OUT, "the controller did not answer in time")
          : request.errorResponse(ErrorCode.NOT_CONTROLLER, "there is no controller at the moment");
    }
  }

  private void tryProducerIds(CompletableFuture<ProducerIdBlock> answer) {
    if (answer.isDone()) {
      return;
    }
    Optional<ControllerTerm> local = here.get();
    Optional<Channel> remote = link.get().flatMap(ControllerLink::channel);
    if (local.isPresent()) {
      var _ =
          local
              .get()
              .allocateProducerIds()
              .thenAccept(given -> {
                switch (given) {
                  case Answer.Given<ProducerIdBlock>(ProducerIdBlock block) ->
                      answer.complete(block);
                  case Answer.NotController<ProducerIdBlock> _ ->
                      later.execute(() -> tryProducerIds(answer));
                }
              });
    } else if (remote.isPresent()) {
      ControlGrpc.newStub(remote.get())
          .allocateProducerIds(
              ProducerIdsCall.newBuilder().setNodeId(nodeId).build(),
              new Single<ProducerIdsAnswer>((block, failure) -> returned(block, failure, answer)));
    } else {
      later.execute(() -> tryProducerIds(answer));
    }
  }

  private void returned(
      @Nullable ProducerIdsAnswer block,
      @Nullable Throwable failure,
      CompletableFuture<ProducerIdBlock> answer) {
    if (block == null || block.getNotController()) {
      log.debug("no producer ids", failure);
      later.execute(() -> tryProducerIds(answer));
    } else {
      answer.complete(new ProducerIdBlock(block.getFirst(), block.getCount()));
    }
  }

  /** The one answer of a call, or its failure. gRPC calls it from one thread at a time. */
  private static final class Single<T> implements StreamObserver<T> {
    private final BiConsumer<@Nullable T, @Nullable Throwable> done;
    private @Nullable T answer;

    Single(BiConsumer<@Nullable T, @Nullable Throwable> done) {
      this.done = done;
    }

    @Override
    public void onNext(T value) {
      answer = value;
    }

    @Override
    public void onError(Throwable failure) {
      done.accept(null, failure);
    }

    @Override
    public void onCompleted() {
      done.accept(answer, null);
    }
  }
}
