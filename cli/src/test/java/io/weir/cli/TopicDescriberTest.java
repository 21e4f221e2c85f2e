package io.weir.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;

class TopicDescriberTest {
  private static final Node ONE = new Node(1, "127.0.0.1", 9092);
  private static final Node TWO = new Node(2, "127.0.0.1", 9093);

  @Test
  void showsWhatIsWrongWithAPartition() {
    TopicDescription topic =
        new TopicDescription(
            "orders",
            false,
            List.of(
                new TopicPartitionInfo(1, null, List.of(TWO, ONE), List.of()),
                new TopicPartitionInfo(0, ONE, List.of(ONE, TWO), List.of(ONE, TWO))),
            null,
            Uuid.ONE_UUID);
    assertThat(TopicDescriber.describe(topic, Map.of("retention.ms", "1000")).lines())
        .containsExactly(
            "topic orders   id AAAAAAAAAAAAAAAAAAAAAQ   partitions 2   replication factor 2",
            "  retention.ms=1000",
            "  partition 0   leader 1   replicas 1,2   in sync 1,2",
            "  partition 1   leader none   replicas 2,1   in sync    under-replicated");
  }
}
