package io.weir.broker.handler;

import io.weir.coordinator.metadata.MetadataImage;
import io.weir.protocol.message.FetchRequest;
import io.weir.protocol.model.ErrorCode;
import java.util.function.Supplier;

/**
 * Fetch, versions 4 to 18. Waits until there are enough bytes or the time is up; sends records from
 * their files. Version 13 on names topics by id. Sessions (KIP-227) are not kept: a request that
 * opens one is answered in full with session id 0, by which the client knows that there is none,
 * and one within a session is answered FETCH_SESSION_ID_NOT_FOUND. Followers replicate over gRPC,
 * so a request of a replica is refused with INVALID_REQUEST. Before version 10 clients do not know
 * zstd, and are not sent such batches.
 */
public final class FetchHandler implements ApiHandler<FetchRequest> {
  private final Supplier<MetadataImage> metadata;
  private final ReadSource reads;
  private final int maxBytes;

  /**
   * @param maxBytes of records in one answer
   */
  public FetchHandler(Supplier<MetadataImage> metadata, ReadSource reads, int maxBytes) {
    this.metadata = metadata;
    this.reads = reads;
    this.maxBytes = maxBytes;
  }

  @Override
  public void handle(FetchRequest request, RequestContext context) {
    if (request.replicaId() >= 0 || request.replicaState().replicaId() >= 0) {
      context.answer(request.errorResponse(ErrorCode.INVALID_REQUEST, null));
    } else if (request.sessionEpoch() > 0) {
      context.answer(FetchAnswers.ofSession(ErrorCode.FETCH_SESSION_ID_NOT_FOUND));
    } else {
      new FetchCall(request, context, metadata, reads, maxBytes).start();
    }
  }
}
