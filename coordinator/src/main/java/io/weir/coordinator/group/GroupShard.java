package io.weir.coordinator.group;

import io.netty.buffer.ByteBuf;
import io.weir.coordinator.group.core.Effect;
import io.weir.coordinator.group.core.GroupSettings;
import io.weir.coordinator.group.core.GroupShardCore;
import io.weir.coordinator.group.core.MemberIds;
import io.weir.coordinator.group.core.Write;
import io.weir.coordinator.metadata.MetadataImage;
import io.weir.coordinator.state.GroupClock;
import io.weir.coordinator.state.LoopView;
import io.weir.coordinator.state.Now;
import io.weir.coordinator.state.Reply;
import io.weir.coordinator.state.StatePartitions;
import io.weir.protocol.model.ErrorCode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One partition of {@code __consumer_offsets} during one leadership: carries out what its core
 * decides. Confined to the partition's loop.
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
final class GroupShard {
  /** A request to the core; the reply is answered at once or through later effects. */
  @FunctionalInterface
  interface Question<T> {
    List<Effect> ask(GroupShardCore core, Reply<T> reply, Now now);
  }

  /** What a marker says. Immutable. */
  record TransactionEnd(long producerId, boolean commit) {}

  private enum Phase {
    LOADING,
    ACTIVE,
    CLOSED
  }

  private static final Logger log = LoggerFactory.getLogger(GroupShard.class);
  private static final long LOAD_RETRY_MS = 500;
  private static final long NEVER = Long.MAX_VALUE;

  private final int partition;
  private final int leaderEpoch;
  private final StatePartitions partitions;
  private final LoopView loop;
  private final GroupClock clock;
  private final Supplier<GroupShardCore> newCore;
  private final Set<String> deletedMeanwhile = new HashSet<>();
  private final List<TransactionEnd> endedMeanwhile = new ArrayList<>();
  private Phase phase = Phase.LOADING;
  private GroupShardCore core;
  private WriteQueue writes;
  private long timerAtMs = NEVER;

  GroupShard(
      int partition,
      int leaderEpoch,
      StatePartitions partitions,
      GroupSettings settings,
      MemberIds memberIds,
      Supplier<MetadataImage> metadata,
      GroupClock clock) {
    this.partition = partition;
    this.leaderEpoch = leaderEpoch;
    this.partitions = partitions;
    this.loop = partitions.loop(partition);
    this.clock = clock;
    this.newCore = () -> new GroupShardCore(settings, memberIds, metadata);
    this.core = newCore.get();
    this.writes = writesOf(core);
  }

  int leaderEpoch() {
    return leaderEpoch;
  }

  // ---- load

  /** Reads the log; until it is done, requests are put off. */
  void load() {
    assertOnLoop();
    phase = Phase.LOADING;
    core = newCore.get();
    writes = writesOf(core);
    timerAtMs = NEVER;
    GroupShardCore loading = core;
    LogReplay replay = new LogReplay(loading);
    long startedMs = clock.now().monotonicMs();
    partitions.load(
        partition,
        leaderEpoch,
        batches -> replay(replay, loading, batches),
        error -> loadEnded(replay, loading, error, startedMs));
  }

  private void replay(LogReplay replay, GroupShardCore loading, ByteBuf batches) {
    if (isCurrent(loading, Phase.LOADING)) {
      replay.on(batches);
    }
  }

