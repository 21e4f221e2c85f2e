package io.weir.it;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Random;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * An application that a test starts in a process of its own, and kills: it consumes, turns each
 * value round, and produces it to the same partition of another topic, in transactions that hold
 * its offsets as well. One transaction in five it aborts, and does it again. When it cannot go on
 * with a transaction it begins anew with what is committed. Confined to its main thread.
 */
final class Transform {
  private static final int ABORTED_ONE_IN = 5;

  private final String input;
  private final String output;
  private final Properties consumerSettings = new Properties();
  private final Properties producerSettings = new Properties();
  private final Random random = new Random();

  private Transform(String bootstrapServers, String group, String input, String output, String id) {
    this.input = input;
    this.output = output;
    for (Properties settings : List.of(consumerSettings, producerSettings)) {
      settings.put("bootstrap.servers", bootstrapServers);
      settings.put("client.id", id);
      settings.put("retry.backoff.ms", "50");
      settings.put("reconnect.backoff.max.ms", "200");
      settings.put("request.timeout.ms", "5000");
    }
    consumerSettings.put("group.id", group);
    consumerSettings.put("isolation.level", "read_committed");
    consumerSettings.put("enable.auto.commit", "false");
    consumerSettings.put("auto.offset.reset", "earliest");
    consumerSettings.put("session.timeout.ms", "6000");
    consumerSettings.put("heartbeat.interval.ms", "1000");
    producerSettings.put("transactional.id", id);
    producerSettings.put("transaction.timeout.ms", "8000");
    producerSettings.put("delivery.timeout.ms", "15000");
    producerSettings.put("linger.ms", "0");
    producerSettings.put("max.block.ms", "60000");
  }

  /**
   * Runs until it is killed.
   *
   * @param args bootstrap servers, group, input topic, output topic, transactional id
   */
  public static void main(String[] args) {
    new Transform(args[0], args[1], args[2], args[3], args[4]).run();
  }

  private void run() {
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            consumerSettings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      consumer.subscribe(List.of(input));
      while (true) {
        try (KafkaProducer<byte[], byte[]> producer =
            new KafkaProducer<>(
                producerSettings, new ByteArraySerializer(), new ByteArraySerializer())) {
          producer.initTransactions();
          rewind(consumer);
          transformUntilFenced(consumer, producer);
        } catch (KafkaException e) {
          System.out.println("a new producer is needed: " + e);
        }
      }
    }
  }

  private void transformUntilFenced(
      KafkaConsumer<byte[], byte[]> consumer, KafkaProducer<byte[], byte[]> producer) {
    while (true) {
      ConsumerRecords<byte[], byte[]> records = consumer.poll(Duration.ofMillis(100));
      if (records.isEmpty()) {
        continue;
      }
      try {
        producer.beginTransaction();
        transform(consumer, producer, records);
        if (random.nextInt(ABORTED_ONE_IN) == 0) {
          producer.flush();
          producer.abortTransaction();
          rewind(consumer);
        } else {
          producer.commitTransaction();
        }
      } catch (ProducerFencedException | InvalidProducerEpochException e) {
        throw e;
      } catch (KafkaException e) {
        System.out.println("aborts: " + e);
        producer.abortTransaction();
        rewind(consumer);
      }
    }
  }

  private void transform(
      KafkaConsumer<byte[], byte[]> consumer,
      KafkaProducer<byte[], byte[]> producer,
      ConsumerRecords<byte[], byte[]> records) {
    Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
    for (ConsumerRecord<byte[], byte[]> record : records) {
      var _ =
          producer.send(
              new ProducerRecord<>(
                  output, record.partition(), record.key(), turnedRound(record.value())));
      offsets.put(
          new TopicPartition(record.topic(), record.partition()),
          new OffsetAndMetadata(record.offset() + 1));
    }
    producer.sendOffsetsToTransaction(offsets, consumer.groupMetadata());
  }

  /** Goes back to what is committed. */
  private static void rewind(KafkaConsumer<byte[], byte[]> consumer) {
    if (consumer.assignment().isEmpty()) {
      return;
    }
    Map<TopicPartition, OffsetAndMetadata> committed = consumer.committed(consumer.assignment());
    for (TopicPartition partition : consumer.assignment()) {
      OffsetAndMetadata offset = committed.get(partition);
      consumer.seek(partition, offset == null ? 0 : offset.offset());
    }
  }

  static byte[] turnedRound(byte[] value) {
    byte[] turned = new byte[value.length];
    for (int i = 0; i < value.length; i++) {
      turned[i] = value[value.length - 1 - i];
    }
    return turned;
  }
}
