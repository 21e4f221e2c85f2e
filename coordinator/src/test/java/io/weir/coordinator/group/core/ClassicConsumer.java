package io.weir.coordinator.group.core;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.weir.protocol.message.ConsumerProtocolAssignment;
import io.weir.protocol.message.ConsumerProtocolSubscription;
import io.weir.protocol.model.ErrorCode;
import io.weir.protocol.model.TopicIdPartition;
import io.weir.protocol.wire.WireReader;
import io.weir.protocol.wire.WireWriter;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A consumer of the classic protocol. An eager one gives all up before it joins again; a
 * cooperative one keeps what it has until it is given less, gives that up, and joins once more.
 */
final class ClassicConsumer {
  private static final short VERSION = 3;

  private final Shard shard;
  private final boolean cooperative;
  private final Map<String, Integer> topics;
  private final @Nullable String instanceId;
  private Shard.@Nullable Asked<JoinResult> join;
  private Shard.@Nullable Asked<SyncResult> sync;
  private boolean joins = true;

  String memberId = "";
  int generation = -1;

  /** What it reads now. */
  Set<TopicIdPartition> owned = new HashSet<>();

  /** The error of its last answer. */
  ErrorCode lastError = ErrorCode.NONE;

  /** Subscribes to all these topics, which have as many partitions. */
  ClassicConsumer(
      Shard shard, boolean cooperative, Map<String, Integer> topics, @Nullable String instanceId) {
    this.shard = shard;
    this.cooperative = cooperative;
    this.topics = new TreeMap<>(topics);
    this.instanceId = instanceId;
  }

  /** Does the next thing that a client does. */
  ClassicConsumer step() {
    if (join != null) {
      if (!join.isWaiting()) {
        joined(join.answer());
      }
    } else if (sync != null) {
      if (!sync.isWaiting()) {
        synced(sync.answer());
      }
    } else if (joins) {
      askToJoin();
    } else {
      heed(shard.core().heartbeat("g", ref(), generation, shard.now()));
    }
    return this;
  }

  MemberRef ref() {
    return new MemberRef(memberId, instanceId);
  }

  private void heed(ErrorCode error) {
    lastError = error;
    switch (error) {
      case NONE -> {}
      case REBALANCE_IN_PROGRESS, NOT_COORDINATOR, COORDINATOR_NOT_AVAILABLE ->
          joins |= error == ErrorCode.REBALANCE_IN_PROGRESS;
      case MEMBER_ID_REQUIRED, ILLEGAL_GENERATION, UNKNOWN_MEMBER_ID -> {
        owned = new HashSet<>();
        generation = -1;
        joins = true;
        if (error == ErrorCode.UNKNOWN_MEMBER_ID) {
          memberId = "";
        }
      }
      default -> throw new AssertionError("a client would give up: " + error);
    }
  }

  private void askToJoin() {
    if (!cooperative) {
      owned = new HashSet<>();
    }
    join =
        shard.join(
            new JoinRequested(
                memberId,
                instanceId,
                "classic",
                "/127.0.0.1",
                Shard.SESSION_MS,
                Shard.REBALANCE_MS,
                "consumer",
                List.of(new MemberProtocol("range", subscription())),
                true,
                true));
  }

  private void joined(JoinResult answer) {
    join = null;
    heed(answer.errorCode());
    if (answer.errorCode() == ErrorCode.MEMBER_ID_REQUIRED) {
      memberId = answer.memberId();
    }
    if (answer.errorCode() == ErrorCode.NONE) {
      memberId = answer.memberId();
      generation = answer.generationId();
      joins = false;
      sync = shard.syncEncoded(answer, instanceId, share(answer));
    }
  }

  private void synced(SyncResult answer) {
    sync = null;
    heed(answer.errorCode());
    if (answer.errorCode() != ErrorCode.NONE) {
      joins = true;
      return;
    }
    Set<TopicIdPartition> given = read(answer.assignment());
    joins |= !given.containsAll(owned);
    owned = given;
  }

