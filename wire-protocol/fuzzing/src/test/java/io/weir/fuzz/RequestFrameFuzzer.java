package io.weir.fuzz;

import io.netty.buffer.ByteBuf;
import io.weir.fuzz.FrameLaws.Frame;
import io.weir.protocol.message.ApiMessages;
import io.weir.protocol.message.ApiRequest;
import io.weir.protocol.message.RequestHead;
import io.weir.protocol.message.RequestHeader;
import io.weir.protocol.message.ResponseHeader;
import io.weir.protocol.model.ErrorCode;
import io.weir.protocol.wire.WireReader;
import io.weir.protocol.wire.WireWriter;
import org.jspecify.annotations.Nullable;

/**
 * Any bytes as a frame from a client. Beside {@link FrameLaws}: a request that could be read can
 * also be refused in its own terms, whatever it asks for, and a client can read the refusal.
 */
public final class RequestFrameFuzzer {
  private RequestFrameFuzzer() {}

  public static void fuzzerTestOneInput(byte[] input) {
    FrameLaws.check(
        input, 0, RequestFrameFuzzer::read, frame -> assertCanBeRefused((RequestFrame) frame));
  }

  /** A request with its header. */
  private record RequestFrame(RequestHeader header, ApiRequest request) implements Frame {
    @Override
    public int size() {
      return header.size() + request.size(header.version());
    }

    @Override
    public void write(WireWriter out) {
      header.write(out);
      request.write(out, header.version());
    }

    @Override
    public void releaseRecords() {
      request.releaseRecords();
    }
  }

  private static @Nullable Frame read(WireReader in) {
    return switch (RequestHead.read(in)) {
      case RequestHeader header ->
          new RequestFrame(header, ApiMessages.readRequest(header.apiKey(), header.version(), in));
      case RequestHead.UnknownVersion unknown -> null;
      case RequestHead.UnknownApi unknownApi -> null;
    };
  }

  private static void assertCanBeRefused(RequestFrame frame) {
    RequestHeader header = frame.header();
    ResponseFrame refusal =
        new ResponseFrame(
            header.version(),
            new ResponseHeader(header.correlationId()),
            frame.request().errorResponse(ErrorCode.INVALID_REQUEST, "no"));
    ByteBuf written = FrameLaws.write(refusal);
    ResponseFrame atTheClient =
        ResponseFrame.read(header.apiKey(), header.version(), new WireReader(written.slice()));
    ByteBuf writtenThere = FrameLaws.write(atTheClient);
    if (!written.equals(writtenThere)) {
      throw new AssertionError("the client reads " + atTheClient + " instead of " + refusal);
    }
    atTheClient.releaseRecords();
    FrameLaws.release(writtenThere);
    FrameLaws.release(written);
  }
}
