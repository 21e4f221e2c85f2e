package io.weir.broker.handler;

import io.netty.buffer.ByteBuf;
import io.weir.broker.netty.BadFrameException;
import io.weir.broker.netty.Exchange;
import io.weir.broker.netty.FrameHandler;
import io.weir.protocol.message.ApiKey;
import io.weir.protocol.message.ApiMessages;
import io.weir.protocol.message.ApiRequest;
import io.weir.protocol.model.ErrorCode;
import io.weir.protocol.wire.MalformedMessageException;
import io.weir.protocol.wire.WireReader;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a request and hands it to the handler of its API. Stateless; runs on the event loop of the request's connection.
 *
 * <p>An unknown API or a malformed request closes the connection. A version that is not served is answered with UNSUPPORTED_VERSION
 * where the request can be read as the nearest version that is, else the connection is closed too: there is no telling what answer the
 * client would understand.
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
    int key = in.readInt16();
    int version = in.readInt16();
    ApiKey apiKey = ApiKey.of(key);
    ApiHandler<ApiRequest> handler = apiKey == null ? null : apis.handler(apiKey);
    if (apiKey == null || handler == null) {
      throw new BadFrameException("unknown API " + key);
    }
    if (apiKey != ApiKey.PRODUCE && bytes > MAX_BYTES_WITHOUT_RECORDS) {
      throw new BadFrameException(apiKey.apiName() + " of " + bytes + " bytes");
    }
    RequestContext context = readHeader(exchange, in, apiKey, version);
    if (apiKey.serves(version)) {
      handle(handler, read(apiKey, version, in), context);
    } else {
      refuseVersion(apiKey, version, in, context);
    }
  }

  private static RequestContext readHeader(
      Exchange exchange, WireReader in, ApiKey apiKey, int version) {
    int correlationId = in.readInt32();
    String clientId = in.readNullableString(false);
    if (apiKey.requestHeaderVersion(version) >= 2) {
      in.skipTaggedFields();
    }
    return new RequestContext(exchange, apiKey, version, correlationId, clientId);
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

  private static void handle(
      ApiHandler<ApiRequest> handler, ApiRequest request, RequestContext context) {
    try {
      handler.handle(request, context);
    } catch (RuntimeException e) {
      LOG.error("{} failed", request.apiKey().apiName(), e);
      context.answer(request.errorResponse(ErrorCode.UNKNOWN_SERVER_ERROR, null));
    }
  }

  private static void refuseVersion(
      ApiKey apiKey, int version, WireReader in, RequestContext context) throws BadFrameException {
    if (apiKey == ApiKey.API_VERSIONS) {
      context.answer(ApiVersionsHandler.unsupportedVersion(), 0);
      return;
    }
    int nearest = Math.clamp(version, apiKey.minVersion(), apiKey.maxVersion());
    ApiRequest request = readAsNearest(apiKey, nearest, in);
    if (request == null) {
      throw new BadFrameException(
          apiKey.apiName() + " version " + version + " is not supported");
    }
    request.releaseRecords();
    context.answer(request.errorResponse(ErrorCode.UNSUPPORTED_VERSION, null), nearest);
  }

  private static @Nullable ApiRequest readAsNearest(ApiKey apiKey, int nearest, WireReader in) {
    try {
      return read(apiKey, nearest, in);
    } catch (MalformedMessageException e) {
      return null;
    }
  }
}
