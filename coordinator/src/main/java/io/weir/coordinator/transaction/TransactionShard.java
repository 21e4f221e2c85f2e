package io.weir.coordinator.transaction;

import io.netty.buffer.ByteBuf;
import io.weir.coordinator.state.GroupClock;
import io.weir.coordinator.state.LoopView;
import io.weir.coordinator.state.Now;
import io.weir.coordinator.state.Reply;
import io.weir.coordinator.state.StatePartitions;
import io.weir.coordinator.transaction.core.Effect;
import io.weir.coordinator.transaction.core.MarkerOrder;
import io.weir.coordinator.transaction.core.ProducerIdOrder;
import io.weir.coordinator.transaction.core.TransactionSettings;
import io.weir.coordinator.transaction.core.TransactionShardCore;
import io.weir.coordinator.transaction.core.Write;
import io.weir.protocol.model.ErrorCode;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One partition of {@code __transaction_state} during one leadership: carries out what its core
 * decides. Confined to the partition's loop, but for {@link #figures}.
 *
 * <pre>
 *   LOADING ── log replayed and committed ──▶ ACTIVE
 *      ▲  ╲                                  ╱   │
 *      │    ╲── leadership ended ──▶ CLOSED ◀    │
 *      └── an append's outcome is unknown, or ───┘
 *          the core failed
 * </pre>
 *
 * <p>Invariants: each (re)load has a core of its own, and what comes back for an older core changes
 * nothing; writes go to the log in the order in which the core emitted them.
 */
final class TransactionShard {
  /** A request to the core; the reply is answered at once or through later effects. */
  @FunctionalInterface
  interface Question<T> {
    List<Effect> ask(TransactionShardCore core, Reply<T> reply, Now now);
  }

  /**
   * Numbers for metrics. Immutable.
   *
   * @param oldestStartMs in monotonic milliseconds; Long.MAX_VALUE without any
   */
  record Figures(int openTransactions, long oldestStartMs) {
    static final Figures NONE = new Figures(0, Long.MAX_VALUE);
  }

  private enum Phase {
    LOADING,
    ACTIVE,
    CLOSED
  }

  private static final Logger log = LoggerFactory.getLogger(TransactionShard.class);
  private static final long LOAD_RETRY_MS = 500;
  private static final long NEVER = Long.MAX_VALUE;

  private final int partition;
  private final int leaderEpoch;
  private final StatePartitions partitions;
  private final TransactionMarkers markers;
  private final ProducerIdSource producerIds;
  private final TransactionSettings settings;
  private final GroupClock clock;
  private final LoopView loop;
  private Phase phase = Phase.LOADING;
  private TransactionShardCore core;
  private TransactionWrites writes;
  private long timerAtMs = NEVER;

  /** Written on the loop, read anywhere. */
  private volatile Figures figures = Figures.NONE;

  TransactionShard(
      int partition,
      int leaderEpoch,
      StatePartitions partitions,
      TransactionMarkers markers,
      ProducerIdSource producerIds,
      TransactionSettings settings,
      GroupClock clock) {
    this.partition = partition;
    this.leaderEpoch = leaderEpoch;
    this.partitions = partitions;
    this.markers = markers;
    this.producerIds = producerIds;
    this.settings = settings;
    this.clock = clock;
    this.loop = partitions.loop(partition);
    this.core = new TransactionShardCore(settings);
    this.writes = writesOf(core);
  }

  /** Thread-safe. */
  Figures figures() {
    return figures;
  }

  // ---- load

  /** Reads the log; until it is done, requests are put off. */
  void load() {
    assertOnLoop();
    phase = Phase.LOADING;
    core = new TransactionShardCore(settings);
    writes = writesOf(core);
    timerAtMs = NEVER;
    TransactionShardCore loading = core;
    TransactionReplay replay = new TransactionReplay(loading);
    long startedMs = clock.now().monotonicMs();
    partitions.load(
        partition,
        leaderEpoch,
        batches -> replay(replay, loading, batches),
        error -> loadEnded(replay, loading, error, startedMs));
  }

  private void replay(TransactionReplay replay, TransactionShardCore loading, ByteBuf batches) {
    if (isCurrent(loading, Phase.LOADING)) {
      replay.on(batches);
    }
  }

  private void loadEnded(
      TransactionReplay replay, TransactionShardCore loading, ErrorCode error, long startedMs) {
    if (!isCurrent(loading, Phase.LOADING)) {
      return;
    }
    if (error == ErrorCode.NOT_LEADER_OR_FOLLOWER || error == ErrorCode.FENCED_LEADER_EPOCH) {
      phase = Phase.CLOSED;
      return;
    }
    if (error != ErrorCode.NONE || replay.failure() != null) {
      log.error(
          "transaction coordinator of __transaction_state-{} epoch {}: loading failed ({}), trying"
              + " again",
          partition,
          leaderEpoch,
          error,
          replay.failure());
      loop.schedule(() -> loadAgain(loading), LOAD_RETRY_MS);
      return;
    }
    phase = Phase.ACTIVE;
    Now now = clock.now();
    log.info(
        "transaction coordinator of __transaction_state-{} epoch {}: {} records loaded in {} ms",
        partition,
        leaderEpoch,
        replay.count(),
        now.monotonicMs() - startedMs);
    advance(() -> loading.loaded(now));
  }

  private void loadAgain(TransactionShardCore failed) {
    if (isCurrent(failed, Phase.LOADING)) {
      load();
    }
  }

  /** What is in memory can no longer be trusted to be what is in the log. */
  private void reload(String reason) {
    log.warn(
        "transaction coordinator of __transaction_state-{} epoch {}: {}, loading again",
        partition,
        leaderEpoch,
        reason);
    dismiss(ErrorCode.COORDINATOR_LOAD_IN_PROGRESS);
    load();
  }

