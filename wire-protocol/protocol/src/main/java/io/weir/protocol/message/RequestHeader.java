package io.weir.protocol.message;

import io.weir.protocol.wire.RepeatedString;
import io.weir.protocol.wire.WireReader;
import io.weir.protocol.wire.WireSize;
import io.weir.protocol.wire.WireWriter;
import org.jspecify.annotations.Nullable;

/**
 * The head of a request that can be read. Immutable. Its own version, 1 or 2, follows from that of
 * the request: in flexible versions tagged fields come after the client id, which stays in the
 * older encoding even then, because brokers read it before they know the version.
 *
 * @param version of the request; known, but not necessarily served
 * @param correlationId the client's number for this request
 * @param clientId what the client calls itself; null for nothing
 */
public record RequestHeader(
    ApiKey apiKey, int version, int correlationId, @Nullable String clientId)
    implements RequestHead {
  private static final int FIXED_BYTES = 2 * Short.BYTES + Integer.BYTES;

  /** As {@link RequestHead#read}. */
  public static RequestHead read(WireReader in) {
    return RequestHead.read(in);
  }

  static RequestHeader readRest(
      WireReader in,
      ApiKey apiKey,
      int version,
      int correlationId,
      @Nullable RepeatedString likelyClientId) {
    String clientId = in.readNullableString(likelyClientId);
    if (hasTags(apiKey, version)) {
      in.skipTaggedFields();
    }
    in.endMessage();
    return new RequestHeader(apiKey, version, correlationId, clientId);
  }

  /** How many bytes {@link #write} takes. */
  public int size() {
    return FIXED_BYTES + WireSize.string(clientId, false) + (hasTags(apiKey, version) ? 1 : 0);
  }

  public void write(WireWriter out) {
    out.writeUint16(apiKey.key());
    out.writeUint16(version);
    out.writeInt32(correlationId);
    out.writeString(clientId, false);
    if (hasTags(apiKey, version)) {
      out.writeUnsignedVarint(0);
    }
    out.endMessage();
  }

  private static boolean hasTags(ApiKey apiKey, int version) {
    return apiKey.requestHeaderVersion(version) >= 2;
  }
}
