package io.weir.coordinator.group.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.coordinator.metadata.MetadataImage;
import io.weir.coordinator.metadata.MetadataRecord;
import io.weir.coordinator.metadata.PartitionImage;
import io.weir.coordinator.metadata.TopicImage;
import io.weir.coordinator.state.Now;
import io.weir.coordinator.state.Reply;
import io.weir.protocol.model.ErrorCode;
import io.weir.protocol.model.TopicIdPartition;
import io.weir.protocol.model.TopicPartition;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A shard's core with a log and a clock that a test moves. What is committed outlives the core. */
final class Shard {
  static final int SESSION_MS = 10_000;
  static final int REBALANCE_MS = 60_000;
  static final long WALL_START_MS = 1_700_000_000_000L;

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

  /** What a place in the log holds: records, perhaps of a producer's transaction, or its end. */
  private sealed interface Entry {
    record Plain(StateRecord state) implements Entry {}

    record InTransaction(StateRecord state, long producerId) implements Entry {}

    record Marker(long producerId, boolean commit) implements Entry {}
  }

  final List<StateRecord> log = new ArrayList<>();
  private final List<Entry> entries = new ArrayList<>();
  final Deque<Write> uncommitted = new ArrayDeque<>();
  final GroupSettings settings;
  private boolean commitsAtOnce = true;
  private long nowMs = 1_000;
  private int ids;
  private MetadataImage image = MetadataImage.EMPTY;
  private GroupShardCore core;

  Shard() {
    this(GroupSettings.defaults());
  }

  Shard(GroupSettings settings) {
    this.settings = settings;
    this.core = newCore();
    core.loaded(now());
  }

  private GroupShardCore newCore() {
    return new GroupShardCore(settings, prefix -> prefix + "-" + ++ids, () -> image);
  }

  GroupShardCore core() {
    return core;
  }

  Now now() {
    return new Now(nowMs, WALL_START_MS + nowMs);
  }

  // ---- the log and the clock

  /** From now on writes wait for {@link #commitAll} or {@link #refuseNext}. */
  Shard holdWrites() {
    commitsAtOnce = false;
    return this;
  }

  /** Writes are committed at once from now on, and those that wait as well. */
  void flow() {
    commitsAtOnce = true;
    commitAll();
  }

  void commitAll() {
    while (!uncommitted.isEmpty()) {
      commitNext();
    }
  }

  void commitNext() {
    Write write = uncommitted.removeFirst();
    log.addAll(write.records());
    OffsetTransaction transaction = write.transaction();
    for (StateRecord state : write.records()) {
      entries.add(
          transaction == null
              ? new Entry.Plain(state)
              : new Entry.InTransaction(state, transaction.producerId()));
    }
    carryOut(core.settled(write, ErrorCode.NONE, now()));
  }

  /** The marker is committed at once: what was written before it is committed as well. */
  void endTransaction(long producerId, boolean commit) {
    commitAll();
    entries.add(new Entry.Marker(producerId, commit));
    carryOut(core.transactionEnded(producerId, commit, now()));
  }

  void refuseNext(ErrorCode error) {
    carryOut(core.settled(uncommitted.removeFirst(), error, now()));
  }

  /** Another node takes over: it knows the committed log only. */
  void moveCoordinator() {
    carryOut(core.close(ErrorCode.NOT_COORDINATOR, now()));
    uncommitted.clear();
    core = newCore();
    for (Entry entry : entries) {
      switch (entry) {
        case Entry.Plain(StateRecord state) -> core.replay(state);
        case Entry.InTransaction(StateRecord state, long producerId) ->
            core.replay(state, producerId);
        case Entry.Marker(long producerId, boolean commit) -> core.replayEnd(producerId, commit);
      }
    }
    carryOut(core.loaded(now()));
  }

