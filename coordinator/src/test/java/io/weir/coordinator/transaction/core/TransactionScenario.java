package io.weir.coordinator.transaction.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.coordinator.ScenarioFiles;
import io.weir.coordinator.transaction.core.Partitions.Fate;
import io.weir.coordinator.transaction.core.World.Asked;
import io.weir.protocol.model.ErrorCode;
import io.weir.protocol.model.TopicPartition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Tells one story of transactions to the core, and holds after each line what always holds.
 *
 * <pre>
 * producer p1 of tx version 2      an instance of a producer, of that version of transactions
 * producer old like p1             another name for what p1 is now; p1's requests that come late
 * p1 REQUEST                       is answered at once, and well
 * p1 asks REQUEST                  has no answer yet
 * expect p1 REQUEST ERROR          is answered so at once
 * expect p1 answered ERROR         what it asked before has this answer by now
 * expect p1 at epoch 2
 * </pre>
 *
 * <p>Requests: {@code init}, {@code reinit} (with the id and epoch it has), {@code add a b}, {@code
 * verify a} (so that it may append), {@code append a x1}, {@code write a x1} (both), {@code
 * commit}, {@code abort}.
 *
 * <pre>
 * hold log|markers|ids             they wait from now on
 * log commits|keeps|refuses ERROR  the next write; kept is: committed, but nobody hears of it
 * marker arrives|fails ERROR       the next one
 * marker is late                   its sender gives up, but it will arrive
 * late markers arrive              also those of coordinators that are deposed
 * ids are given
 * flow                             nothing waits any more
 * coordinator moves                what is not in the log is lost
 * time +60s
 * expect state tx Ongoing
 * expect log tx Empty Ongoing      all that the log says of the id
 * expect read|aborted|open a x1 x2 records of the partition, or nothing
 * </pre>
 */
final class TransactionScenario {
  /** One instance of a producer. */
  private static final class Instance {
    private final String id;
    private final int version;
    private final Map<TopicPartition, Long> guards = new HashMap<>();
    private Producer producer = Producer.NONE;
    private boolean superseded;
    private @Nullable Request last;

    Instance(String id, int version) {
      this.id = id;
      this.version = version;
    }
  }

  /** Something that was asked, and what follows from a good answer. */
  private static final class Request {
    private final boolean byFenced;
    private final Supplier<@Nullable ErrorCode> outcome;
    private @Nullable ErrorCode answer;

    /**
     * @param outcome null while there is no answer; else, once, what follows from it
     */
    Request(Instance by, Supplier<@Nullable ErrorCode> outcome) {
      this.byFenced = by.superseded;
      this.outcome = outcome;
    }

    static Request forProducer(
        Instance by, Asked<ProducerResult> asked, Function<Producer, ErrorCode> onNone) {
      return new Request(
          by,
          () -> {
            if (asked.isWaiting()) {
              return null;
            }
            ProducerResult result = asked.answer();
            return result.error() == ErrorCode.NONE
                ? onNone.apply(result.producer())
                : result.error();
          });
    }

    static Request of(Instance by, Asked<ErrorCode> asked, Supplier<ErrorCode> onNone) {
      return new Request(
          by,
          () -> {
            if (asked.isWaiting()) {
              return null;
            }
            return asked.answer() == ErrorCode.NONE ? onNone.get() : asked.answer();
          });
    }
  }

  /** A marker on its way from a coordinator that does not wait for its answer any more. */
  private record LateMarker(MarkerOrder order, int coordinatorEpoch) {}

  private final Partitions partitions = new Partitions();
  private final World world = new World().withLeaders(this::take);
  private final Map<String, Instance> instances = new TreeMap<>();
  private final List<Request> unanswered = new ArrayList<>();
  private final List<LateMarker> late = new ArrayList<>();
  private final TransactionInvariants invariants = new TransactionInvariants(world, partitions);
  private int coordinatorEpoch = 1;

  private ErrorCode take(MarkerOrder order) {
    return partitions.end(order, coordinatorEpoch);
  }

  void tell(List<String> words) {
    List<String> rest = words.subList(1, words.size());
    switch (words.getFirst()) {
      case "producer" -> introduce(words);
      case "expect" -> expect(rest);
      case "hold" -> hold(words);
      case "log" -> log(words);
      case "marker" -> marker(words);
      case "time" -> world.pass(ScenarioFiles.millis(only(rest)));
      default -> {
        switch (String.join(" ", words)) {
          case "late markers arrive" -> {
            late.forEach(marker -> partitions.end(marker.order(), marker.coordinatorEpoch()));
            late.clear();
          }
          case "ids are given" -> world.giveNextProducerId();
          case "flow" -> world.flow();
          case "coordinator moves" -> move();
          default -> request(words);
        }
      }
    }
    settle();
    invariants.check();
  }

