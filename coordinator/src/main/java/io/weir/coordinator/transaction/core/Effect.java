package io.weir.coordinator.transaction.core;

import io.weir.coordinator.state.Reply;

/** What the shell has to do for a core, in the order given. */
public sealed interface Effect permits Effect.Answer, Write, MarkerOrder, ProducerIdOrder {
  /** An answer to send. Whatever it depends on is committed already. Immutable. */
  record Answer<T>(Reply<T> reply, T answer) implements Effect {
    public void send() {
      reply.send(answer);
    }
  }
}
