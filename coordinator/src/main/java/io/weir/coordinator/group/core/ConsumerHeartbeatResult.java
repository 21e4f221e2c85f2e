package io.weir.coordinator.group.core;

import io.weir.protocol.model.ErrorCode;
import io.weir.protocol.model.TopicIdPartition;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a heartbeat of the consumer protocol. Immutable.
 *
 * @param message more about the error; null when there is nothing to say
 * @param memberId null with an error
 * @param assignment what the member may read; null when it knows
 */
public record ConsumerHeartbeatResult(
    ErrorCode errorCode,
    @Nullable String message,
    @Nullable String memberId,
    int epoch,
    @Nullable Set<TopicIdPartition> assignment) {

  public static ConsumerHeartbeatResult refused(ErrorCode error) {
    return refused(error, null);
  }

  static ConsumerHeartbeatResult refused(ErrorCode error, @Nullable String message) {
    return new ConsumerHeartbeatResult(error, message, null, 0, null);
  }
}