  // ---- requests

  <T> void ask(Question<T> question, Function<ErrorCode, T> refusal, CompletableFuture<T> answer) {
    assertOnLoop();
    switch (phase) {
      case LOADING -> answer.complete(refusal.apply(ErrorCode.COORDINATOR_LOAD_IN_PROGRESS));
      case CLOSED -> answer.complete(refusal.apply(ErrorCode.NOT_COORDINATOR));
      case ACTIVE -> {
        if (!advance(() -> question.ask(core, answer::complete, clock.now()))) {
          answer.complete(refusal.apply(ErrorCode.UNKNOWN_SERVER_ERROR));
        }
      }
    }
  }

  /** The leadership has ended: all who wait are sent to look for the new coordinator. */
  void close() {
    assertOnLoop();
    if (phase == Phase.ACTIVE) {
      dismiss(ErrorCode.NOT_COORDINATOR);
    }
    phase = Phase.CLOSED;
  }

  private void dismiss(ErrorCode error) {
    writes.discard();
    figures = Figures.NONE;
    for (Effect effect : core.close(error, clock.now())) {
      carryOut(core, effect);
    }
  }

  // ---- what the core wants

  /**
   * Lets the core take a step and carries out what it decided. A defect must not leave half a step
   * behind, so the shard loads again.
   *
   * @return whether the step was taken
   */
  private boolean advance(Supplier<List<Effect>> step) {
    TransactionShardCore owner = core;
    try {
      for (Effect effect : step.get()) {
        carryOut(owner, effect);
      }
      setTimer();
      figures = new Figures(core.openTransactions(), core.oldestStartMs());
      return true;
    } catch (RuntimeException e) {
      log.error(
          "transaction coordinator of __transaction_state-{} epoch {}: defect",
          partition,
          leaderEpoch,
          e);
      reload("a step failed");
      return false;
    }
  }

  private void carryOut(TransactionShardCore owner, Effect effect) {
    switch (effect) {
      case Effect.Answer<?> answer -> answer.send();
      case Write write -> writes.add(write);
      case MarkerOrder order -> send(owner, order);
      case ProducerIdOrder order -> askProducerId(owner, order);
    }
  }

  private void send(TransactionShardCore owner, MarkerOrder order) {
    TransactionMarker marker =
        new TransactionMarker(
            order.transactionalId(),
            order.producer().id(),
            order.producer().epoch(),
            leaderEpoch,
            order.commit(),
            order.raisesEpoch());
    var _ =
        markers
            .write(marker, order.partition())
            .whenComplete((error, failure) -> {
              ErrorCode answer = failure == null ? error : ErrorCode.UNKNOWN_SERVER_ERROR;
              comeBack(owner, () -> owner.markerAnswered(order, answer, clock.now()));
            });
  }

  private void askProducerId(TransactionShardCore owner, ProducerIdOrder order) {
    var _ =
        producerIds
            .next()
            .whenComplete((id, failure) ->
                comeBack(
                    owner,
                    () ->
                        failure == null
                            ? owner.producerIdGiven(order, id, clock.now())
                            : owner.producerIdRefused(order)));
  }

  /** From any thread: lets the core take the step on the loop, if it is still the one in charge. */
  private void comeBack(TransactionShardCore owner, Supplier<List<Effect>> step) {
    try {
      loop.execute(() -> {
        if (isCurrent(owner, Phase.ACTIVE)) {
          advance(step);
        }
      });
    } catch (RejectedExecutionException stopping) {
      log.debug("the node stops, and its transactions go on elsewhere");
    }
  }

  private TransactionWrites writesOf(TransactionShardCore owner) {
    return new TransactionWrites(
        loop,
        (batch, settled) -> partitions.append(partition, leaderEpoch, batch, settled),
        (settled, error) -> settled(owner, settled, error),
        () -> clock.now().wallMs());
  }

  private void settled(TransactionShardCore owner, List<Write> settled, ErrorCode error) {
    if (!isCurrent(owner, Phase.ACTIVE)) {
      return;
    }
    switch (error) {
      case REQUEST_TIMED_OUT, NOT_ENOUGH_REPLICAS_AFTER_APPEND, UNKNOWN_SERVER_ERROR ->
          reload("an append ended in " + error + ", so that nobody knows whether it holds");
      default -> {
        for (Write write : settled) {
          if (isCurrent(owner, Phase.ACTIVE)) {
            advance(() -> owner.settled(write, error, clock.now()));
          }
        }
      }
    }
  }

  private void setTimer() {
    long nextMs = core.nextWakeMs();
    if (nextMs < timerAtMs) {
      timerAtMs = nextMs;
      TransactionShardCore owner = core;
      loop.schedule(
          () -> timerFired(owner, nextMs), Math.max(0, nextMs - clock.now().monotonicMs()));
    }
  }

  private void timerFired(TransactionShardCore owner, long atMs) {
    if (isCurrent(owner, Phase.ACTIVE) && atMs == timerAtMs) {
      timerAtMs = NEVER;
      advance(() -> owner.tick(clock.now()));
    }
  }

  // Which core is asked is a question of identity: each load has its own.
  @SuppressWarnings("ReferenceEquality")
  private boolean isCurrent(TransactionShardCore candidate, Phase expected) {
    assertOnLoop();
    return phase == expected && core == candidate;
  }

  private void assertOnLoop() {
    if (!loop.inThread()) {
      throw new IllegalStateException("not on the loop of __transaction_state-" + partition);
    }
  }
}
