package io.weir.protocol.message;

import io.weir.protocol.wire.WireReader;
import io.weir.protocol.wire.WireWriter;

/**
 * The head of a response. Immutable. Its version, 0 or 1, is {@link ApiKey#responseHeaderVersion};
 * version 1 has tagged fields.
 *
 * @param correlationId of the request that is answered
 */
public record ResponseHeader(int correlationId) {
  public static ResponseHeader read(WireReader in, int headerVersion) {
    int correlationId = in.readInt32();
    if (headerVersion >= 1) {
      in.skipTaggedFields();
    }
    in.endMessage();
    return new ResponseHeader(correlationId);
  }

  /** How many bytes {@link #write} takes. */
  public int size(int headerVersion) {
    return headerVersion >= 1 ? Integer.BYTES + 1 : Integer.BYTES;
  }

  public void write(WireWriter out, int headerVersion) {
    out.writeInt32(correlationId);
    if (headerVersion >= 1) {
      out.writeUnsignedVarint(0);
    }
    out.endMessage();
  }
}
