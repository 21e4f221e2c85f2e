package io.weir.coordinator.group.core;

import io.weir.coordinator.state.Now;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Records to append together, in one batch, behind all that was emitted before. The core learns the
 * outcome through {@link GroupShardCore#settled}. Confined to the shard.
 */
public final class Write implements Effect {
  /** What follows from a write's outcome. */
  interface Outcome {
    /**
     * The records are committed and applied (NONE), or nothing of them was or ever will be written.
     * Called exactly once.
     */
    void settled(WriteResult result, Now now, Effects out);

    /**
     * It takes longer than a client should wait. Called at most once, and before {@link #settled},
     * which still comes.
     */
    default void overdue(Now now, Effects out) {}
  }

  private final List<StateRecord> records;
  private final @Nullable OffsetTransaction transaction;
  private final Outcome outcome;
  private long deadlineMs = Long.MAX_VALUE;

  Write(List<StateRecord> records, @Nullable OffsetTransaction transaction, Outcome outcome) {
    this.records = List.copyOf(records);
    this.transaction = transaction;
    this.outcome = outcome;
  }

  public List<StateRecord> records() {
    return records;
  }

  /** The transaction that the records belong to, all of them offsets; null for none. */
  public @Nullable OffsetTransaction transaction() {
    return transaction;
  }

  Outcome outcome() {
    return outcome;
  }

  /** When it is overdue, in monotonic milliseconds. */
  long deadlineMs() {
    return deadlineMs;
  }

  void deadlineMs(long deadlineMs) {
    this.deadlineMs = deadlineMs;
  }

  int estimatedBytes() {
    int bytes = 0;
    for (StateRecord record : records) {
      bytes += record.estimatedBytes();
    }
    return bytes;
  }
}
