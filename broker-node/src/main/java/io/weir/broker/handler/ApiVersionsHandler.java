package io.weir.broker.handler;

import io.weir.protocol.message.ApiKey;
import io.weir.protocol.message.ApiVersionsRequest;
import io.weir.protocol.message.ApiVersionsResponse;
import io.weir.protocol.message.ApiVersionsResponse.FinalizedFeature;
import io.weir.protocol.message.ApiVersionsResponse.SupportedFeature;
import io.weir.protocol.model.ErrorCode;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;

/**
 * ApiVersions, versions 0 to 5: which APIs are served, exactly those that have a handler. An
 * unknown version is answered in version 0 with UNSUPPORTED_VERSION and the range of this API, so
 * that the client can ask again (KIP-511). From version 3 on clients name their software, in
 * letters, digits, dots and dashes. From version 5 on they may say whom they mean; where that is
 * another cluster or node, they are told to bootstrap again. Features are those of {@link Feature};
 * one whose lowest level is 0 is left out of version 3, in which clients cannot read it
 * (KAFKA-17011).
 */
final class ApiVersionsHandler implements ApiHandler<ApiVersionsRequest> {
  private static final Pattern SOFTWARE =
      Pattern.compile("[a-zA-Z0-9](?:[a-zA-Z0-9.-]*[a-zA-Z0-9])?");
  private static final int NAMES_FROM = 3;
  private static final int LEVEL_ZERO_FROM = 4;

  /** Levels follow from the software alone, and so do not change while it runs. */
  private static final long FEATURES_EPOCH = 0;

  private final NodeIdentity identity;
  private final ApiVersionsResponse withoutLevelZero;
  private final ApiVersionsResponse served;

  ApiVersionsHandler(NodeIdentity identity, Collection<ApiKey> keys) {
    this.identity = identity;
    this.withoutLevelZero =
        ApiVersionsResponse.builder()
            .apiKeys(
                keys.stream()
                    .sorted(Comparator.comparingInt(ApiKey::key))
                    .map(ApiVersionsHandler::range)
                    .toList())
            .finalizedFeaturesEpoch(FEATURES_EPOCH)
            .finalizedFeatures(finalizedFeatures())
            .build();
    this.served = withoutLevelZero.toBuilder().supportedFeatures(supportedFeatures()).build();
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
        error == ErrorCode.NONE
            ? context.version() < LEVEL_ZERO_FROM ? withoutLevelZero : served
            : ApiVersionsResponse.builder().errorCode(error).build());
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

  private static List<SupportedFeature> supportedFeatures() {
    return Arrays.stream(Feature.values())
        .map(feature ->
            SupportedFeature.builder()
                .name(feature.featureName())
                .minVersion((short) 0)
                .maxVersion((short) feature.level())
                .build())
        .toList();
  }

  private static List<FinalizedFeature> finalizedFeatures() {
    return Arrays.stream(Feature.values())
        .filter(feature -> feature.level() > 0)
        .map(feature ->
            FinalizedFeature.builder()
                .name(feature.featureName())
                .minVersionLevel((short) feature.level())
                .maxVersionLevel((short) feature.level())
                .build())
        .toList();
  }

  private static ApiVersionsResponse.ApiVersion range(ApiKey key) {
    return ApiVersionsResponse.ApiVersion.builder()
        .apiKey((short) key.key())
        .minVersion((short) key.minVersion())
        .maxVersion((short) key.maxVersion())
        .build();
  }
}