  /** Moves time on, and lets the core do what is due on the way. */
  void pass(long ms) {
    long endMs = nowMs + ms;
    while (core.nextWakeMs() <= endMs) {
      nowMs = Math.max(nowMs, core.nextWakeMs());
      carryOut(core.tick(now()));
      assertThat(core.nextWakeMs()).as("next wake-up, after a tick").isGreaterThan(nowMs);
    }
    nowMs = endMs;
  }

  void carryOut(List<Effect> effects) {
    for (Effect effect : effects) {
      switch (effect) {
        case Effect.Answer<?> answer -> answer.send();
        case Write write -> uncommitted.add(write);
      }
    }
    if (commitsAtOnce && !uncommitted.isEmpty()) {
      commitAll();
    }
  }

  // ---- topics and the consumer protocol

  /** The topic has as many partitions from now on; 0: there is none. */
  void topic(String name, int partitions) {
    List<PartitionImage> all = new ArrayList<>();
    for (int index = 0; index < partitions; index++) {
      all.add(new PartitionImage(index, List.of(1), List.of(1), 1, 0, 0));
    }
    UUID id = topicId(name);
    MetadataRecord change =
        partitions == 0
            ? new MetadataRecord.TopicDeleted(id, name)
            : new MetadataRecord.TopicWritten(new TopicImage(id, name, Map.of(), all));
    image = image.with(image.version() + 1, List.of(change));
    carryOut(core.topicsChanged(Set.of(name), now()));
  }

