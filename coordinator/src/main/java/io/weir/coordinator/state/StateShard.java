package io.weir.coordinator.state;

import io.netty.buffer.ByteBuf;
import io.weir.protocol.model.ErrorCode;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One partition of a coordinator's topic during one leadership: keeps a core on its log, and has
 * done what the core decides. Confined to the partition's loop, but for {@link #comeBack}.
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
 *
 * @param <C> the core
 * @param <E> what it wants done
 * @param <W> a write among that
 */
public final class StateShard<C extends StateMachine<E>, E, W> {
  /** Where the shard is in its life. */
  public enum Phase {
    LOADING,
    ACTIVE,
    CLOSED
  }

  /** What one coordinator's shards are about. Called on the loop. */
  public interface Kind<C, E, W> {
    C newCore();

    /** Takes a batch of the log up into the core. */
    int replay(C core, ByteBuf buffer, int index);

    /** Does what the core wants, with {@link StateShard#write} for its writes. */
    void carryOut(C core, E effect);

    /** A write is committed, or is not in the log. */
    List<E> settled(C core, W write, ErrorCode error, Now now);

    /** The shard is active now, for the first time or after another load. */
    default void active() {}

    /** The core has taken a step. */
    default void advanced(C core) {}

    /** The core is not in charge any more. */
    default void dismissed() {}
  }

  /**
   * The partition that a shard is about. Immutable.
   *
   * @param title the coordinator and its topic, for operators
   */
  public record Place(String title, int partition, int leaderEpoch) {
    @Override
    public String toString() {
      return "%s-%d epoch %d".formatted(title, partition, leaderEpoch);
    }
  }

  private static final Logger log = LoggerFactory.getLogger(StateShard.class);
  private static final long LOAD_RETRY_MS = 500;
  private static final long NEVER = Long.MAX_VALUE;

  private final Place place;
  private final StatePartitions partitions;
  private final Kind<C, E, W> kind;
  private final StateEncoding<W> encoding;
  private final GroupClock clock;
  private final LoopView loop;
  private Phase phase = Phase.LOADING;
  private C core;
  private RoundWrites<W> writes;
  private long timerAtMs = NEVER;

  public StateShard(
      Place place,
      StatePartitions partitions,
      Kind<C, E, W> kind,
      StateEncoding<W> encoding,
      GroupClock clock) {
    this.place = place;
    this.partitions = partitions;
    this.kind = kind;
    this.encoding = encoding;
    this.clock = clock;
    this.loop = partitions.loop(place.partition());
    this.core = kind.newCore();
    this.writes = writesOf(core);
  }

  public Phase phase() {
    assertOnLoop();
    return phase;
  }

  // ---- load

  /** Reads the log; until it is done, requests are put off. */
  public void load() {
    assertOnLoop();
    phase = Phase.LOADING;
    core = kind.newCore();
    writes = writesOf(core);
    timerAtMs = NEVER;
    C loading = core;
    StateReplay replay = new StateReplay((buffer, index) -> kind.replay(loading, buffer, index));
    long startedMs = clock.now().monotonicMs();
    partitions.load(
        place.partition(),
        place.leaderEpoch(),
        batches -> replay(replay, loading, batches),
        error -> loadEnded(replay, loading, error, startedMs));
  }

  private void replay(StateReplay replay, C loading, ByteBuf batches) {
    if (isCurrent(loading, Phase.LOADING)) {
      replay.on(batches);
    }
  }

  private void loadEnded(StateReplay replay, C loading, ErrorCode error, long startedMs) {
    if (!isCurrent(loading, Phase.LOADING)) {
      return;
    }
    if (error == ErrorCode.NOT_LEADER_OR_FOLLOWER || error == ErrorCode.FENCED_LEADER_EPOCH) {
      phase = Phase.CLOSED;
      return;
    }
    RuntimeException unreadable = replay.failure();
    if (error != ErrorCode.NONE || unreadable != null) {
      log.error(
          "{}: loading failed ({}), trying again",
          place,
          unreadable == null ? error : "the log cannot be understood",
          unreadable);
      loop.schedule(() -> loadAgain(loading), LOAD_RETRY_MS);
      return;
    }
    phase = Phase.ACTIVE;
    Now now = clock.now();
    log.info(
        "{}: {} records loaded in {} ms", place, replay.count(), now.monotonicMs() - startedMs);
    advance(() -> loading.loaded(now));
    kind.active();
  }

  private void loadAgain(C failed) {
    if (isCurrent(failed, Phase.LOADING)) {
      load();
    }
  }

  /** What is in memory can no longer be trusted to be what is in the log. */
  private void reload(String reason) {
    log.warn("{}: {}, loading again", place, reason);
    dismiss(ErrorCode.COORDINATOR_LOAD_IN_PROGRESS);
    load();
  }

