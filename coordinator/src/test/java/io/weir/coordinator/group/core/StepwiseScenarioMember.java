package io.weir.coordinator.group.core;

import io.weir.protocol.model.ErrorCode;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A client of the classic protocol in the words of consumers, so that its group can change the
 * protocol. It knows itself what to do next: {@code step} does that.
 */
final class StepwiseScenarioMember extends ScenarioMember {
  private final ClassicConsumer consumer;
  private final String topic;

  /**
   * @param topics has the topic, with its number of partitions
   */
  StepwiseScenarioMember(
      Shard shard,
      boolean cooperative,
      String topic,
      Map<String, Integer> topics,
      @Nullable String instanceId) {
    super(shard, instanceId);
    this.topic = topic;
    this.consumer =
        new ClassicConsumer(
            shard, cooperative, Map.of(topic, topics.getOrDefault(topic, 0)), instanceId);
  }

  @Override
  String memberId() {
    return consumer.memberId;
  }

  @Override
  int generation() {
    return consumer.generation;
  }

  @Override
  String scope(int line) {
    return "line " + line;
  }

  @Override
  Supplier<@Nullable ErrorCode> ask(String verb) {
    ErrorCode answer =
        switch (verb) {
          case "step" -> {
            consumer.step();
            yield ErrorCode.NONE;
          }
          case "heartbeat" -> shard.core().heartbeat("g", ref(), generation(), shard.now());
          case "leave" -> shard.leave(ref()).getFirst();
          default -> throw unknown(verb);
        };
    owned =
        consumer.owned.stream()
            .map(partition -> topic + "-" + partition.partition())
            .collect(Collectors.toCollection(TreeSet::new));
    return () -> answer;
  }
}
