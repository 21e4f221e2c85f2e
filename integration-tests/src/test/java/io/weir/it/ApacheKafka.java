package io.weir.it;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;

/**
 * One node of Apache Kafka, its own controller, in a temporary folder, to measure beside weir. Its
 * jars are those that {@code ../shared/bench/bench.py} uses. Confined to the thread of the caller.
 */
final class ApacheKafka implements AutoCloseable {
  private static final String VERSION = System.getProperty("bench.kafka.version", "4.3.1");
  private static final Path JARS =
      Path.of(System.getProperty("user.home", ""), ".cache", "kafka-bench", "kafka-" + VERSION);

  private final Path folder;
  private final int port;
  private final JavaProcess node;

  private ApacheKafka(Path folder, int port, JavaProcess node) {
    this.folder = folder;
    this.port = port;
    this.node = node;
  }

  static ApacheKafka start(String heap, Map<String, String> settings) {
    if (!Files.isDirectory(JARS)) {
      throw new IllegalStateException(
          JARS
              + " is missing: mvn -f ../shared/bench/pom.xml dependency:copy-dependencies"
              + " -Dkafka.version="
              + VERSION);
    }
    try {
      Path folder = Files.createTempDirectory("apache-kafka-");
      int port = Ports.freeBlock(2);
      Path configuration = folder.resolve("node.properties");
      try (var out = Files.newBufferedWriter(configuration)) {
        configuration(folder, port, settings).store(out, null);
      }
      int formatted =
          kafka(
                  "128m",
                  folder.resolve("format.log"),
                  "kafka.tools.StorageTool",
                  "format",
                  "-t",
                  "AAAAAAAAQACAAAAAAAAAAQ",
                  "-c",
                  configuration.toString())
              .awaitExit(120);
      if (formatted != 0) {
        throw new IllegalStateException("see " + folder.resolve("format.log"));
      }
      ApacheKafka kafka =
          new ApacheKafka(
              folder,
              port,
              kafka(heap, folder.resolve("node.log"), "kafka.Kafka", configuration.toString()));
      kafka.awaitStarted();
      return kafka;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static JavaProcess kafka(String heap, Path output, String mainClass, String... args) {
    return JavaProcess.java(
        List.of(
            "-Xmx" + heap,
            "-XX:+UseG1GC",
            "-XX:MaxGCPauseMillis=20",
            "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn"),
        JARS + "/*",
        mainClass,
        output,
        args);
  }

  private static Properties configuration(Path folder, int port, Map<String, String> settings) {
    Properties properties = new Properties();
    properties.putAll(
        Map.of(
            "process.roles", "broker,controller",
            "node.id", "1",
            "controller.quorum.voters", "1@127.0.0.1:" + (port + 1),
            "listeners",
                "PLAINTEXT://127.0.0.1:%d,CONTROLLER://127.0.0.1:%d".formatted(port, port + 1),
            "advertised.listeners", "PLAINTEXT://127.0.0.1:" + port,
            "controller.listener.names", "CONTROLLER",
            "listener.security.protocol.map", "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT",
            "log.dirs", folder.resolve("data").toString(),
            "offsets.topic.replication.factor", "1",
            "group.initial.rebalance.delay.ms", "0"));
    properties.putAll(settings);
    return properties;
  }

  String bootstrapServers() {
    return "127.0.0.1:" + port;
  }

  private void awaitStarted() {
    Properties settings = new Properties();
    settings.put("bootstrap.servers", bootstrapServers());
    settings.put("reconnect.backoff.max.ms", "200");
    try (Admin admin = Admin.create(settings)) {
      await("Apache Kafka answers")
          .atMost(Duration.ofSeconds(90))
          .ignoreExceptions()
          .until(() -> !LocalCluster.get(admin.describeCluster().nodes()).isEmpty());
    }
  }

  @Override
  public void close() {
    node.kill();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