  // ---- requests

  /**
   * Asks the core, or refuses while it cannot be asked.
   *
   * @param question gives what the core decides, which may hold the answer, or lead to it later
   */
  public <T> void ask(
      BiFunction<C, Reply<T>, List<E>> question,
      Function<ErrorCode, T> refusal,
      CompletableFuture<T> answer) {
    assertOnLoop();
    switch (phase) {
      case LOADING -> answer.complete(refusal.apply(ErrorCode.COORDINATOR_LOAD_IN_PROGRESS));
      case CLOSED -> answer.complete(refusal.apply(ErrorCode.NOT_COORDINATOR));
      case ACTIVE -> {
        if (!advance(() -> question.apply(core, answer::complete))) {
          answer.complete(refusal.apply(ErrorCode.UNKNOWN_SERVER_ERROR));
        }
      }
    }
  }

  /** Lets the core take a step, if the shard is active. */
  public void step(Function<C, List<E>> step) {
    assertOnLoop();
    if (phase == Phase.ACTIVE) {
      advance(() -> step.apply(core));
    }
  }

  /** From any thread: lets the core take a step on the loop, if it is still the one in charge. */
  public void comeBack(C owner, Supplier<List<E>> step) {
    try {
      loop.execute(() -> {
        if (isCurrent(owner, Phase.ACTIVE)) {
          advance(step);
        }
      });
    } catch (RejectedExecutionException stopping) {
      log.debug("{}: the node stops, and its work goes on elsewhere", place);
    }
  }

  /** The leadership has ended: all who wait are sent to look for the new coordinator. */
  public void close() {
    assertOnLoop();
    if (phase == Phase.ACTIVE) {
      dismiss(ErrorCode.NOT_COORDINATOR);
    }
    phase = Phase.CLOSED;
  }

  private void dismiss(ErrorCode error) {
    writes.discard();
    kind.dismissed();
    for (E effect : core.close(error, clock.now())) {
      kind.carryOut(core, effect);
    }
  }

  // ---- what the core wants

  /**
   * Lets the core take a step and has carried out what it decided. A defect must not leave half a
   * step behind, so the shard loads again.
   *
   * @return whether the step was taken
   */
  private boolean advance(Supplier<List<E>> step) {
    C owner = core;
    try {
      for (E effect : step.get()) {
        kind.carryOut(owner, effect);
      }
      setTimer();
      kind.advanced(owner);
      return true;
    } catch (RuntimeException e) {
      log.error("{}: defect", place, e);
      reload("a step failed");
      return false;
    }
  }

  /** Puts a write into the round's batch. */
  public void write(W write) {
    assertOnLoop();
    writes.add(write);
  }

  private RoundWrites<W> writesOf(C owner) {
    return new RoundWrites<>(
        loop,
        encoding,
        (batch, guard, settled) ->
            partitions.append(place.partition(), place.leaderEpoch(), batch, guard, settled),
        (settled, error) -> settled(owner, settled, error),
        () -> clock.now().wallMs());
  }

  private void settled(C owner, List<W> settled, ErrorCode error) {
    if (!isCurrent(owner, Phase.ACTIVE)) {
      return;
    }
    switch (error) {
      case REQUEST_TIMED_OUT, NOT_ENOUGH_REPLICAS_AFTER_APPEND, UNKNOWN_SERVER_ERROR ->
          reload("an append ended in " + error + ", so that nobody knows whether it holds");
      default -> {
        for (W write : settled) {
          if (isCurrent(owner, Phase.ACTIVE)) {
            advance(() -> kind.settled(owner, write, error, clock.now()));
          }
        }
      }
    }
  }

  private void setTimer() {
    long nextMs = core.nextWakeMs();
    if (nextMs < timerAtMs) {
      timerAtMs = nextMs;
      C owner = core;
      loop.schedule(
          () -> timerFired(owner, nextMs), Math.max(0, nextMs - clock.now().monotonicMs()));
    }
  }

  private void timerFired(C owner, long atMs) {
    if (isCurrent(owner, Phase.ACTIVE) && atMs == timerAtMs) {
      timerAtMs = NEVER;
      advance(() -> owner.tick(clock.now()));
    }
  }

  // Which core is asked is a question of identity: each load has its own.
  @SuppressWarnings("ReferenceEquality")
  private boolean isCurrent(C candidate, Phase expected) {
    assertOnLoop();
    return phase == expected && core == candidate;
  }

  private void assertOnLoop() {
    if (!loop.inThread()) {
      throw new IllegalStateException("not on the loop of " + place);
    }
  }
}
