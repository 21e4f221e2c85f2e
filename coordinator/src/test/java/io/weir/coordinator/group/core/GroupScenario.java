package io.weir.coordinator.group.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.coordinator.ScenarioFiles;
import io.weir.coordinator.group.core.Shard.Asked;
import io.weir.protocol.model.ErrorCode;
import io.weir.protocol.model.TopicPartition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Tells one story of a group to the core, and holds after each line what always holds: generations
 * only grow, a partition has one owner in a generation, what replaced members ask is refused, and
 * exactly those offsets are shown whose commit was answered, and whose transaction was committed.
 *
 * <pre>
 * topic a 4                        it has four partitions: a-0 to a-3
 * member m1 [as i1]                a client of the classic protocol, perhaps with an instance id
 * consumer c1 of a [as i1]         one of the consumer protocol
 * eager k1 of a [as i1]            one of the classic protocol that takes part in a migration
 * cooperative k1 of a [as i1]      another, which keeps what it has while it joins again
 * m1 REQUEST                       is answered well, now or later
 * expect m1 REQUEST ERROR          is answered so at once
 * expect m1 waits
 * expect m1 answered ERROR         what it asked before has this answer by now
 * </pre>
 *
 * <p>Requests: {@code join}, {@code heartbeat}, {@code leave}, {@code commit a-0 17 [in 7]} (in the
 * transaction of producer 7); in the classic protocol {@code sync} (the leader shares all
 * partitions out), in the other {@code comply} (reads what it was given), {@code pause} (leaves, to
 * come back as the same instance) and {@code die} (which nobody is told). Eager and cooperative
 * ones know what to do next, join, sync or heartbeat: {@code step}.
 *
 * <pre>
 * hold log
 * log commits|refuses ERROR        the next write
 * flow                             nothing waits any more
 * transaction 7 commits|aborts     the marker is in the log
 * coordinator moves                what is not in the log is lost
 * time +60s
 * expect offset a-0 17             or none
 * expect state Stable              of a classic group
 * expect type classic              or consumer
 * expect m1 in generation 2        or epoch
 * expect m1 owns a-0 a-1           or nothing
 * </pre>
 */
final class GroupScenario {
  private static final String NONE = "none";

  /** Something that was asked. */
  private static final class Request {
    private final ScenarioMember by;
    private final boolean byReplaced;
    private final Supplier<@Nullable ErrorCode> outcome;
    private @Nullable ErrorCode answer;

    Request(ScenarioMember by, Supplier<@Nullable ErrorCode> outcome) {
      this.by = by;
      this.byReplaced = by.replaced;
      this.outcome = outcome;
    }
  }

  private final Shard shard = new Shard();
  private final Map<String, ScenarioMember> members = new TreeMap<>();
  private final Map<ScenarioMember, Request> last = new HashMap<>();
  private final List<Request> unanswered = new ArrayList<>();
  private final Map<String, Integer> topics = new TreeMap<>();
  private final Set<String> partitions = new TreeSet<>();

  /** Who owns a partition, by scope and partition. */
  private final Map<String, String> owners = new HashMap<>();

  /** The offsets that must be shown. */
  private final Map<TopicPartition, Long> offsets = new HashMap<>();

  /** Those that were taken in transactions still open. */
  private final Map<Long, Map<TopicPartition, Long>> pending = new HashMap<>();

  private int line;
  private int recordsSeen;
  private int storedGeneration;

  void tell(List<String> words) {
    List<String> rest = words.subList(1, words.size());
    switch (words.getFirst()) {
      case "topic" -> topic(words);
      case "member" -> introduceClassic(words);
      case "consumer" -> introduceConsumer(words);
      case "eager", "cooperative" -> introduceStepwise(words);
      case "expect" -> expect(rest);
      case "log" -> log(words);
      case "transaction" -> endTransaction(words);
      case "time" -> shard.pass(ScenarioFiles.millis(rest.getFirst()));
      default -> {
        switch (String.join(" ", words)) {
          case "hold log" -> shard.holdWrites();
          case "flow" -> shard.flow();
          case "coordinator moves" -> shard.moveCoordinator();
          default -> request(words);
        }
      }
    }
    settle();
    line++;
    check();
  }

  // ---- the coordinator's surroundings