  /** All is well again: whatever was begun comes to an end. */
  void end() {
    world.flow();
    world.pass(3L * World.TIMEOUT_MS);
    settle();
    invariants.check();
    invariants.checkEnd();
  }

  private static String only(List<String> words) {
    if (words.size() != 1) {
      throw ScenarioFiles.unknown(words);
    }
    return words.getFirst();
  }

  // ---- the coordinator's surroundings

  private void introduce(List<String> words) {
    if (words.size() == 6 && words.get(2).equals("of") && words.get(4).equals("version")) {
      instances.put(words.get(1), new Instance(words.get(3), Integer.parseInt(words.get(5))));
    } else if (words.size() == 4 && words.get(2).equals("like")) {
      Instance same = instance(words, 3);
      Instance other = new Instance(same.id, same.version);
      other.producer = same.producer;
      other.guards.putAll(same.guards);
      instances.put(words.get(1), other);
    } else {
      throw ScenarioFiles.unknown(words);
    }
  }

  private Instance instance(List<String> words, int index) {
    Instance named = instances.get(words.get(index));
    if (named == null) {
      throw ScenarioFiles.unknown(words);
    }
    return named;
  }

  private void hold(List<String> words) {
    switch (String.join(" ", words)) {
      case "hold log" -> world.holdWrites();
      case "hold markers" -> world.holdMarkers();
      case "hold ids" -> world.holdProducerIds();
      default -> throw ScenarioFiles.unknown(words);
    }
  }

  private void log(List<String> words) {
    switch (String.join(" ", words.subList(0, Math.min(2, words.size())))) {
      case "log commits" -> world.commitNext();
      case "log keeps" -> world.commitNextUnheard();
      case "log refuses" -> world.refuseNext(error(words, 2));
      default -> throw ScenarioFiles.unknown(words);
    }
  }

  private void marker(List<String> words) {
    switch (String.join(" ", words)) {
      case "marker arrives" -> world.deliverNextMarker();
      case "marker is late" -> {
        late.add(new LateMarker(world.markersUnderWay.getFirst(), coordinatorEpoch));
        world.answerNextMarker(ErrorCode.NETWORK_EXCEPTION);
      }
      default -> {
        if (!words.get(1).equals("fails")) {
          throw ScenarioFiles.unknown(words);
        }
        world.answerNextMarker(error(words, 2));
      }
    }
  }

  private void move() {
    world.markersUnderWay.forEach(order -> late.add(new LateMarker(order, coordinatorEpoch)));
    coordinatorEpoch++;
    world.moveCoordinator();
  }

  private static ErrorCode error(List<String> words, int index) {
    if (words.size() != index + 1) {
      throw ScenarioFiles.unknown(words);
    }
    try {
      return ErrorCode.valueOf(words.get(index));
    } catch (IllegalArgumentException e) {
      throw ScenarioFiles.unknown(words);
    }
  }

  // ---- requests

  private void request(List<String> words) {
    Instance by = instance(words, 0);
    boolean waits = words.size() > 2 && words.get(1).equals("asks");
    Request request = ask(by, words.subList(waits ? 2 : 1, words.size()));
    assertThat(request.answer).isEqualTo(waits ? null : ErrorCode.NONE);
  }

  private Request ask(Instance by, List<String> words) {
    Request request = begin(by, words);
    by.last = request;
    unanswered.add(request);
    settle();
    return request;
  }

  private Request begin(Instance by, List<String> words) {
    List<String> arguments = words.subList(1, words.size());
    return switch (words.getFirst()) {
      case "init" -> init(by, Producer.NONE, arguments);
      case "reinit" -> init(by, by.producer, arguments);
      case "add" -> add(by, arguments.stream().map(TransactionScenario::partition).toList());
      case "verify" -> verify(by, partition(only(arguments)));
      case "append" -> append(by, partition(arguments.getFirst()), arguments.get(1));
      case "write" -> write(by, partition(arguments.getFirst()), arguments.get(1));
      case "commit" -> end(by, true, arguments);
      case "abort" -> end(by, false, arguments);
      default -> throw ScenarioFiles.unknown(words);
    };
  }

  private static TopicPartition partition(String letter) {
    if (letter.length() != 1 || letter.charAt(0) < 'a' || letter.charAt(0) > 'z') {
      throw ScenarioFiles.unknown(List.of(letter));
    }
    return World.partition(letter.charAt(0) - 'a');
  }

  private Request init(Instance by, Producer expected, List<String> arguments) {
    if (!arguments.isEmpty()) {
      throw ScenarioFiles.unknown(arguments);
    }
    if (expected.isNone()) {
      // It has been started anew.
      by.superseded = false;
    }
    return Request.forProducer(by, world.init(by.id, expected), producer -> becomes(by, producer));
  }

