package io.weir.broker.handler;

import io.weir.protocol.message.ApiKey;
import io.weir.protocol.message.ApiRequest;
import io.weir.protocol.message.ApiVersionsRequest;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which APIs are served, and by what. Immutable. */
public final class ApiRegistry {
  private final Map<ApiKey, ApiHandler<ApiRequest>> handlers;

  private ApiRegistry(Map<ApiKey, ApiHandler<ApiRequest>> handlers) {
    this.handlers = Collections.unmodifiableMap(new EnumMap<>(handlers));
  }

  /** The APIs that are served. */
  public Set<ApiKey> keys() {
    return handlers.keySet();
  }

  @Nullable ApiHandler<ApiRequest> handler(ApiKey key) {
    return handlers.get(key);
  }

  /** Collects handlers. Confined to its user. */
  public static final class Builder {
    private final Map<ApiKey, ApiHandler<ApiRequest>> handlers = new EnumMap<>(ApiKey.class);

    /**
     * Adds a handler.
     *
     * @param type the request class of the API
     */
    public <Q extends ApiRequest> Builder serve(ApiKey key, Class<Q> type, ApiHandler<Q> handler) {
      ApiHandler<ApiRequest> before =
          handlers.put(key, (request, context) -> handler.handle(type.cast(request), context));
      if (before != null) {
        throw new IllegalArgumentException("two handlers of " + key);
      }
      return this;
    }

    /** All that was added, and ApiVersions, which tells of them. */
    public ApiRegistry build(NodeIdentity identity) {
      Set<ApiKey> keys = EnumSet.of(ApiKey.API_VERSIONS);
      keys.addAll(handlers.keySet());
      ApiVersionsHandler versions = new ApiVersionsHandler(identity, keys);
      serve(ApiKey.API_VERSIONS, ApiVersionsRequest.class, versions);
      return new ApiRegistry(handlers);
    }
  }
}
