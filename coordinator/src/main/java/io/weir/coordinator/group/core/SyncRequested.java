package io.weir.coordinator.group.core;

import java.nio.ByteBuffer;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A member asks for its assignment; the leader brings everybody's. Immutable.
 *
 * @param protocolType what the member takes the group to be; null when it does not say
 * @param protocolName likewise
 * @param assignments by member id; empty but for the leader
 */
public record SyncRequested(
    String memberId,
    @Nullable String instanceId,
    int generationId,
    @Nullable String protocolType,
    @Nullable String protocolName,
    Map<String, ByteBuffer> assignments) {

  public SyncRequested {
    assignments = Map.copyOf(assignments);
  }
}
