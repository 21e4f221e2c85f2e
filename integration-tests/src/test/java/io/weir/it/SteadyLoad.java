package io.weir.it;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * An idempotent producer with acks=all that sends to all partitions of a topic in turn, at a steady
 * rate, and keeps a {@link Ledger}. Its time-outs are longer than any fault lasts, so that faults
 * delay its records and fail none.
 *
 * <p>One thread sends; acknowledgements come on the producer's thread. The other methods may be
 * called from any thread.
 */
final class SteadyLoad implements AutoCloseable {
  private static final int RECORDS_PER_SECOND = 400;
  private static final String LONGER_THAN_ANY_FAULT_MS = "180000";
  private static final Duration PROGRESS_DEADLINE = Duration.ofSeconds(90);

  private final Producer<byte[], byte[]> producer;
  private final Ledger ledger;
  private final Thread sender;
  private final AtomicLong lastAcknowledgedNs = new AtomicLong(System.nanoTime());
  private final AtomicLong longestGapNs = new AtomicLong();
  private volatile boolean stopped;

  private SteadyLoad(String bootstrapServers, String topic, int partitions) {
    this.producer =
        new KafkaProducer<>(
            settings(bootstrapServers), new ByteArraySerializer(), new ByteArraySerializer());
    this.ledger = new Ledger(topic, partitions);
    this.sender = Thread.ofPlatform().name("load-" + topic).unstarted(this::send);
  }

  /** Starts the load on a topic that is there. */
  static SteadyLoad start(String bootstrapServers, String topic, int partitions) {
    SteadyLoad load = new SteadyLoad(bootstrapServers, topic, partitions);
    load.sender.start();
    return load;
  }

  private static Properties settings(String bootstrapServers) {
    Properties settings = new Properties();
    settings.put("bootstrap.servers", bootstrapServers);
    settings.put("acks", "all");
    settings.put("enable.idempotence", "true");
    settings.put("linger.ms", "0");
    settings.put("request.timeout.ms", "3000");
    settings.put("retry.backoff.ms", "20");
    settings.put("retry.backoff.max.ms", "200");
    settings.put("reconnect.backoff.ms", "20");
    settings.put("reconnect.backoff.max.ms", "200");
    settings.put("delivery.timeout.ms", LONGER_THAN_ANY_FAULT_MS);
    settings.put("max.block.ms", LONGER_THAN_ANY_FAULT_MS);
    return settings;
  }

  private void send() {
    long dueNs = System.nanoTime();
    for (long number = 0; !stopped; number++) {
      int partition = (int) (number % ledger.partitions());
      long sequence = number / ledger.partitions();
      try {
        var _ =
            producer.send(
                new ProducerRecord<>(
                    ledger.topic(),
                    partition,
                    LoadRecord.key(partition, sequence),
                    LoadRecord.value(sequence)),
                (metadata, exception) -> {
                  if (exception == null) {
                    acknowledged(partition, sequence, metadata.offset());
                  } else {
                    ledger.fail(partition, sequence, exception);
                  }
                });
      } catch (KafkaException e) {
        ledger.fail(partition, sequence, e);
        return;
      }
      dueNs += TimeUnit.SECONDS.toNanos(1) / RECORDS_PER_SECOND;
      LockSupport.parkNanos(dueNs - System.nanoTime());
    }
  }

  private void acknowledged(int partition, long sequence, long offset) {
    ledger.acknowledge(partition, sequence, offset);
    long nowNs = System.nanoTime();
    long gapNs = nowNs - lastAcknowledgedNs.getAndSet(nowNs);
    longestGapNs.accumulateAndGet(gapNs, Math::max);
  }

  /** Records acknowledged so far. */
  long acknowledged() {
    return ledger.acknowledgedCount();
  }

  /** The longest time without any acknowledgement since the last call. */
  Duration takeLongestGap() {
    return Duration.ofNanos(longestGapNs.getAndSet(0));
  }

  /** Waits until so many more records have been acknowledged. */
  void awaitMore(long records) {
    long target = acknowledged() + records;
    await(records + " more acknowledgements")
        .atMost(PROGRESS_DEADLINE)
        .pollInterval(Duration.ofMillis(20))
        .until(() -> acknowledged() >= target);
  }

  /** Sends no more, and waits for the answers to all that was sent. */
  Ledger stop() {
    end();
    producer.flush();
    producer.close();
    return ledger;
  }

  private void end() {
    stopped = true;
    LockSupport.unpark(sender);
    try {
      sender.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Gives up at once; after {@link #stop} nothing is left to do. */
  @Override
  public void close() {
    stopped = true;
    producer.close(Duration.ZERO);
    end();
  }
}
