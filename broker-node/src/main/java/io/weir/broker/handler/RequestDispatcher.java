package io.weir.broker.handler;

import io.netty.buffer.ByteBuf;
import io.weir.broker.netty.BadFrameException;
import io.weir.broker.netty.Exchange;
import io.weir.broker.netty.FrameHandler;
import io.weir.protocol.message.ApiKey;
import io.weir.protocol.message.ApiMessages;
import io.weir.protocol.message.ApiRequest;
import io.weir.protocol.message.ProduceRequest;
import io.weir.protocol.message.RequestHead;
import io.weir.protocol.message.RequestHeader;
import io.weir.protocol.model.ErrorCode;
import io.weir.protocol.wire.MalformedMessageException;
import io.weir.protocol.wire.WireReader;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a request and hands it to the handler of its API. Stateless; runs on the event loop of the
 * request's connection.
 *
 * <p>An API that has no handler, and a version that is not served, are refused with
 * UNSUPPORTED_VERSION in the API's own words; a version that is not known, where the request can be
 * read as the nearest that is. An unknown API or a malformed request closes the connection: there
 * is no telling what answer the client would understand.
 */
public final class RequestDispatcher implements FrameHandler {
  private static final Logger LOG = LoggerFactory.getLogger(RequestDispatcher.class);

  /** Requests without records need no more, and take many times their size once they are read. */
  static final int MAX_BYTES_WITHOUT_RECORDS = 16 << 20;

  private final ApiRegistry apis;

  public RequestDispatcher(ApiRegistry apis) {
    this.apis = apis;
  }

  @Override
  public void onFrame(Exchange exchange, ByteBuf frame) throws BadFrameException {
    WireReader in = new WireReader(frame);
    try {
      dispatch(exchange, in, frame.readableBytes());
    } catch (MalformedMessageException e) {
      throw new BadFrameException("malformed request: " + e.getMessage());
    }
  }

  private void dispatch(Exchange exchange, WireReader in, int bytes) throws BadFrameException {
    switch (RequestHead.read(in, exchange.lastClientId())) {
      case RequestHead.UnknownApi(int key, _, _) ->
          throw new BadFrameException("unknown API " + key);
      case RequestHead.UnknownVersion unknown -> refuseVersion(exchange, unknown, in, bytes);
      case RequestHeader header -> handle(exchange, header, in, bytes);
    }
  }

  private void handle(Exchange exchange, RequestHeader header, WireReader in, int bytes)
      throws BadFrameException {
    exchange.clientId(header.clientId());
    ApiKey apiKey = header.apiKey();
    checkSize(apiKey, bytes);
    ApiRequest request = read(apiKey, header.version(), in);
    ApiHandler<ApiRequest> handler = apis.handler(apiKey);
    if (handler == null || !apiKey.serves(header.version())) {
      refuse(exchange, request, header.correlationId(), header.version());
      return;
    }
    RequestContext context = new RequestContext(exchange, header);
    try {
      handler.handle(request, context);
    } catch (RuntimeException e) {
      LOG.error("{} failed", apiKey.apiName(), e);
      context.answer(request.errorResponse(ErrorCode.UNKNOWN_SERVER_ERROR, null));
    }
  }

  private static void checkSize(ApiKey apiKey, int bytes) throws BadFrameException {
    if (apiKey != ApiKey.PRODUCE && bytes > MAX_BYTES_WITHOUT_RECORDS) {
      throw new BadFrameException(apiKey.apiName() + " of " + bytes + " bytes");
    }
  }

  private static ApiRequest read(ApiKey apiKey, int version, WireReader in) {
    ApiRequest request = ApiMessages.readRequest(apiKey, version, in);
    if (in.remaining() > 0) {
      request.releaseRecords();
      throw new MalformedMessageException(
          apiKey.apiName() + " version " + version + " has " + in.remaining() + " bytes too many");
    }
    return request;
  }

  private static void refuseVersion(
      Exchange exchange, RequestHead.UnknownVersion head, WireReader in, int bytes)
      throws BadFrameException {
    ApiKey apiKey = head.apiKey();
    if (apiKey == ApiKey.API_VERSIONS) {
      exchange.answer(
          new ApiReply(ApiVersionsHandler.unsupportedVersion(), head.correlationId(), 0));
      return;
    }
    checkSize(apiKey, bytes);
    int nearest = Math.clamp(head.version(), apiKey.minVersion(), apiKey.maxVersion());
    ApiRequest request = readAsNearest(apiKey, nearest, in);
    if (request == null) {
      throw new BadFrameException(
          apiKey.apiName() + " version " + head.version() + " is not supported");
    }
    refuse(exchange, request, head.correlationId(), nearest);
  }

  private static void refuse(Exchange exchange, ApiRequest request, int correlationId, int version)
      throws BadFrameException {
    request.releaseRecords();
    if (request instanceof ProduceRequest produce && produce.acks() == 0) {
      throw new BadFrameException("Produce with acks=0 in a version that is not supported");
    }
    exchange.answer(
        new ApiReply(
            request.errorResponse(ErrorCode.UNSUPPORTED_VERSION, null), correlationId, version));
  }

  private static @Nullable ApiRequest readAsNearest(ApiKey apiKey, int nearest, WireReader in) {
    try {
      in.readNullableString(false);
      if (apiKey.requestHeaderVersion(nearest) >= 2) {
        in.skipTaggedFields();
      }
      return read(apiKey, nearest, in);
    } catch (MalformedMessageException e) {
      return null;
    }
  }
}
