package io.weir.coordinator.transaction.core;

import io.weir.coordinator.state.Now;
import io.weir.coordinator.state.Reply;
import io.weir.coordinator.state.StateMachine;
import io.weir.protocol.model.ErrorCode;
import io.weir.protocol.model.TopicPartition;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All that is decided about the transactional ids of one partition of {@code __transaction_state}
 * during one leadership. Decides only: no threads, no clock, no I/O. Confined to the shard.
 *
 * <p>First {@link #replay} each record of the log and then {@link #loaded}; from then on requests,
 * {@link #settled} for each write, {@link #markerAnswered} for each marker order, {@link
 * #producerIdGiven} or {@link #producerIdRefused} for each producer id asked for, and {@link #tick}
 * when {@link #nextWakeMs} has come. Each gives effects, to be carried out in order. Writes that
 * commit must be reported in the order of the log.
 *
 * <p>States and invariants: docs/decisions/0006-transactions.md. Each reply that is passed in is
 * answered exactly once, at the latest by {@link #close}.
 */
public final class TransactionShardCore implements StateMachine<Effect> {
  private final TransactionSettings settings;
  private final Map<String, TransactionalId> ids = new LinkedHashMap<>();
  private final OpenTransactions open = new OpenTransactions();
  private final Transitions transitions = new Transitions();
  private final Initialization initialization = new Initialization(transitions);
  private final MarkerRounds markers = new MarkerRounds(transitions);
  private long nextTimeoutCheckMs = Long.MAX_VALUE;
  private long nextExpirationCheckMs = Long.MAX_VALUE;

  public TransactionShardCore(TransactionSettings settings) {
    this.settings = settings;
  }

  // ---- load

  /** A record of the log, in its order. */
  public void replay(TransactionRecord record) {
    if (record.state() == null) {
      ids.remove(record.transactionalId());
    } else {
      ids.computeIfAbsent(record.transactionalId(), TransactionalId::new).state = record.state();
    }
  }

  /** The whole log was replayed: what was decided and is not complete goes on. */
  @Override
  public List<Effect> loaded(Now now) {
    List<Effect> out = new ArrayList<>();
    for (TransactionalId id : ids.values()) {
      TransactionState state = id.committed();
      if (state.status().isOpen()) {
        long ageMs = Math.clamp(now.wallMs() - state.startedMs(), 0, state.timeoutMs());
        open.begin(id.name(), now.monotonicMs() - ageMs);
      }
      if (state.status().isPrepared()) {
        markers.begin(id, now, out);
      }
    }
    nextTimeoutCheckMs = now.monotonicMs() + settings.timeoutCheckIntervalMs();
    nextExpirationCheckMs = now.monotonicMs() + settings.expirationCheckIntervalMs();
    return out;
  }

  // ---- the producer's identity

  public List<Effect> initProducerId(
      String transactionalId, InitRequested request, Reply<ProducerResult> reply, Now now) {
    List<Effect> out = new ArrayList<>();
    if (request.timeoutMs() < 1 || request.timeoutMs() > settings.maxTimeoutMs()) {
      Answers.refuse(reply, ErrorCode.INVALID_TRANSACTION_TIMEOUT, out);
      return out;
    }
    TransactionalId id = ids.computeIfAbsent(transactionalId, TransactionalId::new);
    initialization.init(id, request, reply, now, out);
    return out;
  }

  // ---- partitions

  public List<Effect> add(
      String transactionalId, AddRequested request, Reply<ErrorCode> reply, Now now) {
    List<Effect> out = new ArrayList<>();
    TransactionalId id = ids.get(transactionalId);
    ErrorCode refusal = refusalToAdd(id, request.producer());
    if (id == null || refusal != ErrorCode.NONE) {
      out.add(new Effect.Answer<>(reply, refusal));
      return out;
    }
    TransactionState state = id.committed();
    if (state.status() == TransactionStatus.ONGOING
        && state.partitions().containsAll(request.partitions())) {
      out.add(new Effect.Answer<>(reply, ErrorCode.NONE));
      return out;
    }
    transitions.write(
        id,
        TransactionStatus.ONGOING,
        state.with(request.partitions(), request.clientVersion(), now.wallMs()),
        (error, then, effects) ->
            effects.add(new Effect.Answer<>(reply, Transitions.forClient(error))),
        out);
    return out;
  }

  private static ErrorCode refusalToAdd(@Nullable TransactionalId id, Producer producer) {
    return id == null
        ? ErrorCode.INVALID_PRODUCER_ID_MAPPING
        : EndRules.refusalToAdd(id.state, id.isBusy(), producer);
  }

  /**
   * Whether the partitions are in the producer's open transaction: for each in order NONE, or
   * TRANSACTION_ABORTABLE, or why nothing can be said.
   */
  public List<ErrorCode> verify(
      String transactionalId, Producer producer, List<TopicPartition> partitions) {
    TransactionalId id = ids.get(transactionalId);
    // Partitions that are being added take nothing away from those that are in it.
    boolean ending = id != null && id.isBusy() && id.pending != TransactionStatus.ONGOING;
    TransactionState state = id == null ? null : id.state;
    ErrorCode refusal = EndRules.refusalToAdd(state, ending, producer);
    return partitions.stream()
        .map(partition ->
            refusal != ErrorCode.NONE || state == null || state.partitions().contains(partition)
                ? refusal
                : ErrorCode.TRANSACTION_ABORTABLE)
        .toList();
  }

  // ---- the end

  /** Answered as soon as it is decided for good; markers may still be on their way. */
  public List<Effect> end(
      String transactionalId, EndRequested request, Reply<ProducerResult> reply, Now now) {
    List<Effect> out = new ArrayList<>();
    TransactionalId id = ids.get(transactionalId);
    ErrorCode refusal =
        id == null
            ? ErrorCode.INVALID_PRODUCER_ID_MAPPING
            : EndRules.refusalToEnd(id.state, id.isBusy(), request);
    if (id == null || refusal != ErrorCode.NONE) {
      Answers.refuse(reply, refusal, out);
      return out;
    }
    TransactionState state = id.committed();
    if (EndRules.isDone(state, request)) {
      Answers.answer(reply, ErrorCode.NONE, state.producer(), out);
    } else if (!request.bumpsEpoch()) {
      prepare(id, state.prepared(request.commit(), now.wallMs()), reply, out);
    } else if (!state.producer().isExhausted()) {
      prepare(
          id, state.preparedAndBumped(request.commit(), Producer.NONE, now.wallMs()), reply, out);
    } else {
      Initialization.NewProducer step =
          (producer, then, effects) ->
              prepare(
                  id,
                  state.preparedAndBumped(request.commit(), producer, then.wallMs()),
                  reply,
                  effects);
      initialization.withNewProducer(id, TransactionStatus.ONGOING, reply, step, out);
    }
    return out;
  }

  private void prepare(
      TransactionalId id,
      TransactionState prepared,
      Reply<ProducerResult> reply,
      List<Effect> out) {
    transitions.write(
        id,
        prepared.status(),
        prepared,
        (error, now, effects) -> Answers.answer(reply, error, prepared.successor(), effects),
        out);
  }

  // ---- what comes back

  /**
   * A write is committed (NONE), or was refused and will never be in the log. An unknown write is
   * passed over.
   */
  public List<Effect> settled(Write write, ErrorCode error, Now now) {
    List<Effect> out = new ArrayList<>();
    TransactionalId id = ids.get(write.record().transactionalId());
    if (!transitions.end(write) || id == null) {
      return out;
    }
    id.pending = null;
    if (error == ErrorCode.NONE) {
      id.state = write.record().state();
    }
    write.outcome().settled(error, now, out);
    if (error == ErrorCode.NONE) {
      entered(id, now, out);
    }
    forgetIfBlank(id);
    return out;
  }

  private void entered(TransactionalId id, Now now, List<Effect> out) {
    TransactionState state = id.state;
    if (state == null || !state.status().isOpen()) {
      open.end(id.name());
      return;
    }
    open.begin(id.name(), now.monotonicMs());
    if (state.status().isPrepared()) {
      markers.begin(id, now, out);
    }
  }

  private void forgetIfBlank(TransactionalId id) {
    if (id.isBlank()) {
      ids.remove(id.name());
    }
  }

  /** A try to write a marker has ended; to be reported once for each time that it was ordered. */
  public List<Effect> markerAnswered(MarkerOrder order, ErrorCode answer, Now now) {
    List<Effect> out = new ArrayList<>();
    TransactionalId id = ids.get(order.transactionalId());
    if (id != null) {
      markers.answered(id, order, answer, now, out);
    }
    return out;
  }

  public List<Effect> producerIdGiven(ProducerIdOrder order, long producerId, Now now) {
    List<Effect> out = new ArrayList<>();
    if (endAsking(order)) {
      order.outcome().given(producerId, now, out);
    }
    return out;
  }

  /** There is no producer id at the moment. */
  public List<Effect> producerIdRefused(ProducerIdOrder order) {
    List<Effect> out = new ArrayList<>();
    if (endAsking(order)) {
      order.outcome().refused(ErrorCode.COORDINATOR_NOT_AVAILABLE, out);
      TransactionalId id = ids.get(order.transactionalId());
      if (id != null) {
        forgetIfBlank(id);
      }
    }
    return out;
  }

  private boolean endAsking(ProducerIdOrder order) {
    TransactionalId id = ids.get(order.transactionalId());
    if (!transitions.end(order) || id == null) {
      return false;
    }
    id.pending = null;
    return true;
  }

  // ---- time, end

  /** Does all that is due. */
  @Override
  public List<Effect> tick(Now now) {
    List<Effect> out = new ArrayList<>();
    markers.tick(now, out);
    if (nextTimeoutCheckMs <= now.monotonicMs()) {
      nextTimeoutCheckMs = now.monotonicMs() + settings.timeoutCheckIntervalMs();
      abortTimedOut(now, out);
    }
    if (nextExpirationCheckMs <= now.monotonicMs()) {
      nextExpirationCheckMs = now.monotonicMs() + settings.expirationCheckIntervalMs();
      forgetExpired(now, out);
    }
    return out;
  }

  /** When {@link #tick} is next needed, in monotonic milliseconds. */
  @Override
  public long nextWakeMs() {
    return Math.min(markers.nextWakeMs(), Math.min(nextTimeoutCheckMs, nextExpirationCheckMs));
  }

  private void abortTimedOut(Now now, List<Effect> out) {
    for (String name : open.startedUntil(now.monotonicMs())) {
      TransactionalId id = ids.get(name);
      if (id == null || id.isBusy()) {
        continue;
      }
      TransactionState state = id.committed();
      boolean overdue = now.monotonicMs() - open.startMs(name) >= state.timeoutMs();
      if (state.status() == TransactionStatus.ONGOING && overdue) {
        boolean mayGoOn = state.clientVersion() >= TransactionState.BUMPS_EPOCH;
        transitions.fence(id, mayGoOn, (error, then, effects) -> {}, now, out);
      }
    }
  }

  private void forgetExpired(Now now, List<Effect> out) {
    for (TransactionalId id : ids.values()) {
      TransactionState state = id.state;
      if (state != null
          && !id.isBusy()
          && !state.status().isOpen()
          && now.wallMs() - state.updatedMs() >= settings.idExpirationMs()) {
        transitions.write(id, TransactionStatus.DEAD, null, (error, then, effects) -> {}, out);
      }
    }
  }

  /**
   * The leadership, or the trust in this state, has ended: all who wait get the error. Nothing may
   * be asked of the core afterwards.
   */
  @Override
  public List<Effect> close(ErrorCode error, Now now) {
    List<Effect> out = new ArrayList<>();
    transitions.refuseAll(error, now, out);
    return out.stream().filter(Effect.Answer.class::isInstance).toList();
  }

  // ---- administration and figures

  /** Null when nothing is known of the id. */
  public @Nullable TransactionState describe(String transactionalId) {
    TransactionalId id = ids.get(transactionalId);
    return id == null ? null : id.state;
  }

  public List<TransactionListing> list(ListFilter filter, Now now) {
    List<TransactionListing> listings = new ArrayList<>();
    for (TransactionalId id : ids.values()) {
      TransactionState state = id.state;
      if (state != null && isWanted(id.name(), state, filter, now)) {
        listings.add(new TransactionListing(id.name(), state.producer().id(), state.status()));
      }
    }
    return listings;
  }

  private boolean isWanted(String name, TransactionState state, ListFilter filter, Now now) {
    if (!filter.statuses().isEmpty() && !filter.statuses().contains(state.status())) {
      return false;
    }
    if (!filter.producerIds().isEmpty() && !filter.producerIds().contains(state.producer().id())) {
      return false;
    }
    if (filter.minOpenMs() >= 0
        && (!state.status().isOpen()
            || now.monotonicMs() - open.startMs(name) <= filter.minOpenMs())) {
      return false;
    }
    return filter.transactionalIds().test(name);
  }

  /** Transactions that have begun and are not complete. */
  public int openTransactions() {
    return open.count();
  }

  /** When the oldest of them began, in monotonic milliseconds; Long.MAX_VALUE without any. */
  public long oldestStartMs() {
    return open.oldestStartMs();
  }
}
