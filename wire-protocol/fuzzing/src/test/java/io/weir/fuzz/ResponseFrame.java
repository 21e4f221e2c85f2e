package io.weir.fuzz;

import io.weir.fuzz.FrameLaws.Frame;
import io.weir.protocol.message.ApiKey;
import io.weir.protocol.message.ApiMessages;
import io.weir.protocol.message.ApiResponse;
import io.weir.protocol.message.ResponseHeader;
import io.weir.protocol.wire.WireReader;
import io.weir.protocol.wire.WireWriter;

/** A response with its header. */
record ResponseFrame(int version, ResponseHeader header, ApiResponse response) implements Frame {
  static ResponseFrame read(ApiKey apiKey, int version, WireReader in) {
    ResponseHeader header = ResponseHeader.read(in, apiKey.responseHeaderVersion(version));
    return new ResponseFrame(version, header, ApiMessages.readResponse(apiKey, version, in));
  }

  @Override
  public int size() {
    return header.size(headerVersion()) + response.size(version);
  }

  @Override
  public void write(WireWriter out) {
    header.write(out, headerVersion());
    response.write(out, version);
  }

  @Override
  public void releaseRecords() {
    response.releaseRecords();
  }

  private int headerVersion() {
    return response.apiKey().responseHeaderVersion(version);
  }
}
