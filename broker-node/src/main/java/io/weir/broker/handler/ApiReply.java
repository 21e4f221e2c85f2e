package io.weir.broker.handler;

import io.weir.broker.netty.Reply;
import io.weir.protocol.message.ApiResponse;
import io.weir.protocol.wire.WireWriter;

/**
 * A response of an API with its header. Immutable, but for the records that it owns.
 *
 * @param version of the request
 * @param headerVersion 1 has tagged fields, of which there are none
 */
record ApiReply(ApiResponse response, int correlationId, int version, int headerVersion)
    implements Reply {
  @Override
  public int bufferBytes() {
    return Integer.BYTES + headerVersion + response.size(version) - response.fileBytes();
  }

  @Override
  public void writeTo(WireWriter out) {
    out.writeInt32(correlationId);
    if (headerVersion > 0) {
      out.writeUnsignedVarint(0);
    }
    response.write(out, version);
  }

  @Override
  public void discard() {
    response.releaseRecords();
  }
}
