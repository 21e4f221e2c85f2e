package io.weir.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code weir produce}: each line of the standard input becomes a record. Ends with 0 only when
 * every record was acknowledged by all in-sync replicas.
 */
@Command(
    name = "produce",
    description = "Sends the lines of the standard input to a topic, a record each.")
public final class ProduceCommand extends ClusterCommand {
  private static final int DELIVERY_TIMEOUT_MS = 60_000;

  @Parameters(paramLabel = "TOPIC", description = "The topic to send to.")
  private String topic = "";

  @Option(
      names = "--key-separator",
      paramLabel = "TEXT",
      description =
          "What stands between key and value in a line; a line without it is a value without a key. Default: lines are values.")
  private @Nullable String keySeparator;

  @Override
  int run() throws InterruptedException {
    Map<String, Object> settings =
        Map.of(
            ProducerConfig.ACKS_CONFIG,
            "all",
            ProducerConfig.MAX_BLOCK_MS_CONFIG,
            BootstrapOption.ANSWER_TIMEOUT_MS,
            ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
            DELIVERY_TIMEOUT_MS,
            ProducerConfig.RETRY_BACKOFF_MS_CONFIG,
            50);
    try (Producer<byte[], byte[]> producer =
        new KafkaProducer<>(
            bootstrap().clientSettings(settings),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      sendLines(producer, new BufferedReader(new InputStreamReader(System.in, UTF_8)));
    }
    return 0;
  }

  /** Sends until the input ends or a record fails, then waits for all that was sent. */
  private void sendLines(Producer<byte[], byte[]> producer, BufferedReader lines) {
    AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
    try {
      for (String line = lines.readLine();
          line != null && failure.get() == null;
          line = lines.readLine()) {
        var _ =
            producer.send(
                LineRecord.parse(line, keySeparator).toRecord(topic),
                (_, exception) -> {
                  if (exception != null) {
                    failure.compareAndSet(null, exception);
                  }
                });
      }
    } catch (IOException e) {
      throw new CommandFailure(
          "the standard input cannot be read (" + e.getMessage() + ")",
          "check what is piped into the command");
    }
    producer.flush();
    Exception first = failure.get();
    if (first != null) {
      throw explain(first);
    }
  }

  /** A line of the input as key and value. */
  record LineRecord(@Nullable String key, String value) {
    static LineRecord parse(String line, @Nullable String separator) {
      int at = separator == null ? -1 : line.indexOf(separator);
      return separator == null || at < 0
          ? new LineRecord(null, line)
          : new LineRecord(line.substring(0, at), line.substring(at + separator.length()));
    }

    ProducerRecord<byte[], byte[]> toRecord(String topic) {
      return new ProducerRecord<>(
          topic, key == null ? null : key.getBytes(UTF_8), value.getBytes(UTF_8));
    }
  }
}
