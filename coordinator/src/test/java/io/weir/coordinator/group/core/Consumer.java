package io.weir.coordinator.group.core;

import io.weir.protocol.model.ErrorCode;
import io.weir.protocol.model.TopicIdPartition;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A client of the consumer protocol: it reads what it was given, and gives up what it was told to
 * when the test lets it.
 */
final class Consumer {
  static final int REBALANCE_MS = 20_000;

  private final Shard shard;
  private final String id;
  private @Nullable String instanceId;
  private @Nullable List<String> topics;
  private @Nullable String pattern;
  private Set<TopicIdPartition> given = new HashSet<>();

  /** What it reads now, and so tells the coordinator. */
  Set<TopicIdPartition> owned = new HashSet<>();

  int epoch;

  Consumer(Shard shard, String id, String... topics) {
    this.shard = shard;
    this.id = id;
    this.topics = List.of(topics);
  }

  String id() {
    return id;
  }

  Consumer matching(String regex) {
    pattern = regex;
    topics = null;
    return this;
  }

  Consumer withInstance(String instance) {
    instanceId = instance;
    return this;
  }

  void subscribe(String... names) {
    topics = List.of(names);
  }

  ConsumerHeartbeat request(int asEpoch, boolean full) {
    boolean all = full || asEpoch == 0;
    return new ConsumerHeartbeat(
        id,
        asEpoch,
        instanceId,
        null,
        "client",
        "/127.0.0.1",
        all ? REBALANCE_MS : -1,
        all ? topics : null,
        all ? pattern : null,
        null,
        Set.copyOf(owned));
  }

  /** Joins anew, with nothing. */
  ConsumerHeartbeatResult join() {
    owned = new HashSet<>();
    given = new HashSet<>();
    return take(shard.consumerHeartbeat(request(0, true)).answer());
  }

  /** Is heard of, hears what there is, but still reads what it read. */
  ConsumerHeartbeatResult beat() {
    return take(shard.consumerHeartbeat(request(epoch, true)).answer());
  }

  ConsumerHeartbeatResult leave(int how) {
    return shard.consumerHeartbeat(request(how, false)).answer();
  }

  private ConsumerHeartbeatResult take(ConsumerHeartbeatResult answer) {
    if (answer.errorCode() == ErrorCode.NONE) {
      epoch = answer.epoch();
      if (answer.assignment() != null) {
        given = new HashSet<>(answer.assignment());
      }
    }
    return answer;
  }

  /** Reads from now on what it was given, and nothing else. */
  Consumer comply() {
    owned = new HashSet<>(given);
    return this;
  }
}
