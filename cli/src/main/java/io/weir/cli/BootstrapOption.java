package io.weir.cli;

import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import picocli.CommandLine.Option;

/**
 * The option that names the cluster, shared by all commands that talk to one. Confined to the
 * command's thread.
 */
final class BootstrapOption {
  /** How long a command waits for a cluster before it says that there is none. */
  static final int ANSWER_TIMEOUT_MS = 15_000;

  @Option(
      names = "--bootstrap-server",
      paramLabel = "HOST:PORT[,...]",
      defaultValue = "localhost:9092",
      description = "One or more nodes of the cluster; default ${DEFAULT-VALUE}.")
  private String bootstrapServer = "";

  String address() {
    return bootstrapServer;
  }

  /** Settings that every client needs, to which the caller adds its own. */
  Properties clientSettings(Map<String, Object> more) {
    Map<String, Object> settings = new HashMap<>();
    settings.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrapServer);
    settings.put(CommonClientConfigs.CLIENT_ID_CONFIG, "weir-cli");
    settings.put(CommonClientConfigs.RECONNECT_BACKOFF_MS_CONFIG, 100);
    settings.put(CommonClientConfigs.RECONNECT_BACKOFF_MAX_MS_CONFIG, 500);
    settings.putAll(more);
    Properties properties = new Properties();
    properties.putAll(settings);
    return properties;
  }

  Admin connectAdmin() {
    return Admin.create(
        clientSettings(
            Map.of(
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                ANSWER_TIMEOUT_MS,
                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG,
                ANSWER_TIMEOUT_MS)));
  }
}
