package io.weir.protocol.message;

import io.weir.protocol.model.ErrorCode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A request of a client. */
public interface ApiRequest extends ProtocolMessage {
  ApiKey apiKey();

  /**
   * The answer that says the same error of all that was asked for: at the top where the response
   * has an error there, and of each topic, partition, group or resource that the request names.
   *
   * @param errorMessage for the responses that carry one; null for none
   */
  ApiResponse errorResponse(ErrorCode errorCode, @Nullable String errorMessage);

  /** For arrays of a request that may be null. */
  static <T> List<T> orEmpty(@Nullable List<T> list) {
    return list == null ? List.of() : list;
  }
}