  static UUID topicId(String name) {
    return UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8));
  }

  static Set<TopicIdPartition> partitions(String topic, int... indexes) {
    Set<TopicIdPartition> partitions = new HashSet<>();
    for (int index : indexes) {
      partitions.add(new TopicIdPartition(topicId(topic), index));
    }
    return partitions;
  }

  Asked<ConsumerHeartbeatResult> consumerHeartbeat(ConsumerHeartbeat heartbeat) {
    Asked<ConsumerHeartbeatResult> asked = new Asked<>();
    carryOut(core.consumerHeartbeat("g", heartbeat, asked, now()));
    return asked;
  }

  ConsumerGroupDescription described() {
    ConsumerGroupDescription description = core.describeConsumers("g");
    if (description == null) {
      throw new AssertionError("no such group");
    }
    return description;
  }

  // ---- requests

  static JoinRequested consumer(String memberId, @Nullable String instanceId, String... protocols) {
    List<MemberProtocol> known = new ArrayList<>();
    for (String protocol : protocols) {
      known.add(new MemberProtocol(protocol, bytes("topics of " + protocol)));
    }
    return new JoinRequested(
        memberId,
        instanceId,
        "client",
        "/127.0.0.1",
        SESSION_MS,
        REBALANCE_MS,
        "consumer",
        known,
        false,
        false);
  }

  Asked<JoinResult> join(String memberId) {
    return join(consumer(memberId, null, "range"));
  }

  Asked<JoinResult> join(JoinRequested join) {
    Asked<JoinResult> asked = new Asked<>();
    carryOut(core.join("g", join, asked, now()));
    return asked;
  }

  Asked<SyncResult> sync(JoinResult joined, Map<String, String> assignments) {
    return sync(joined, null, assignments);
  }

  Asked<SyncResult> sync(
      JoinResult joined, @Nullable String instanceId, Map<String, String> assignments) {
    Map<String, ByteBuffer> encoded = new HashMap<>();
    assignments.forEach((member, assignment) -> encoded.put(member, bytes(assignment)));
    return syncEncoded(joined, instanceId, encoded);
  }

  Asked<SyncResult> syncEncoded(
      JoinResult joined, @Nullable String instanceId, Map<String, ByteBuffer> encoded) {
    Asked<SyncResult> asked = new Asked<>();
    carryOut(
        core.sync(
            "g",
            new SyncRequested(
                joined.memberId(),
                instanceId,
                joined.generationId(),
                joined.protocolType(),
                joined.protocolName(),
                encoded),
            asked,
            now()));
    return asked;
  }

  ErrorCode heartbeat(JoinResult joined) {
    return core.heartbeat(
        "g", new MemberRef(joined.memberId(), null), joined.generationId(), now());
  }

  List<ErrorCode> leave(MemberRef... members) {
    Asked<List<ErrorCode>> asked = new Asked<>();
    carryOut(core.leave("g", List.of(members), asked, now()));
    return asked.answer();
  }

  Asked<List<ErrorCode>> commit(
      String groupId, String memberId, int generation, TopicPartition partition, long offset) {
    Asked<List<ErrorCode>> asked = new Asked<>();
    CommittedOffset committed =
        new CommittedOffset(offset, -1, "", now().wallMs(), CommittedOffset.NO_EXPIRY);
    carryOut(
        core.commit(
            groupId,
            new CommitRequested(
                new MemberRef(memberId, null),
                generation,
                false,
                List.of(new CommitRequested.Entry(partition, committed))),
            asked,
            now()));
    return asked;
  }

  Asked<List<ErrorCode>> commit(TopicPartition partition, long offset) {
    return commit("g", "", -1, partition, offset);
  }

  Asked<List<ErrorCode>> commitInTransaction(
      long producerId, TopicPartition partition, long offset) {
    return commitInTransaction(producerId, new MemberRef("", null), -1, partition, offset);
  }

  Asked<List<ErrorCode>> commitInTransaction(
      long producerId, MemberRef member, int generation, TopicPartition partition, long offset) {
    Asked<List<ErrorCode>> asked = new Asked<>();
    CommittedOffset committed =
        new CommittedOffset(offset, -1, "", now().wallMs(), CommittedOffset.NO_EXPIRY);
    carryOut(
        core.commitInTransaction(
            "g",
            new CommitRequested(
                member,
                generation,
                false,
                List.of(new CommitRequested.Entry(partition, committed))),
            new OffsetTransaction(producerId, (short) 0, 0),
            asked,
            now()));
    return asked;
  }

  Asked<OffsetsDeleted> deleteOffsets(TopicPartition... partitions) {
    Asked<OffsetsDeleted> asked = new Asked<>();
    carryOut(core.deleteOffsets("g", List.of(partitions), asked, now()));
    return asked;
  }

  Asked<ErrorCode> delete(String groupId) {
    Asked<ErrorCode> asked = new Asked<>();
    carryOut(core.delete(groupId, asked, now()));
    return asked;
  }

  /** -1 when there is none. */
  long offset(TopicPartition partition) {
    CommittedOffset offset = core.offsets("g").get(partition);
    return offset == null ? -1 : offset.offset();
  }

  String state() {
    GroupDescription description = core.describe("g");
    return description == null ? "absent" : description.state();
  }

  // ---- whole stories

  /** A stable group of this many dynamic members; the first leads. */
  List<JoinResult> stableGroup(int size) {
    List<Asked<JoinResult>> joins = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      joins.add(join(""));
    }
    pass(2L * settings.initialRebalanceDelayMs());
    List<JoinResult> joined = joins.stream().map(Asked::answer).toList();
    syncAll(joined);
    assertThat(state()).isEqualTo("Stable");
    return joined;
  }

  /** All members sync; the leader assigns each its own id. */
  List<Asked<SyncResult>> syncAll(List<JoinResult> joined) {
    List<Asked<SyncResult>> syncs = new ArrayList<>();
    for (JoinResult member : joined) {
      Map<String, String> assignments = new HashMap<>();
      member.members().forEach(m -> assignments.put(m.memberId(), "for " + m.memberId()));
      syncs.add(sync(member, assignments));
    }
    return syncs;
  }

  static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)).asReadOnlyBuffer();
  }

  static String text(ByteBuffer bytes) {
    return StandardCharsets.UTF_8.decode(bytes.duplicate()).toString();
  }
}
