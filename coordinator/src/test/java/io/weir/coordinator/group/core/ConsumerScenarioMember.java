package io.weir.coordinator.group.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.protocol.model.ErrorCode;
import io.weir.protocol.model.TopicIdPartition;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A client of the consumer protocol, which is answered at once; what it was given it reads when it
 * complies. One that is told that it is no member, or is said to be dead, reads nothing.
 */
final class ConsumerScenarioMember extends ScenarioMember {
  private final Consumer consumer;
  private final String topic;
  private boolean joined;

  ConsumerScenarioMember(Shard shard, String memberId, String topic, @Nullable String instanceId) {
    super(shard, instanceId);
    this.topic = topic;
    this.consumer = new Consumer(shard, memberId, topic);
    if (instanceId != null) {
      consumer.withInstance(instanceId);
    }
  }

  @Override
  String memberId() {
    return consumer.id();
  }

  @Override
  int generation() {
    return joined ? consumer.epoch : -1;
  }

  @Override
  String scope(int line) {
    return "line " + line;
  }

  @Override
  Supplier<@Nullable ErrorCode> ask(String verb) {
    ErrorCode answer =
        switch (verb) {
          case "join" -> join();
          case "heartbeat" -> heartbeat();
          case "comply" -> {
            consumer.comply();
            yield ErrorCode.NONE;
          }
          case "leave" -> leave(-1);
          case "pause" -> leave(-2);
          case "die" -> {
            consumer.owned = Set.of();
            yield ErrorCode.NONE;
          }
          default -> throw unknown(verb);
        };
    owned = consumer.owned.stream().map(this::name).collect(Collectors.toCollection(TreeSet::new));
    return () -> answer;
  }

  private String name(TopicIdPartition partition) {
    assertThat(partition.topicId()).isEqualTo(Shard.topicId(topic));
    return topic + "-" + partition.partition();
  }

  private ErrorCode join() {
    ErrorCode error = consumer.join().errorCode();
    joined |= error == ErrorCode.NONE;
    return error;
  }

  private ErrorCode heartbeat() {
    int before = consumer.epoch;
    ErrorCode error = consumer.beat().errorCode();
    if (error == ErrorCode.NONE) {
      assertThat(consumer.epoch).as("the epoch of %s", memberId()).isGreaterThanOrEqualTo(before);
    } else {
      consumer.owned = Set.of();
    }
    return error;
  }

  private ErrorCode leave(int how) {
    ErrorCode error = consumer.leave(how).errorCode();
    consumer.owned = Set.of();
    return error;
  }
}