  private void loadEnded(
      LogReplay replay, GroupShardCore loading, ErrorCode error, long startedMs) {
    if (!isCurrent(loading, Phase.LOADING)) {
      return;
    }
    if (error == ErrorCode.NOT_LEADER_OR_FOLLOWER || error == ErrorCode.FENCED_LEADER_EPOCH) {
      phase = Phase.CLOSED;
      return;
    }
    if (error != ErrorCode.NONE || replay.failure() != null) {
      log.error(
          "group coordinator of __consumer_offsets-{} epoch {}: loading failed ({}), trying again",
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
        "group coordinator of __consumer_offsets-{} epoch {}: {} records loaded in {} ms",
        partition,
        leaderEpoch,
        replay.count(),
        now.monotonicMs() - startedMs);
    advance(() -> loading.loaded(now));
    List<TransactionEnd> ended = List.copyOf(endedMeanwhile);
    endedMeanwhile.clear();
    ended.forEach(this::transactionEnded);
    if (!deletedMeanwhile.isEmpty()) {
      Set<String> deleted = Set.copyOf(deletedMeanwhile);
      deletedMeanwhile.clear();
      topicsDeleted(deleted);
    }
  }

  private void loadAgain(GroupShardCore failed) {
    if (isCurrent(failed, Phase.LOADING)) {
      load();
    }
  }

  /** What is in memory can no longer be trusted to be what is in the log. */
  private void reload(String reason) {
    log.warn(
        "group coordinator of __consumer_offsets-{} epoch {}: {}, loading again",
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

  /** Topics are gone, and with them the offsets for them; while the log is read, that waits. */
  void topicsDeleted(Set<String> topics) {
    assertOnLoop();
    switch (phase) {
      case LOADING -> deletedMeanwhile.addAll(topics);
      case ACTIVE -> advance(() -> core.topicsDeleted(topics, clock.now()));
      case CLOSED -> {}
    }
  }

  /** Topics have come, gone or changed; who loads looks at all of them when it is done. */
  void topicsChanged(Set<String> topics) {
    assertOnLoop();
    if (phase == Phase.ACTIVE) {
      advance(() -> core.topicsChanged(topics, clock.now()));
    }
  }

  /**
   * A marker in the log is committed. While the log is read, that waits: the reading may have begun
   * before the marker was there, and if it was there, hearing of it again changes nothing.
   */
  void transactionEnded(TransactionEnd end) {
    assertOnLoop();
    switch (phase) {
      case LOADING -> endedMeanwhile.add(end);
      case ACTIVE ->
          advance(() -> core.transactionEnded(end.producerId(), end.commit(), clock.now()));
      case CLOSED -> {}
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
    for (Effect effect : core.close(error, clock.now())) {
      carryOut(effect);
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
    try {
      for (Effect effect : step.get()) {
        carryOut(effect);
      }
      setTimer();
      return true;
    } catch (RuntimeException e) {
      log.error(
          "group coordinator of __consumer_offsets-{} epoch {}: defect", partition, leaderEpoch, e);
      reload("a step failed");
      return false;
    }
  }

  private void carryOut(Effect effect) {
    switch (effect) {
      case Effect.Answer<?> answer -> answer.send();
      case Write write -> writes.add(write);
    }
  }

  private WriteQueue writesOf(GroupShardCore owner) {
    return new WriteQueue(
        loop,
        (batch, guard, settled) -> partitions.append(partition, leaderEpoch, batch, guard, settled),
        (settled, error) -> settled(owner, settled, error),
        () -> clock.now().wallMs());
  }

  private void settled(GroupShardCore owner, List<Write> settled, ErrorCode error) {
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
      GroupShardCore owner = core;
      loop.schedule(
          () -> timerFired(owner, nextMs), Math.max(0, nextMs - clock.now().monotonicMs()));
    }
  }

  private void timerFired(GroupShardCore owner, long atMs) {
    if (isCurrent(owner, Phase.ACTIVE) && atMs == timerAtMs) {
      timerAtMs = NEVER;
      advance(() -> owner.tick(clock.now()));
    }
  }

  // Which core is asked is a question of identity: each load has its own.
  @SuppressWarnings("ReferenceEquality")
  private boolean isCurrent(GroupShardCore candidate, Phase expected) {
    assertOnLoop();
    return phase == expected && core == candidate;
  }

  private void assertOnLoop() {
    if (!loop.inThread()) {
      throw new IllegalStateException("not on the loop of __consumer_offsets-" + partition);
    }
  }
}
