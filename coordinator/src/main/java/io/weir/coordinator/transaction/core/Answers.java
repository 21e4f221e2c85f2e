package io.weir.coordinator.transaction.core;

import io.weir.coordinator.state.Reply;
import io.weir.protocol.model.ErrorCode;
import java.util.List;

/** Answers to those who wait for an id and an epoch. Stateless. */
final class Answers {
  private Answers() {}

  /**
   * @param logError how the write ended that the answer depends on
   */
  static void answer(
      Reply<ProducerResult> reply, ErrorCode logError, Producer producer, List<Effect> out) {
    if (logError == ErrorCode.NONE) {
      out.add(new Effect.Answer<>(reply, ProducerResult.of(producer)));
    } else {
      refuse(reply, Transitions.forClient(logError), out);
    }
  }

  static void refuse(Reply<ProducerResult> reply, ErrorCode error, List<Effect> out) {
    out.add(new Effect.Answer<>(reply, ProducerResult.refused(error)));
  }
}