  private void topic(List<String> words) {
    int count = Integer.parseInt(words.get(2));
    shard.topic(words.get(1), count);
    topics.put(words.get(1), count);
    for (int index = 0; index < count; index++) {
      partitions.add(words.get(1) + "-" + index);
    }
  }

  private void introduceClassic(List<String> words) {
    String instanceId = instanceId(words, 2);
    members.put(words.get(1), new ClassicScenarioMember(shard, instanceId, partitions));
  }

  private void introduceConsumer(List<String> words) {
    if (words.size() < 4 || !words.get(2).equals("of")) {
      throw ScenarioFiles.unknown(words);
    }
    String instanceId = instanceId(words, 4);
    members.put(
        words.get(1), new ConsumerScenarioMember(shard, words.get(1), words.get(3), instanceId));
  }

  private void introduceStepwise(List<String> words) {
    if (words.size() < 4 || !words.get(2).equals("of")) {
      throw ScenarioFiles.unknown(words);
    }
    boolean cooperative = words.getFirst().equals("cooperative");
    String instanceId = instanceId(words, 4);
    members.put(
        words.get(1),
        new StepwiseScenarioMember(shard, cooperative, words.get(3), topics, instanceId));
  }

  private static @Nullable String instanceId(List<String> words, int index) {
    if (words.size() == index) {
      return null;
    }
    if (words.size() != index + 2 || !words.get(index).equals("as")) {
      throw ScenarioFiles.unknown(words);
    }
    return words.get(index + 1);
  }

  private ScenarioMember member(List<String> words) {
    ScenarioMember named = members.get(words.getFirst());
    if (named == null) {
      throw ScenarioFiles.unknown(words);
    }
    return named;
  }

  private void log(List<String> words) {
    if (words.equals(List.of("log", "commits"))) {
      shard.commitNext();
    } else if (words.size() == 3 && words.get(1).equals("refuses")) {
      shard.refuseNext(error(words));
    } else {
      throw ScenarioFiles.unknown(words);
    }
  }

  private void endTransaction(List<String> words) {
    boolean commit =
        switch (words.getLast()) {
          case "commits" -> true;
          case "aborts" -> false;
          default -> throw ScenarioFiles.unknown(words);
        };
    long producerId = Long.parseLong(words.get(1));
    shard.endTransaction(producerId, commit);
    settle();
    Map<TopicPartition, Long> ended = pending.remove(producerId);
    if (commit && ended != null) {
      offsets.putAll(ended);
    }
  }

  /** The last word. */
  private static ErrorCode error(List<String> words) {
    try {
      return ErrorCode.valueOf(words.getLast());
    } catch (IllegalArgumentException e) {
      throw ScenarioFiles.unknown(words);
    }
  }

  private static TopicPartition partition(String name) {
    int dash = name.lastIndexOf('-');
    return new TopicPartition(name.substring(0, dash), Integer.parseInt(name.substring(dash + 1)));
  }

  // ---- requests

  private void request(List<String> words) {
    Request request = ask(member(words), words.subList(1, words.size()));
    assertThat(request.answer).isIn(null, ErrorCode.NONE);
  }

  private Request ask(ScenarioMember by, List<String> words) {
    Request request = begin(by, words);
    last.put(by, request);
    unanswered.add(request);
    settle();
    return request;
  }

  private Request begin(ScenarioMember by, List<String> words) {
    if (words.size() > 1 && words.getFirst().equals("commit")) {
      return commit(by, words);
    }
    if (words.size() != 1) {
      throw ScenarioFiles.unknown(words);
    }
    Supplier<@Nullable ErrorCode> outcome = by.ask(words.getFirst());
    return new Request(
        by,
        () -> {
          ErrorCode answer = outcome.get();
          if (answer == ErrorCode.NONE && words.getFirst().equals("join")) {
            replaceOthers(by);
          }
          return answer;
        });
  }

  private void replaceOthers(ScenarioMember by) {
    for (ScenarioMember other : members.values()) {
      if (!other.equals(by) && by.instanceId != null && by.instanceId.equals(other.instanceId)) {
        other.replaced = true;
      }
    }
  }

