package io.weir.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.admin.AbortTransactionSpec;
import org.apache.kafka.clients.admin.ProducerState;
import org.apache.kafka.clients.admin.TransactionDescription;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** Transactions of the Java client on a cluster of three real nodes. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(180)
class TransactionsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int PARTITIONS = 3;

  private final LocalCluster cluster =
      LocalCluster.start(
          3,
          "256m",
          Map.of("offsets.topic.num.partitions", "3", "transaction.state.log.num.partitions", "3"));
  private boolean failed;

  @AfterAll
  void closeCluster() {
    if (failed) {
      cluster.keep();
    }
    cluster.close();
  }

  @Test
  void whatIsCommittedIsReadWhatIsAbortedIsNot() throws Exception {
    telling(
        "all-or-nothing",
        topic -> {
          try (Producer<String, String> producer = producer(topic, Map.of())) {
            producer.initTransactions();
            for (int i = 0; i < 10; i++) {
              boolean commit = i % 2 == 0;
              producer.beginTransaction();
              for (int partition = 0; partition < PARTITIONS; partition++) {
                var _ =
                    producer.send(
                        new ProducerRecord<>(
                            topic, partition, null, (commit ? "kept " : "lost ") + i));
              }
              if (commit) {
                producer.commitTransaction();
              } else {
                producer.abortTransaction();
              }
            }
          }
          List<String> read = readCommitted(topic, 5 * PARTITIONS);
          assertThat(read).hasSize(5 * PARTITIONS).allMatch(value -> value.startsWith("kept"));
        });
  }

  @Test
  @SuppressWarnings("removal") // the one way to name a group without a consumer
  void offsetsCountWhenTheirTransactionCommits() throws Exception {
    telling(
        "offsets",
        topic -> {
          TopicPartition source = new TopicPartition(topic, 0);
          ConsumerGroupMetadata group = new ConsumerGroupMetadata("group of " + topic);
          try (Producer<String, String> producer = producer(topic, Map.of())) {
            producer.initTransactions();
            producer.beginTransaction();
            var _ = producer.send(new ProducerRecord<>(topic, 1, null, "with offsets"));
            producer.sendOffsetsToTransaction(Map.of(source, new OffsetAndMetadata(7)), group);
            producer.commitTransaction();
            producer.beginTransaction();
            producer.sendOffsetsToTransaction(Map.of(source, new OffsetAndMetadata(99)), group);
            producer.abortTransaction();
          }
          Map<TopicPartition, OffsetAndMetadata> committed =
              LocalCluster.get(
                  cluster
                      .admin()
                      .listConsumerGroupOffsets(group.groupId())
                      .partitionsToOffsetAndMetadata());
          assertThat(Objects.requireNonNull(committed.get(source)).offset()).isEqualTo(7);
        });
  }

  @Test
  void aSecondInstanceFencesTheFirstAndEndsItsTransaction() throws Exception {
    telling(
        "zombie",
        topic -> {
          try (Producer<String, String> zombie = producer(topic, Map.of());
              Producer<String, String> successor = producer(topic, Map.of())) {
            zombie.initTransactions();
            zombie.beginTransaction();
            zombie.send(new ProducerRecord<>(topic, 0, null, "of the zombie")).get();

            successor.initTransactions();
            assertThatThrownBy(
                    () -> {
                      var _ = zombie.send(new ProducerRecord<>(topic, 0, null, "too late"));
                      zombie.commitTransaction();
                    })
                .isInstanceOf(KafkaException.class);

            successor.beginTransaction();
            var _ = successor.send(new ProducerRecord<>(topic, 0, null, "of the successor"));
            successor.commitTransaction();
          }
          assertThat(readCommitted(topic, 1)).containsExactly("of the successor");
        });
  }

  @Test
  void transactionsGoOnAndEndWhenTheirCoordinatorIsKilled() throws Exception {
    telling(
        "killed-coordinator",
        topic -> {
          List<String> kept = new ArrayList<>();
          try (Producer<String, String> producer =
              producer(topic, Map.of("delivery.timeout.ms", "60000"))) {
            producer.initTransactions();
            int coordinator = coordinatorOf(topic);
            for (int i = 0; i < 30; i++) {
              producer.beginTransaction();
              String value = "transaction " + i;
              for (int partition = 0; partition < PARTITIONS; partition++) {
                var _ = producer.send(new ProducerRecord<>(topic, partition, null, value));
                kept.add(value);
              }
              if (i == 10) {
                producer.flush();
                cluster.kill9(coordinator);
              }
              producer.commitTransaction();
            }
            cluster.start(coordinator);
          }
          assertThat(readCommitted(topic, kept.size())).containsExactlyInAnyOrderElementsOf(kept);
          await("the last transaction has ended everywhere")
              .atMost(PATIENCE)
              .ignoreExceptions()
              .until(() -> describe(topic).state() == TransactionState.COMPLETE_COMMIT);
          cluster.awaitWhole(List.of(topic));
        });
  }

  @Test
  void anOperatorSeesAnOpenTransactionAndAbortsIt() throws Exception {
    telling(
        "hanging",
        topic -> {
          TopicPartition partition = new TopicPartition(topic, 0);
          try (Producer<String, String> producer = producer(topic, Map.of())) {
            producer.initTransactions();
            producer.beginTransaction();
            producer.send(new ProducerRecord<>(topic, 0, null, "left open")).get();

            assertThat(LocalCluster.get(cluster.admin().listTransactions().all()))
                .anyMatch(listed ->
                    listed.transactionalId().equals(topic)
                        && listed.state() == TransactionState.ONGOING);
            assertThat(describe(topic).topicPartitions()).containsExactly(partition);
            ProducerState state = openProducer(partition);
            LocalCluster.get(
                cluster
                    .admin()
                    .abortTransaction(
                        new AbortTransactionSpec(
                            partition,
                            state.producerId(),
                            (short) state.producerEpoch(),
                            state.coordinatorEpoch().orElse(0)))
                    .all());
            assertThat(openProducer(partition).currentTransactionStartOffset()).isEmpty();
          }
          try (Producer<String, String> another = producer("another of " + topic, Map.of())) {
            another.initTransactions();
            another.beginTransaction();
            var _ = another.send(new ProducerRecord<>(topic, 0, null, "behind it"));
            another.commitTransaction();
          }
          assertThat(readCommitted(topic, 1)).containsExactly("behind it");
        });
  }

  private ProducerState openProducer(TopicPartition partition) {
    return Objects.requireNonNull(
            LocalCluster.get(cluster.admin().describeProducers(List.of(partition)).all())
                .get(partition))
        .activeProducers()
        .getFirst();
  }

  private TransactionDescription describe(String id) {
    return Objects.requireNonNull(
        LocalCluster.get(cluster.admin().describeTransactions(List.of(id)).all()).get(id));
  }

  private int coordinatorOf(String id) {
    return describe(id).coordinatorId();
  }

  /** A story with a topic of its own, which is the transactional id as well. */
  private void telling(String topic, Story story) throws Exception {
    boolean told = false;
    try {
      cluster.startAll();
      cluster.awaitAllRegistered();
      cluster.createTopic(topic, PARTITIONS, 3);
      story.tell(topic);
      told = true;
    } finally {
      failed |= !told;
    }
  }

  private interface Story {
    void tell(String topic) throws Exception;
  }

  private Producer<String, String> producer(String id, Map<String, Object> others) {
    Map<String, Object> settings = new HashMap<>();
    settings.put("bootstrap.servers", cluster.bootstrapServers());
    settings.put("transactional.id", id);
    settings.put("request.timeout.ms", "5000");
    settings.put("reconnect.backoff.max.ms", "200");
    settings.putAll(others);
    return new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer());
  }

  /** All that is committed, up to the last stable offset; at least so many. */
  private List<String> readCommitted(String topic, int atLeast) {
    Map<String, Object> settings = new HashMap<>();
    settings.put("bootstrap.servers", cluster.bootstrapServers());
    settings.put("isolation.level", "read_committed");
    settings.put("auto.offset.reset", "earliest");
    List<String> values = new ArrayList<>();
    try (Consumer<String, String> consumer =
        new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
      List<TopicPartition> partitions = new ArrayList<>();
      for (int i = 0; i < PARTITIONS; i++) {
        partitions.add(new TopicPartition(topic, i));
      }
      consumer.assign(partitions);
      await(atLeast + " records of " + topic)
          .atMost(PATIENCE)
          .until(() -> {
            poll(consumer, values);
            return values.size() >= atLeast;
          });
      // One more, in case there is more than there should be.
      poll(consumer, values);
    }
    return values;
  }

  private static void poll(Consumer<String, String> consumer, List<String> values) {
    for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(500))) {
      values.add(record.value());
    }
  }
}
