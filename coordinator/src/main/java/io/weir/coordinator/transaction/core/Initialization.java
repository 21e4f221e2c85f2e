package io.weir.coordinator.transaction.core;

import io.weir.coordinator.state.Now;
import io.weir.coordinator.state.Reply;
import io.weir.protocol.model.ErrorCode;
import java.util.List;

/** Carries out InitProducerId, and gives producers new ids. Confined to the shard. */
final class Initialization {
  /** The next step once a producer has a new id. */
  @FunctionalInterface
  interface NewProducer {
    void arrived(Producer producer, Now now, List<Effect> out);
  }

  private final Transitions transitions;

  Initialization(Transitions transitions) {
    this.transitions = transitions;
  }

  void init(
      TransactionalId id,
      InitRequested request,
      Reply<ProducerResult> reply,
      Now now,
      List<Effect> out) {
    switch (InitRules.judge(id.state, id.isBusy(), request.expected())) {
      case CREATE -> renew(id, TransactionState.NO_PRODUCER_ID, request, reply, out);
      case RENEW -> renew(id, previousFor(id, request), request, reply, out);
      case BUMP -> {
        Producer bumped = id.committed().producer().bumped();
        write(id, bumped, previousFor(id, request), request, reply, now, out);
      }
      case KEEP -> {
        TransactionState state = id.committed();
        write(id, state.producer(), state.previousProducerId(), request, reply, now, out);
      }
      case FENCE_OPEN ->
          transitions.fence(id, !request.expected().isNone(), refusing(reply), now, out);
      case REFUSE_FENCED -> Answers.refuse(reply, ErrorCode.PRODUCER_FENCED, out);
      case REFUSE_CONCURRENT -> Answers.refuse(reply, ErrorCode.CONCURRENT_TRANSACTIONS, out);
    }
  }

  /** Only who said what it had can come again with the same request. */
  private static long previousFor(TransactionalId id, InitRequested request) {
    return request.expected().isNone()
        ? TransactionState.NO_PRODUCER_ID
        : id.committed().producer().id();
  }

  private void renew(
      TransactionalId id,
      long previousProducerId,
      InitRequested request,
      Reply<ProducerResult> reply,
      List<Effect> out) {
    withNewProducer(
        id,
        TransactionStatus.EMPTY,
        reply,
        (producer, now, then) -> write(id, producer, previousProducerId, request, reply, now, then),
        out);
  }

  private void write(
      TransactionalId id,
      Producer producer,
      long previousProducerId,
      InitRequested request,
      Reply<ProducerResult> reply,
      Now now,
      List<Effect> out) {
    TransactionState next =
        TransactionState.initialized(
            producer, previousProducerId, request.timeoutMs(), now.wallMs());
    transitions.write(
        id,
        TransactionStatus.EMPTY,
        next,
        (error, then, effects) -> Answers.answer(reply, error, producer, effects),
        out);
  }

  /** The one who asked comes again when the older transaction is out of its way. */
  private static Write.Outcome refusing(Reply<ProducerResult> reply) {
    return (error, now, out) ->
        Answers.refuse(
            reply,
            error == ErrorCode.NONE
                ? ErrorCode.CONCURRENT_TRANSACTIONS
                : Transitions.forClient(error),
            out);
  }

  /**
   * Asks for an id; without one, the reply is refused.
   *
   * @param shown where the transition leads to
   */
  void withNewProducer(
      TransactionalId id,
      TransactionStatus shown,
      Reply<ProducerResult> reply,
      NewProducer step,
      List<Effect> out) {
    ProducerIdOrder.Outcome outcome =
        new ProducerIdOrder.Outcome() {
          @Override
          public void given(long producerId, Now now, List<Effect> effects) {
            step.arrived(Producer.first(producerId), now, effects);
          }

          @Override
          public void refused(ErrorCode error, List<Effect> effects) {
            Answers.refuse(reply, error, effects);
          }
        };
    transitions.askProducerId(id, shown, outcome, out);
  }
}
