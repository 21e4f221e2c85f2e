package io.weir.cli;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartitionInfo;
import org.jspecify.annotations.Nullable;

/**
 * Writes a topic as text for people: a line for the topic, a line for each partition. Stateless.
 */
final class TopicDescriber {
  private TopicDescriber() {}

  /**
   * @param settings what the topic sets itself, by name
   */
  static String describe(TopicDescription topic, Map<String, String> settings) {
    StringBuilder text = new StringBuilder();
    List<TopicPartitionInfo> partitions =
        topic.partitions().stream()
            .sorted(Comparator.comparingInt(TopicPartitionInfo::partition))
            .toList();
    text.append(
        String.format(
            Locale.ROOT,
            "topic %s   id %s   partitions %d   replication factor %d%n",
            topic.name(),
            topic.topicId(),
            partitions.size(),
            partitions.isEmpty() ? 0 : partitions.getFirst().replicas().size()));
    settings.forEach((name, value) -> text.append("  " + name + "=" + value + "\n"));
    partitions.forEach(partition -> text.append(describe(partition)));
    return text.toString();
  }

  private static String describe(TopicPartitionInfo partition) {
    return String.format(
        Locale.ROOT,
        "  partition %d   leader %s   replicas %s   in sync %s%s%n",
        partition.partition(),
        leader(partition.leader()),
        ids(partition.replicas()),
        ids(partition.isr()),
        partition.isr().size() < partition.replicas().size() ? "   under-replicated" : "");
  }

  private static String leader(@Nullable Node leader) {
    return leader == null || leader.isEmpty() ? "none" : leader.idString();
  }

  private static String ids(List<Node> nodes) {
    return nodes.stream().map(Node::idString).collect(Collectors.joining(","));
  }
}
