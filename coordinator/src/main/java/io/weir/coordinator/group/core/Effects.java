package io.weir.coordinator.group.core;

import io.weir.coordinator.state.Reply;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** Collects the effects of one event in order. Confined to the shard. */
final class Effects {
  private final Queue<Effect> queue = new ArrayDeque<>();

  <T> void answer(Reply<T> reply, T answer) {
    queue.add(new Effect.Answer<>(reply, answer));
  }

  void write(List<StateRecord> records, Write.Outcome outcome) {
    write(records, null, outcome);
  }

  /** The records are offsets and count when the transaction commits; null for no transaction. */
  void write(
      List<StateRecord> records, @Nullable OffsetTransaction transaction, Write.Outcome outcome) {
    queue.add(new Write(records, transaction, outcome));
  }

  /** The oldest effect that was not taken yet; null when there is none. */
  @Nullable Effect poll() {
    return queue.poll();
  }
}