  private Request commit(ScenarioMember by, List<String> words) {
    TopicPartition partition = partition(words.get(1));
    long offset = Long.parseLong(words.get(2));
    if (words.size() == 3) {
      return new Request(
          by,
          ClassicScenarioMember.outcome(
              commit(by, partition, offset), taken(offsets, partition, offset)));
    }
    if (words.size() != 5 || !words.get(3).equals("in")) {
      throw ScenarioFiles.unknown(words);
    }
    long producerId = Long.parseLong(words.get(4));
    return new Request(
        by,
        ClassicScenarioMember.outcome(
            shard.commitInTransaction(producerId, by.ref(), by.generation(), partition, offset),
            taken(pending.computeIfAbsent(producerId, id -> new HashMap<>()), partition, offset)));
  }

  private Asked<List<ErrorCode>> commit(ScenarioMember by, TopicPartition partition, long offset) {
    Asked<List<ErrorCode>> asked = new Asked<>();
    CommittedOffset committed =
        new CommittedOffset(offset, -1, "", shard.now().wallMs(), CommittedOffset.NO_EXPIRY);
    CommitRequested commit =
        new CommitRequested(
            by.ref(),
            by.generation(),
            false,
            List.of(new CommitRequested.Entry(partition, committed)));
    shard.carryOut(shard.core().commit("g", commit, asked, shard.now()));
    return asked;
  }

  private static Function<List<ErrorCode>, ErrorCode> taken(
      Map<TopicPartition, Long> into, TopicPartition partition, long offset) {
    return answers -> {
      if (answers.getFirst() == ErrorCode.NONE) {
        into.put(partition, offset);
      }
      return answers.getFirst();
    };
  }

  /** Takes note of the answers that have come. */
  private void settle() {
    for (Request request : List.copyOf(unanswered)) {
      request.answer = request.outcome.get();
      if (request.answer != null) {
        unanswered.remove(request);
        assertThat(request.byReplaced && request.answer == ErrorCode.NONE)
            .as("a replaced member %s does something", request.by.memberId())
            .isFalse();
      }
    }
  }

  // ---- what always holds

  private void check() {
    for (ScenarioMember member : members.values()) {
      for (String partition : member.replaced ? Set.<String>of() : member.owned) {
        String owner = owners.putIfAbsent(member.scope(line) + " " + partition, member.owner());
        assertThat(owner == null || owner.equals(member.owner()))
            .as(
                "%s has two owners in %s: %s, %s",
                partition, member.scope(line), owner, member.owner())
            .isTrue();
      }
    }
    for (String name : partitions) {
      TopicPartition partition = partition(name);
      assertThat(shard.offset(partition))
          .as("the offset of %s", name)
          .isEqualTo(offsets.getOrDefault(partition, -1L));
    }
    for (; recordsSeen < shard.log.size(); recordsSeen++) {
      if (shard.log.get(recordsSeen) instanceof StateRecord.GroupStored stored) {
        assertThat(stored.snapshot().generationId())
            .as("the generation in the log")
            .isGreaterThanOrEqualTo(storedGeneration);
        storedGeneration = stored.snapshot().generationId();
      }
    }
  }

  // ---- expectations

  private void expect(List<String> words) {
    switch (words.getFirst()) {
      case "offset" ->
          assertThat(shard.offset(partition(words.get(1))))
              .isEqualTo(words.get(2).equals(NONE) ? -1 : Long.parseLong(words.get(2)));
      case "state" -> assertThat(shard.state()).isEqualTo(words.get(1));
      case "type" ->
          assertThat(shard.core().list()).extracting(GroupListing::type).containsOnly(words.get(1));
      default -> expectOf(member(words), words);
    }
  }

  private void expectOf(ScenarioMember by, List<String> words) {
    switch (words.size() < 2 ? "" : words.get(1)) {
      case "waits" -> assertThat(lastOf(by).answer).isNull();
      case "answered" -> assertThat(lastOf(by).answer).isEqualTo(error(words));
      case "in" -> assertThat(by.generation()).isEqualTo(Integer.parseInt(words.getLast()));
      case "owns" ->
          assertThat(by.owned)
              .isEqualTo(
                  words.subList(2, words.size()).stream()
                      .filter(name -> !name.equals("nothing"))
                      .collect(Collectors.toCollection(TreeSet::new)));
      default -> {
        ErrorCode expected = error(words);
        assertThat(ask(by, words.subList(1, words.size() - 1)).answer).isEqualTo(expected);
      }
    }
  }

  private Request lastOf(ScenarioMember by) {
    return Objects.requireNonNull(last.get(by));
  }
}
