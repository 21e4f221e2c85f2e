package io.weir.it;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.GroupType;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Groups of the consumer protocol, with the Java client. */
class ConsumerGroupsTest {
  private static final String TOPIC = "orders";
  private static final String GROUP = "readers";
  private static final int PARTITIONS = 12;
  private static final Duration DEADLINE = Duration.ofSeconds(60);
  private static final Map<String, String> SETTINGS =
      Map.of(
          "group.consumer.min.heartbeat.interval.ms", "500",
          "group.consumer.heartbeat.interval.ms", "500",
          "group.consumer.min.session.timeout.ms", "6000",
          "group.consumer.session.timeout.ms", "6000");

  private final Set<String> processed = ConcurrentHashMap.newKeySet();
  private final Set<String> sent = ConcurrentHashMap.newKeySet();
  private final List<Member> members = new ArrayList<>();

  /** A member of the group, which reads on a thread of its own until it is told to end. */
  private final class Member {
    private final KafkaConsumer<String, String> consumer;
    private final Thread thread = new Thread(this::run);
    private volatile Set<TopicPartition> assigned = Set.of();
    private volatile CloseOptions.@Nullable GroupMembershipOperation end;
    private volatile @Nullable Exception failure;

    Member(String bootstrapServers) {
      consumer =
          new KafkaConsumer<>(
              Map.of(
                  ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers,
                  ConsumerConfig.GROUP_ID_CONFIG, GROUP,
                  ConsumerConfig.GROUP_PROTOCOL_CONFIG, "consumer",
                  ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest",
                  ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "true",
                  ConsumerConfig.AUTO_COMMIT_INTERVAL_MS_CONFIG, "200"),
              new StringDeserializer(),
              new StringDeserializer());
      thread.start();
    }

    private void run() {
      try {
        consumer.subscribe(List.of(TOPIC));
        while (end == null) {
          for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(100))) {
            processed.add(record.value());
          }
          assigned = Set.copyOf(consumer.assignment());
        }
      } catch (RuntimeException e) {
        failure = e;
      } finally {
        assigned = Set.of();
        consumer.close(CloseOptions.groupMembershipOperation(end));
      }
    }

    void end(CloseOptions.GroupMembershipOperation how) throws InterruptedException {
      end = how;
      thread.join(DEADLINE.toMillis());
      members.remove(this);
      assertThat(failure).isNull();
    }
  }

  private void produce(LocalCluster cluster, int count) throws Exception {
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(
            Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, cluster.bootstrapServers()),
            new StringSerializer(),
            new StringSerializer())) {
      List<Future<RecordMetadata>> results = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        String value = "record " + sent.size();
        sent.add(value);
        results.add(producer.send(new ProducerRecord<>(TOPIC, i % PARTITIONS, null, value)));
      }
      for (Future<RecordMetadata> result : results) {
        result.get();
      }
    }
  }

  /** All partitions are shared out evenly among the members, each to one. */
  private void awaitShared() {
    await()
        .atMost(DEADLINE)
        .untilAsserted(() -> {
          List<TopicPartition> all = new ArrayList<>();
          for (Member member : members) {
            assertThat(member.failure).isNull();
            assertThat(member.assigned).hasSize(PARTITIONS / members.size());
            all.addAll(member.assigned);
          }
          assertThat(all).hasSize(PARTITIONS).doesNotHaveDuplicates();
        });
  }

  private void awaitProcessed() {
    await().atMost(DEADLINE).untilAsserted(() -> assertThat(processed).containsAll(sent));
  }

  @Test
  void membersComeAndGoAndEveryRecordIsProcessed() throws Exception {
    LocalCluster cluster = LocalCluster.start(3, "256m", SETTINGS);
    try {
      cluster.createTopic(TOPIC, PARTITIONS, 3);
      String servers = cluster.bootstrapServers();
      members.add(new Member(servers));
      awaitShared();
      produce(cluster, 600);
      members.add(new Member(servers));
      awaitShared();
      members.add(new Member(servers));
      produce(cluster, 600);
      awaitShared();
      awaitProcessed();

      members.getFirst().end(CloseOptions.GroupMembershipOperation.LEAVE_GROUP);
      produce(cluster, 600);
      awaitShared();
      awaitProcessed();

      // As if it were killed: nobody says that it has left.
      members.getFirst().end(CloseOptions.GroupMembershipOperation.REMAIN_IN_GROUP);
      awaitShared();
      produce(cluster, 600);
      awaitProcessed();

      ConsumerGroupDescription shown =
          LocalCluster.get(
              requireNonNull(
                  cluster
                      .admin()
                      .describeConsumerGroups(List.of(GROUP))
                      .describedGroups()
                      .get(GROUP)));
      assertThat(shown.type()).isEqualTo(GroupType.CONSUMER);
      assertThat(shown.groupState()).isEqualTo(GroupState.STABLE);
      assertThat(shown.members()).hasSize(1);

      int coordinator = shown.coordinator().id();
      cluster.kill9(coordinator);
      produce(cluster, 600);
      awaitProcessed();
      awaitShared();
      cluster.start(coordinator);

      members.getFirst().end(CloseOptions.GroupMembershipOperation.LEAVE_GROUP);
    } catch (Exception | AssertionError e) {
      cluster.keep();
      throw e;
    } finally {
      for (Member member : List.copyOf(members)) {
        member.end(CloseOptions.GroupMembershipOperation.LEAVE_GROUP);
      }
      cluster.close();
    }
  }
}
