package io.weir.coordinator.group.core;

import io.weir.coordinator.state.Reply;
import org.jspecify.annotations.Nullable;

/** An answer that somebody waits for: the first one counts. Confined to the shard. */
final class Owed<T> {
  private @Nullable Reply<T> reply;

  Owed(Reply<T> reply) {
    this.reply = reply;
  }

  /** Who answers from now on; null when it has been answered. */
  @Nullable Reply<T> handOver() {
    Reply<T> open = reply;
    reply = null;
    return open;
  }

  void answer(T answer, Effects out) {
    if (reply != null) {
      out.answer(reply, answer);
      reply = null;
    }
  }
}
