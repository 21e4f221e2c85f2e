package io.weir.broker.handler;

import io.weir.protocol.message.ApiKey;
import io.weir.protocol.message.ApiVersionsRequest;
import io.weir.protocol.message.ApiVersionsResponse;
import io.weir.protocol.model.ErrorCode;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;

/**
 * ApiVersions, versions 0 to 5: which APIs are served, exactly those that have a handler. An
 * unknown version is answered in version 0 with UNSUPPORTED_VERSION and the range of this API, so
 * that the client can ask again (KIP-511). From version 3 on clients name their software, in
 * letters, digits, dots and dashes. From version 5 on they may say whom they mean; where that is
 * another cluster or node, they are told to bootstrap again. No features are listed, since none
 * that clients steer by is supported yet.
 */
final class ApiVersionsHandler implements ApiHandler<ApiVersionsRequest> {
  private static final Pattern SOFTWARE =
      Pattern.compile("[a-zA-Z0-9](?:[a-zA-Z0-9.-]*[a-zA-Z0-9])?");
  private static final int NAMES_FROM = 3;

  private final NodeIdentity identity;
  private final ApiVersionsResponse served;

  ApiVersionsHandler(NodeIdentity identity, Collection<ApiKey> keys) {
    this.identity = identity;
    this.served =
        ApiVersionsResponse.builder()
            .apiKeys(
                keys.stream()
                    .sorted(Comparator.comparingInt(ApiKey::key))
                    .map(ApiVersionsHandler::range)
                    .toList())
            .build();
  }

  /** The answer to a version that is not known here. */
  static ApiVersionsResponse unsupportedVersion() {
    return ApiVersionsResponse.builder()
        .errorCode(ErrorCode.UNSUPPORTED_VERSION)
        .apiKeys(List.of(range(ApiKey.API_VERSIONS)))
        .build();
  }

  @Override
  public void handle(ApiVersionsRequest request, RequestContext context) {
    ErrorCode error = check(request, context.version());
    context.answer(
        error == ErrorCode.NONE ? served : ApiVersionsResponse.builder().errorCode(error).build());
  }

  private ErrorCode check(ApiVersionsRequest request, int version) {
    if (version >= NAMES_FROM
        && !(SOFTWARE.matcher(request.clientSoftwareName()).matches()
            && SOFTWARE.matcher(request.clientSoftwareVersion()).matches())) {
      return ErrorCode.INVALID_REQUEST;
    }
    boolean meansAnotherCluster =
        request.clusterId() != null && !request.clusterId().equals(identity.clusterId());
    boolean meansAnotherNode = request.nodeId() >= 0 && request.nodeId() != identity.nodeId();
    return meansAnotherCluster || meansAnotherNode
        ? ErrorCode.REBOOTSTRAP_REQUIRED
        : ErrorCode.NONE;
  }

  private static ApiVersionsResponse.ApiVersion range(ApiKey key) {
    return ApiVersionsResponse.ApiVersion.builder()
        .apiKey((short) key.key())
        .minVersion((short) key.listedMinVersion())
        .maxVersion((short) key.maxVersion())
        .build();
  }
}
