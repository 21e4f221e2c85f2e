package io.weir.coordinator;

import io.weir.protocol.model.ErrorCode;
import java.util.List;

/** What became of a leader's proposal of another in-sync set. Immutable. */
public sealed interface InSyncOutcome {
  /** It is written and holds; the same will come, or has come, with the metadata. */
  record Written(int partitionEpoch, List<Integer> inSyncReplicas) implements InSyncOutcome {
    public Written {
      inSyncReplicas = List.copyOf(inSyncReplicas);
    }
  }

  /**
   * It is not known to be written. {@code NOT_CONTROLLER}: the controller went away, and what the
   * next metadata says is true. {@code INVALID_UPDATE_VERSION}: the partition epoch was not the
   * current one. {@code FENCED_LEADER_EPOCH}, {@code NOT_LEADER_OR_FOLLOWER}: the proposer does not
   * lead (any more). {@code INELIGIBLE_REPLICA}: a member is not alive or about to leave. {@code
   * INVALID_REQUEST}, {@code UNKNOWN_TOPIC_ID}, {@code UNKNOWN_TOPIC_OR_PARTITION} as they say.
   */
  record Refused(ErrorCode error) implements InSyncOutcome {}
}
