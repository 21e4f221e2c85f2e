package io.weir.coordinator.group.core;

import io.weir.protocol.model.ErrorCode;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** The answer to a sync. Immutable. */
public record SyncResult(
    ErrorCode errorCode,
    @Nullable String protocolType,
    @Nullable String protocolName,
    ByteBuffer assignment) {
  static final ByteBuffer NOTHING = ByteBuffer.allocate(0).asReadOnlyBuffer();

  public static SyncResult refused(ErrorCode error) {
    return new SyncResult(error, null, null, NOTHING);
  }
}
