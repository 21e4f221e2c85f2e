package io.weir.protocol.message;

import io.weir.protocol.wire.MalformedMessageException;
import io.weir.protocol.wire.RepeatedString;
import io.weir.protocol.wire.WireReader;
import org.jspecify.annotations.Nullable;

/**
 * What the first bytes of a request say. Immutable.
 *
 * <p>A request that is not known is not malformed: the network layer answers it where the protocol
 * has an answer, and closes the connection where it has none.
 */
public sealed interface RequestHead
    permits RequestHeader, RequestHead.UnknownVersion, RequestHead.UnknownApi {

  /** The number that the answer carries, so that the client knows what it answers. */
  int correlationId();

  /**
   * A known API in a version that is not. What follows in the frame cannot be read. To ApiVersions,
   * the answer is its version 0 with UNSUPPORTED_VERSION and the range of ApiVersions, so that the
   * client can ask again.
   *
   * @param version as the client has it: 0 to 65535
   */
  record UnknownVersion(ApiKey apiKey, int version, int correlationId) implements RequestHead {}

  /** An API that is not known. There is no way to answer it. */
  record UnknownApi(int key, int version, int correlationId) implements RequestHead {}

  /** As {@link #read(WireReader, RepeatedString)}, of a client that has sent nothing before. */
  static RequestHead read(WireReader in) {
    return read(in, null);
  }

  /**
   * Reads the head of a request, up to the body when it is a {@link RequestHeader}.
   *
   * @param likelyClientId of the connection's request before: a client hardly ever changes it, and
   *     then it need not be made anew
   * @throws MalformedMessageException when the frame is too short to have one
   */
  static RequestHead read(WireReader in, @Nullable RepeatedString likelyClientId) {
    int key = in.readUint16();
    int version = in.readUint16();
    int correlationId = in.readInt32();
    ApiKey apiKey = ApiKey.of(key);
    if (apiKey == null) {
      return new UnknownApi(key, version, correlationId);
    }
    if (!apiKey.has(version)) {
      return new UnknownVersion(apiKey, version, correlationId);
    }
    return RequestHeader.readRest(in, apiKey, version, correlationId, likelyClientId);
  }
}
