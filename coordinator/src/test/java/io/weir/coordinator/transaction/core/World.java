package io.weir.coordinator.transaction.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.coordinator.state.Now;
import io.weir.coordinator.state.Reply;
import io.weir.protocol.model.ErrorCode;
import io.weir.protocol.model.TopicPartition;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A core with a log, partitions and a clock that a test moves. What is committed, and the markers
 * in the partitions, outlive the core.
 */
final class World {
  static final int TIMEOUT_MS = 60_000;
  static final long WALL_START_MS = 1_700_000_000_000L;

  /** Take a marker that arrives at its partition. */
  @FunctionalInterface
  interface Leaders {
    ErrorCode take(MarkerOrder order);
  }

  /** A marker in a partition. */
  record Marker(Producer producer, boolean commit) {}

  /** One request: holds its answer, and that there is no second one. */
  static final class Asked<T> implements Reply<T> {
    private @Nullable T answer;

    @Override
    public void send(T answer) {
      assertThat(this.answer).as("an earlier answer").isNull();
      this.answer = answer;
    }

    boolean isWaiting() {
      return answer == null;
    }

    T answer() {
      if (answer == null) {
        throw new AssertionError("no answer yet");
      }
      return answer;
    }
  }

  final List<TransactionRecord> log = new ArrayList<>();
  final Deque<Write> uncommitted = new ArrayDeque<>();
  final Deque<MarkerOrder> markersUnderWay = new ArrayDeque<>();
  final Deque<ProducerIdOrder> producerIdsAskedFor = new ArrayDeque<>();
  final Map<TopicPartition, List<Marker>> markers = new HashMap<>();
  final TransactionSettings settings = TransactionSettings.defaults();
  private boolean commitsAtOnce = true;
  private boolean deliversMarkers = true;
  private boolean givesProducerIds = true;
  private Leaders leaders = order -> ErrorCode.NONE;
  private long nextProducerId = 1_000;
  private long nowMs = 1_000;
  private TransactionShardCore core = new TransactionShardCore(settings);

  World() {
    core.loaded(now());
  }

  TransactionShardCore core() {
    return core;
  }

  Now now() {
    return new Now(nowMs, WALL_START_MS + nowMs);
  }

  // ---- the log, the partitions and the clock

  World withLeaders(Leaders some) {
    leaders = some;
    return this;
  }

  /** From now on writes wait for {@link #commitNext} or {@link #refuseNext}. */
  World holdWrites() {
    commitsAtOnce = false;
    return this;
  }

  /** From now on markers wait for {@link #answerNextMarker}. */
  World holdMarkers() {
    deliversMarkers = false;
    return this;
  }

  World holdProducerIds() {
    givesProducerIds = false;
    return this;
  }

  /** Nothing is held any more, and what was goes on. */
  void flow() {
    commitsAtOnce = true;
    deliversMarkers = true;
    givesProducerIds = true;
    settle();
  }

  void commitNext() {
    Write write = uncommitted.removeFirst();
    log.add(write.record());
    carryOut(core.settled(write, ErrorCode.NONE, now()));
  }

  /** The next write is committed, but the coordinator does not hear of it. */
  void commitNextUnheard() {
    log.add(uncommitted.removeFirst().record());
  }

  void refuseNext(ErrorCode error) {
    carryOut(core.settled(uncommitted.removeFirst(), error, now()));
  }

  /** The next marker arrives at its partition, and what that answers comes back. */
  void deliverNextMarker() {
    answerNextMarker(leaders.take(markersUnderWay.getFirst()));
  }

  void answerNextMarker(ErrorCode answer) {
    MarkerOrder order = markersUnderWay.removeFirst();
    if (answer == ErrorCode.NONE) {
      markers
          .computeIfAbsent(order.partition(), p -> new ArrayList<>())
          .add(new Marker(order.producer(), order.commit()));
    }
    carryOut(core.markerAnswered(order, answer, now()));
  }

  void giveNextProducerId() {
    carryOut(core.producerIdGiven(producerIdsAskedFor.removeFirst(), nextProducerId++, now()));
  }

  void refuseNextProducerId() {
    carryOut(core.producerIdRefused(producerIdsAskedFor.removeFirst()));
  }

  /** Another node takes over: it knows the committed log only. */
  void moveCoordinator() {
    carryOut(core.close(ErrorCode.NOT_COORDINATOR, now()));
    uncommitted.clear();
    markersUnderWay.clear();
    producerIdsAskedFor.clear();
    core = new TransactionShardCore(settings);
    log.forEach(core::replay);
    carryOut(core.loaded(now()));
  }

  /** Moves time on, and lets the core do what is due on the way. */
  void pass(long ms) {
    long endMs = nowMs + ms;
    while (core.nextWakeMs() <= endMs) {
      nowMs = Math.max(nowMs, core.nextWakeMs());
      carryOut(core.tick(now()));
    }
    nowMs = endMs;
  }

  private void carryOut(List<Effect> effects) {
    for (Effect effect : effects) {
      switch (effect) {
        case Effect.Answer<?> answer -> answer.send();
        case Write write -> uncommitted.add(write);
        case MarkerOrder order -> markersUnderWay.add(order);
        case ProducerIdOrder order -> producerIdsAskedFor.add(order);
      }
    }
    settle();
  }

  private void settle() {
    if (commitsAtOnce && !uncommitted.isEmpty()) {
      commitNext();
    }
    if (deliversMarkers && !markersUnderWay.isEmpty()) {
      deliverNextMarker();
    }
    if (givesProducerIds && !producerIdsAskedFor.isEmpty()) {
      giveNextProducerId();
    }
  }

  // ---- requests

  static TopicPartition partition(int index) {
    return new TopicPartition("t", index);
  }

  Asked<ProducerResult> init(String id) {
    return init(id, Producer.NONE);
  }

  Asked<ProducerResult> init(String id, Producer expected) {
    Asked<ProducerResult> asked = new Asked<>();
    carryOut(core.initProducerId(id, new InitRequested(expected, TIMEOUT_MS), asked, now()));
    return asked;
  }

  /** A producer that has just been started. */
  Producer start(String id) {
    ProducerResult result = init(id).answer();
    assertThat(result.error()).isEqualTo(ErrorCode.NONE);
    return result.producer();
  }

  Asked<ErrorCode> add(String id, Producer producer, int version, int... indexes) {
    List<TopicPartition> partitions = new ArrayList<>();
    for (int index : indexes) {
      partitions.add(partition(index));
    }
    Asked<ErrorCode> asked = new Asked<>();
    carryOut(core.add(id, new AddRequested(producer, partitions, version), asked, now()));
    return asked;
  }

  /** Ends as an older client does, which keeps its epoch. */
  Asked<ProducerResult> endOld(String id, Producer producer, boolean commit) {
    return end(id, new EndRequested(producer, commit, false));
  }

  /** Ends as a client of transactions of version 2 does. */
  Asked<ProducerResult> endNew(String id, Producer producer, boolean commit) {
    return end(id, new EndRequested(producer, commit, true));
  }

  Asked<ProducerResult> end(String id, EndRequested request) {
    Asked<ProducerResult> asked = new Asked<>();
    carryOut(core.end(id, request, asked, now()));
    return asked;
  }

  TransactionState state(String id) {
    TransactionState state = core.describe(id);
    if (state == null) {
      throw new AssertionError("nothing is known of " + id);
    }
    return state;
  }

  TransactionStatus status(String id) {
    return state(id).status();
  }

  List<Marker> markersIn(int index) {
    return markers.getOrDefault(partition(index), List.of());
  }
}