  /** As a leader: everybody the same number, but nothing that another has yet to give up. */
  private Map<String, ByteBuffer> share(JoinResult answer) {
    Map<TopicIdPartition, String> owners = new HashMap<>();
    List<String> ids = new ArrayList<>();
    for (JoinResult.Member member : answer.members()) {
      ids.add(member.memberId());
      ConsumerSubscription said = ConsumerSubscription.read(member.metadata());
      if (said == null) {
        throw new AssertionError("the leader is shown words that are none");
      }
      said.words()
          .ownedPartitions()
          .forEach(topic ->
              topic
                  .partitions()
                  .forEach(index ->
                      owners.put(
                          new TopicIdPartition(Shard.topicId(topic.topic()), index),
                          member.memberId())));
    }
    ids.sort(null);
    Map<String, Map<String, List<Integer>>> shares = new HashMap<>();
    ids.forEach(id -> shares.put(id, new TreeMap<>()));
    int next = 0;
    for (Map.Entry<String, Integer> topic :
        ids.isEmpty() ? Set.<Map.Entry<String, Integer>>of() : topics.entrySet()) {
      for (int index = 0; index < topic.getValue(); index++) {
        String id = ids.get(next++ % ids.size());
        var partition = new TopicIdPartition(Shard.topicId(topic.getKey()), index);
        if (owners.getOrDefault(partition, id).equals(id)) {
          shares
              .computeIfAbsent(id, name -> new TreeMap<>())
              .computeIfAbsent(topic.getKey(), name -> new ArrayList<>())
              .add(index);
        }
      }
    }
    Map<String, ByteBuffer> encoded = new HashMap<>();
    shares.forEach((id, share) -> encoded.put(id, assignment(share)));
    return encoded;
  }

  private static ByteBuffer assignment(Map<String, List<Integer>> share) {
    var assignment =
        ConsumerProtocolAssignment.builder()
            .assignedPartitions(
                share.entrySet().stream()
                    .map(topic ->
                        new ConsumerProtocolAssignment.TopicPartitions(
                            topic.getKey(), topic.getValue()))
                    .toList())
            .build();
    ByteBuf out = Unpooled.buffer();
    out.writeShort(VERSION);
    assignment.write(new WireWriter(out), VERSION);
    return out.nioBuffer();
  }

  private ByteBuffer subscription() {
    Map<String, TreeSet<Integer>> mine = new TreeMap<>();
    for (String topic : topics.keySet()) {
      for (TopicIdPartition partition : owned) {
        if (partition.topicId().equals(Shard.topicId(topic))) {
          mine.computeIfAbsent(topic, name -> new TreeSet<>()).add(partition.partition());
        }
      }
    }
    var words =
        ConsumerProtocolSubscription.builder()
            .topics(List.copyOf(topics.keySet()))
            .ownedPartitions(
                mine.entrySet().stream()
                    .map(topic ->
                        new ConsumerProtocolSubscription.TopicPartitions(
                            topic.getKey(), List.copyOf(topic.getValue())))
                    .toList())
            .generationId(generation)
            .build();
    ByteBuf out = Unpooled.buffer();
    out.writeShort(VERSION);
    words.write(new WireWriter(out), VERSION);
    return out.nioBuffer();
  }

  private static Set<TopicIdPartition> read(ByteBuffer bytes) {
    Set<TopicIdPartition> partitions = new HashSet<>();
    if (bytes.hasRemaining()) {
      WireReader in = new WireReader(Unpooled.wrappedBuffer(bytes));
      for (var topic : ConsumerProtocolAssignment.read(in, in.readInt16()).assignedPartitions()) {
        topic
            .partitions()
            .forEach(
                index -> partitions.add(new TopicIdPartition(Shard.topicId(topic.topic()), index)));
      }
    }
    return partitions;
  }
}
