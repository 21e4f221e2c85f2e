package io.weir.it;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Sends lines of a few words at a steady rate, and knows how often it has sent each word. A line
 * whose sending fails is a failure of the test: its time-out is longer than any fault.
 *
 * <p>One thread sends; the other methods may be called from any thread.
 */
final class Lines implements AutoCloseable {
  private static final List<String> WORDS =
      List.of("all", "streams", "lead", "to", "kafka", "weir", "river", "log", "count", "once");
  private static final int LINES_PER_SECOND = 40;
  private static final int WORDS_PER_LINE = 4;

  private final Producer<byte[], byte[]> producer;
  private final String topic;
  private final Random random;
  private final Map<String, Long> counts = new HashMap<>();
  private final List<String> failures = new ArrayList<>();
  private final Thread sender;
  private volatile boolean stopped;

  private Lines(String bootstrapServers, String topic, long seed) {
    Properties settings = new Properties();
    settings.put("bootstrap.servers", bootstrapServers);
    settings.put("acks", "all");
    settings.put("enable.idempotence", "true");
    settings.put("request.timeout.ms", "3000");
    settings.put("retry.backoff.max.ms", "200");
    settings.put("reconnect.backoff.max.ms", "200");
    settings.put("delivery.timeout.ms", "180000");
    settings.put("max.block.ms", "180000");
    this.producer =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    this.topic = topic;
    this.random = new Random(seed);
    this.sender = Thread.ofPlatform().name("lines").unstarted(this::send);
  }

  static Lines start(String bootstrapServers, String topic, long seed) {
    Lines lines = new Lines(bootstrapServers, topic, seed);
    lines.sender.start();
    return lines;
  }

  private void send() {
    long dueNs = System.nanoTime();
    while (!stopped) {
      List<String> words = new ArrayList<>();
      for (int i = 0; i < WORDS_PER_LINE; i++) {
        String word = WORDS.get(random.nextInt(WORDS.size()));
        words.add(word);
        counts.merge(word, 1L, Long::sum);
      }
      var _ =
          producer.send(
              new ProducerRecord<>(topic, String.join(" ", words).getBytes(UTF_8)),
              (_, exception) -> {
                if (exception != null) {
                  failed(exception);
                }
              });
      dueNs += TimeUnit.SECONDS.toNanos(1) / LINES_PER_SECOND;
      LockSupport.parkNanos(dueNs - System.nanoTime());
    }
  }

  private void failed(Exception exception) {
    synchronized (failures) {
      failures.add(exception.toString());
    }
  }

  List<String> failures() {
    synchronized (failures) {
      return List.copyOf(failures);
    }
  }

  /** Sends no more, waits for the answers, and says how often each word was sent. */
  Map<String, Long> stop() throws InterruptedException {
    stopped = true;
    LockSupport.unpark(sender);
    sender.join();
    producer.flush();
    return Map.copyOf(counts);
  }

  @Override
  public void close() {
    stopped = true;
    LockSupport.unpark(sender);
    producer.close(Duration.ZERO);
  }
}
