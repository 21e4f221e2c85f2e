package io.weir.broker.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.protocol.model.HostAndPort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BrokerConfigTest {
  private static final Map<String, String> LEAST =
      Map.of("node.id", "7", "log.dirs", "/tmp/weir", "zookeeper.connect", "localhost:2181");

  @Test
  void threeSettingsAreEnoughAndTheRestHasDefaults() {
    BrokerConfig config = BrokerConfig.of(LEAST);

    assertThat(config.nodeId()).isEqualTo(7);
    assertThat(config.logDirectories()).containsExactly(Path.of("/tmp/weir"));
    assertThat(config.listeners()).containsExactly(new Listener("PLAINTEXT", "127.0.0.1", 9092));
    assertThat(config.internalListener()).isEqualTo(new HostAndPort("127.0.0.1", 0));
    assertThat(config.logRetentionMs()).isEqualTo(7L * 24 * 3_600_000);
    assertThat(config.isGiven(BrokerSettings.NODE_ID)).isTrue();
    assertThat(config.isGiven(BrokerSettings.NUM_PARTITIONS)).isFalse();
  }

  @Test
  void everyRowOfTheTableHasADefaultThatItsOwnTypeReads() throws BadValueException {
    Set<String> names = new HashSet<>();
    for (Setting<?> setting : BrokerSettings.ALL) {
      assertThat(names.add(setting.name())).as("%s is unique", setting.name()).isTrue();
      assertThat(setting.doc()).as(setting.name()).endsWith(".");
      if (setting.defaultText() != null) {
        assertThat(setting.type().parser().parse(setting.defaultText())).isNotNull();
      }
    }
  }

  @Test
  void kafkasOlderNamesMeanTheSame() {
    Map<String, String> texts =
        Map.of("broker.id", "3", "log.dir", "/tmp/x", "zookeeper.connect", "zk:2181");

    BrokerConfig config = BrokerConfig.of(texts);

    assertThat(config.nodeId()).isEqualTo(3);
    assertThat(config.logDirectories()).containsExactly(Path.of("/tmp/x"));
  }

  @Test
  void theFinerUnitOfTimeWins() {
    assertThat(with("log.retention.minutes", "2").logRetentionMs()).isEqualTo(120_000);
    assertThat(with("log.retention.minutes", "2", "log.retention.ms", "5").logRetentionMs())
        .isEqualTo(5);
    assertThat(with("log.retention.hours", "-1").logRetentionMs()).isEqualTo(-1);
    assertThat(with("log.roll.hours", "1").logRollMs()).isEqualTo(3_600_000);
    assertThat(with("log.roll.ms", "9").logRollMs()).isEqualTo(9);
    assertThat(with("log.roll.jitter.hours", "1").logRollJitterMs()).isEqualTo(3_600_000);
    assertThat(with("log.roll.jitter.hours", "1", "log.roll.jitter.ms", "7").logRollJitterMs())
        .isEqualTo(7);
  }

  @Test
  void anAdvertisedAddressStandsInForAWildcard() {
    BrokerConfig config =
        with("listeners", "PLAINTEXT://:9092", "advertised.listeners", "PLAINTEXT://node7:9092");

    assertThat(config.advertised("PLAINTEXT").host()).isEqualTo("node7");
    assertThat(config.internalListener().host()).isEqualTo("0.0.0.0");
    assertThat(config.internalAdvertisedHost()).isEqualTo("node7");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          process.roles                  | broker                      | unknown setting process.roles
          node.id                        | -1                          | invalid value -1 for node.id: must be at least 0
          node.id                        | one                         | invalid value one for node.id: must be a whole number
          num.partitions                 | 0                           | invalid value 0 for num.partitions
          auto.create.topics.enable      | yes                         | must be true or false
          log.dirs                       | /a,/b/../a                  | log.dirs names a directory twice
          log.cleanup.policy             | shrink                      | must be delete, compact, or both
          log.cleaner.enable             | false                       | only true is supported
          log.flush.interval.messages    | 0                           | must be at least 1
          durability                     | paper                       | must be replicated or fsync
          listeners                      | SSL://:9093                 | listener SSL has no supported security protocol
          listeners                      | localhost                   | not of the form NAME://host:port
          listeners                      | PLAINTEXT://:99999          | must be at most 65535
          listeners                      | PLAINTEXT://0.0.0.0:9092    | clients cannot connect to PLAINTEXT://0.0.0.0:9092
          advertised.listeners           | OTHER://a:1                 | which listeners does not
          listener.security.protocol.map | PLAINTEXT:SSL               | other protocols are not supported
          broker.id                      | 8                           | contradict each other
          internal.listener              | nowhere                     | invalid value nowhere for internal.listener
          message.max.bytes              | 104857601                   | larger than socket.request.max.bytes
          group.max.session.timeout.ms   | 5                           | larger than group.max.session.timeout.ms
          """)
  void whatCannotBeUsedIsSaidInOneLine(String name, String value, String said) {
    assertThatThrownBy(() -> with(name, value))
        .isInstanceOf(OperatorError.class)
        .hasMessageContaining(said)
        .hasMessageNotContaining("\n");
  }

  @Test
  void aMissingSettingIsNamed() {
    assertThatThrownBy(() -> BrokerConfig.of(Map.of()))
        .isInstanceOf(OperatorError.class)
        .hasMessageStartingWith("node.id is not set");
  }

  @Test
  void overridesWinOverTheFile(@TempDir Path dir) throws IOException {
    Path file = dir.resolve("node.properties");
    Files.writeString(file, "# a node\nnode.id = 1\nlog.dirs=/data\nnum.partitions=3\n");

    Map<String, String> texts = ConfigFile.read(file, List.of("num.partitions=5", "a.b=c=d"));

    assertThat(texts)
        .containsOnly(
            Map.entry("node.id", "1"),
            Map.entry("log.dirs", "/data"),
            Map.entry("num.partitions", "5"),
            Map.entry("a.b", "c=d"));
  }

  @Test
  void aFileThatIsNotThereIsSaidInOneLine(@TempDir Path dir) {
    Path file = dir.resolve("none");

    assertThatThrownBy(() -> ConfigFile.read(file, List.of()))
        .isInstanceOf(OperatorError.class)
        .hasMessageStartingWith("no configuration file " + file);
  }

  private static BrokerConfig with(String... namesAndValues) {
    Map<String, String> texts = new HashMap<>(LEAST);
    for (int i = 0; i < namesAndValues.length; i += 2) {
      texts.put(namesAndValues[i], namesAndValues[i + 1]);
    }
    return BrokerConfig.of(texts);
  }
}