  /** Whoever else goes by the id, and whatever it was before, is fenced. */
  private ErrorCode becomes(Instance by, Producer producer) {
    boolean moved = !by.producer.equals(producer);
    by.producer = producer;
    by.guards.clear();
    for (Instance other : instances.values()) {
      boolean started = !other.producer.isNone();
      if (moved && started && other != by && other.id.equals(by.id)) {
        other.superseded = true;
      }
    }
    return ErrorCode.NONE;
  }

  private Request add(Instance by, List<TopicPartition> wanted) {
    int[] indexes = wanted.stream().mapToInt(TopicPartition::partition).toArray();
    return Request.of(by, world.add(by.id, by.producer, by.version, indexes), () -> ErrorCode.NONE);
  }

  private Request verify(Instance by, TopicPartition partition) {
    return verifyAndThen(by, partition, () -> ErrorCode.NONE);
  }

  private Request write(Instance by, TopicPartition partition, String text) {
    return partitions.isOpen(partition, by.producer)
        ? append(by, partition, text)
        : verifyAndThen(by, partition, () -> appendNow(by, partition, text));
  }

  private Request append(Instance by, TopicPartition partition, String text) {
    ErrorCode error = appendNow(by, partition, text);
    return new Request(by, () -> error);
  }

  private ErrorCode appendNow(Instance by, TopicPartition partition, String text) {
    long guard = by.guards.getOrDefault(partition, Partitions.NO_GUARD);
    return partitions.append(
        partition, by.producer, guard, by.id, invariants.transactionsOf(by.id), text);
  }

  /** As the leader of a partition does for a batch that would open a transaction in it. */
  private Request verifyAndThen(Instance by, TopicPartition partition, Supplier<ErrorCode> then) {
    long guard = partitions.guard(partition, by.producer);
    Asked<ErrorCode> asked =
        by.version >= TransactionState.BUMPS_EPOCH
            ? world.add(by.id, by.producer, by.version, partition.partition())
            : answered(world.core().verify(by.id, by.producer, List.of(partition)).getFirst());
    return Request.of(
        by,
        asked,
        () -> {
          by.guards.put(partition, guard);
          return then.get();
        });
  }

  private static Asked<ErrorCode> answered(ErrorCode error) {
    Asked<ErrorCode> asked = new Asked<>();
    asked.send(error);
    return asked;
  }

  private Request end(Instance by, boolean commit, List<String> arguments) {
    if (!arguments.isEmpty()) {
      throw ScenarioFiles.unknown(arguments);
    }
    boolean bumps = by.version >= TransactionState.BUMPS_EPOCH;
    return Request.forProducer(
        by,
        world.end(by.id, new EndRequested(by.producer, commit, bumps)),
        producer -> {
          invariants.ended(by.id, commit);
          return becomes(by, producer);
        });
  }

  /** Takes note of the answers that have come. */
  private void settle() {
    for (Request request : List.copyOf(unanswered)) {
      request.answer = request.outcome.get();
      if (request.answer != null) {
        unanswered.remove(request);
        assertThat(request.byFenced && request.answer == ErrorCode.NONE)
            .as("a fenced producer does something")
            .isFalse();
      }
    }
  }

  // ---- expectations

  private void expect(List<String> words) {
    List<String> rest = words.subList(Math.min(2, words.size()), words.size());
    switch (words.getFirst()) {
      case "state" -> assertThat(world.status(words.get(1)).shown()).isEqualTo(only(rest));
      case "log" -> assertThat(invariants.logOf(words.get(1))).isEqualTo(rest);
      case "read" -> expectTexts(words, Fate.VISIBLE, rest);
      case "aborted" -> expectTexts(words, Fate.ABORTED, rest);
      case "open" -> expectTexts(words, Fate.OPEN, rest);
      default -> expectOf(instance(words, 0), words);
    }
  }

  private void expectTexts(List<String> words, Fate fate, List<String> texts) {
    assertThat(partitions.texts(partition(words.get(1)), fate))
        .isEqualTo(texts.equals(List.of("nothing")) ? List.of() : texts);
  }

  private void expectOf(Instance by, List<String> words) {
    if (words.size() == 4 && words.get(1).equals("at") && words.get(2).equals("epoch")) {
      assertThat(by.producer.epoch()).isEqualTo(Short.parseShort(words.get(3)));
    } else if (words.size() == 3 && words.get(1).equals("answered")) {
      assertThat(by.last).isNotNull();
      assertThat(by.last == null ? null : by.last.answer).isEqualTo(error(words, 2));
    } else {
      ErrorCode expected = error(words, words.size() - 1);
      assertThat(ask(by, words.subList(1, words.size() - 1)).answer).isEqualTo(expected);
    }
  }
}
