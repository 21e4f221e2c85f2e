package io.weir.coordinator.group.core;

import io.weir.protocol.model.ErrorCode;
import java.util.List;

/**
 * How a deletion of offsets ended. Immutable.
 *
 * @param errorCode why nothing was deleted at all; NONE when each partition has its own answer
 * @param errors one for each partition that was asked about, in their order
 */
public record OffsetsDeleted(ErrorCode errorCode, List<ErrorCode> errors) {
  public OffsetsDeleted {
    errors = List.copyOf(errors);
  }

  public static OffsetsDeleted refused(ErrorCode error) {
    return new OffsetsDeleted(error, List.of());
  }
}
