package io.weir.broker.handler;

import io.weir.broker.netty.Reply;
import io.weir.protocol.message.ApiResponse;
import io.weir.protocol.message.ResponseHeader;
import io.weir.protocol.wire.WireWriter;

/**
 * A response of an API with its header. Immutable, but for the records that it owns.
 *
 * @param version of the response, which is that of the request
 */
record ApiReply(ApiResponse response, int correlationId, int version) implements Reply {
  @Override
  public int bufferBytes() {
    return header().size(headerVersion()) + response.size(version) - response.recordsBytes();
  }

  @Override
  public void writeTo(WireWriter out) {
    header().write(out, headerVersion());
    response.write(out, version);
  }

  @Override
  public void discard() {
    response.releaseRecords();
  }

  private ResponseHeader header() {
    return new ResponseHeader(correlationId);
  }

  private int headerVersion() {
    return response.apiKey().responseHeaderVersion(version);
  }
}
