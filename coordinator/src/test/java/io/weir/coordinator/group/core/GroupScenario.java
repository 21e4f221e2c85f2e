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
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Tells one story of a group of classic consumers to the core, and holds after each line what
 * always holds: generations only grow, a partition has one owner in a generation, what replaced
 * members ask is refused, and exactly those offsets are shown whose commit was answered, and whose
 * transaction was committed.
 *
 * <pre>
 * topic a 4                        it has four partitions: a-0 to a-3
 * member m1 [as i1]                a client, perhaps with an instance id
 * m1 REQUEST                       is answered well, now or later
 * expect m1 REQUEST ERROR          is answered so at once
 * expect m1 waits
 * expect m1 answered ERROR         what it asked before has this answer by now
 * </pre>
 *
 * <p>Requests: {@code join}, {@code sync} (the leader shares all partitions out), {@code
 * heartbeat}, {@code leave}, {@code commit a-0 17 [in 7]} (in the transaction of producer 7).
 *
 * <pre>
 * hold log
 * log commits|refuses ERROR        the next write
 * flow                             nothing waits any more
 * transaction 7 commits|aborts     the marker is in the log
 * coordinator moves                what is not in the log is lost
 * time +60s
 * expect offset a-0 17             or none
 * expect state Stable
 * expect m1 in generation 2
 * expect m1 owns a-0 a-1           or nothing
 * </pre>
 */
final class GroupScenario {
  private static final String NONE = "none";

  /** One client. */
  private static final class Client {
    private final @Nullable String instanceId;
    private String memberId = "";
    private @Nullable JoinResult joined;
    private Set<String> owned = new TreeSet<>();
    private boolean replaced;
    private @Nullable Request last;

    Client(@Nullable String instanceId) {
      this.instanceId = instanceId;
    }

    MemberRef ref() {
      return new MemberRef(memberId, instanceId);
    }

    int generation() {
      return joined == null ? JoinResult.NO_GENERATION : joined.generationId();
    }
  }

  /** Something that was asked. */
  private static final class Request {
    private final Client by;
    private final boolean byReplaced;
    private final Supplier<@Nullable ErrorCode> outcome;
    private @Nullable ErrorCode answer;

    /**
     * @param outcome null while there is no answer; else, once, what follows from it
     */
    Request(Client by, Supplier<@Nullable ErrorCode> outcome) {
      this.by = by;
      this.byReplaced = by.replaced;
      this.outcome = outcome;
    }
  }

  private final Shard shard = new Shard();
  private final Map<String, Client> clients = new TreeMap<>();
  private final List<Request> unanswered = new ArrayList<>();
  private final Set<String> partitions = new TreeSet<>();

  /** Who was given a partition, by generation and partition. */
  private final Map<String, String> owners = new HashMap<>();

  /** The offsets that must be shown. */
  private final Map<TopicPartition, Long> offsets = new HashMap<>();

  /** Those that were taken in transactions still open. */
  private final Map<Long, Map<TopicPartition, Long>> pending = new HashMap<>();

  private int generation;
  private int recordsSeen;
  private int storedGeneration;

  void tell(List<String> words) {
    List<String> rest = words.subList(1, words.size());
    switch (words.getFirst()) {
      case "topic" -> topic(words);
      case "member" -> introduce(words);
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
    check();
  }

  // ---- the coordinator's surroundings

  private void topic(List<String> words) {
    int count = Integer.parseInt(words.get(2));
    shard.topic(words.get(1), count);
    for (int index = 0; index < count; index++) {
      partitions.add(words.get(1) + "-" + index);
    }
  }

  private void introduce(List<String> words) {
    if (words.size() == 2) {
      clients.put(words.get(1), new Client(null));
    } else if (words.size() == 4 && words.get(2).equals("as")) {
      clients.put(words.get(1), new Client(words.get(3)));
    } else {
      throw ScenarioFiles.unknown(words);
    }
  }

  private Client client(List<String> words) {
    Client named = clients.get(words.getFirst());
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
    Request request = ask(client(words), words.subList(1, words.size()));
    assertThat(request.answer).isIn(null, ErrorCode.NONE);
  }

  private Request ask(Client by, List<String> words) {
    Request request = begin(by, words);
    by.last = request;
    unanswered.add(request);
    settle();
    return request;
  }

  private Request begin(Client by, List<String> words) {
    return switch (words.isEmpty() ? "" : words.getFirst()) {
      case "join" -> join(by);
      case "sync" -> sync(by);
      case "heartbeat" -> {
        ErrorCode answer = shard.core().heartbeat("g", by.ref(), by.generation(), shard.now());
        yield new Request(by, () -> answer);
      }
      case "leave" -> {
        ErrorCode answer = shard.leave(by.ref()).getFirst();
        yield new Request(by, () -> answer);
      }
      case "commit" -> commit(by, words);
      default -> throw ScenarioFiles.unknown(words);
    };
  }

  private static <T> Supplier<@Nullable ErrorCode> outcome(
      Asked<T> asked, Function<T, ErrorCode> onAnswer) {
    return () -> asked.isWaiting() ? null : onAnswer.apply(asked.answer());
  }

  private Request join(Client by) {
    Asked<JoinResult> asked = shard.join(Shard.consumer(by.memberId, by.instanceId, "range"));
    return new Request(by, outcome(asked, result -> joined(by, result)));
  }

  private ErrorCode joined(Client by, JoinResult result) {
    if (result.errorCode() == ErrorCode.NONE) {
      assertThat(result.generationId())
          .as("the generation")
          .isGreaterThanOrEqualTo(Math.max(generation, by.generation()));
      generation = result.generationId();
      by.memberId = result.memberId();
      by.joined = result;
      by.owned = new TreeSet<>();
      for (Client other : clients.values()) {
        boolean same = by.instanceId != null && by.instanceId.equals(other.instanceId);
        if (other != by && same) {
          other.replaced = true;
        }
      }
    }
    return result.errorCode();
  }

  private Request sync(Client by) {
    JoinResult joined = by.joined;
    if (joined == null) {
      throw new AssertionError("syncs before it has joined");
    }
    Asked<SyncResult> asked = shard.sync(joined, by.instanceId, shares(joined));
    return new Request(by, outcome(asked, result -> synced(by, joined, result)));
  }

  /** All partitions in turn; nothing where the member does not lead. */
  private Map<String, String> shares(JoinResult joined) {
    List<String> members =
        joined.members().stream().map(JoinResult.Member::memberId).sorted().toList();
    Map<String, String> shares = new TreeMap<>();
    int next = 0;
    for (String partition : members.isEmpty() ? Set.<String>of() : partitions) {
      shares.merge(members.get(next++ % members.size()), partition, (a, b) -> a + " " + b);
    }
    return shares;
  }

  private ErrorCode synced(Client by, JoinResult joined, SyncResult result) {
    if (result.errorCode() == ErrorCode.NONE) {
      String share = Shard.text(result.assignment());
      by.owned = share.isEmpty() ? Set.of() : new TreeSet<>(List.of(share.split(" ", -1)));
      String name = by.instanceId == null ? by.memberId : by.instanceId;
      for (String partition : by.owned) {
        String owner = owners.putIfAbsent(joined.generationId() + " " + partition, name);
        assertThat(owner == null || owner.equals(name))
            .as("%s has two owners in generation %d", partition, joined.generationId())
            .isTrue();
      }
    }
    return result.errorCode();
  }

  private Request commit(Client by, List<String> words) {
    TopicPartition partition = partition(words.get(1));
    long offset = Long.parseLong(words.get(2));
    if (words.size() == 3) {
      return new Request(
          by, outcome(commit(by, partition, offset), taken(offsets, partition, offset)));
    }
    if (words.size() != 5 || !words.get(3).equals("in")) {
      throw ScenarioFiles.unknown(words);
    }
    long producerId = Long.parseLong(words.get(4));
    return new Request(
        by,
        outcome(
            shard.commitInTransaction(producerId, by.ref(), by.generation(), partition, offset),
            taken(pending.computeIfAbsent(producerId, id -> new HashMap<>()), partition, offset)));
  }

  private Asked<List<ErrorCode>> commit(Client by, TopicPartition partition, long offset) {
    Asked<List<ErrorCode>> asked = new Asked<>();
    CommittedOffset committed =
        new CommittedOffset(offset, -1, "", shard.now().wallMs(), CommittedOffset.NO_EXPIRY);
    shard.carryOut(
        shard
            .core()
            .commit(
                "g",
                new CommitRequested(
                    by.ref(),
                    by.generation(),
                    false,
                    List.of(new CommitRequested.Entry(partition, committed))),
                asked,
                shard.now()));
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
            .as("a replaced member %s does something", request.by.memberId)
            .isFalse();
      }
    }
  }

  // ---- what always holds

  private void check() {
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
      default -> expectOf(client(words), words);
    }
  }

  private void expectOf(Client by, List<String> words) {
    switch (words.size() < 2 ? "" : words.get(1)) {
      case "waits" -> {
        assertThat(by.last).isNotNull();
        assertThat(by.last == null ? null : by.last.answer).isNull();
      }
      case "answered" ->
          assertThat(by.last == null ? null : by.last.answer).isEqualTo(error(words));
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
}
