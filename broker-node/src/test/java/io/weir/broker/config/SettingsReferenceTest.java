package io.weir.broker.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * {@code docs/settings.md} is made from the tables of settings. After a change of them, run this
 * test with {@code -Dweir.rewrite=true} and review the page.
 */
class SettingsReferenceTest {
  private static final Path PAGE =
      Path.of(Objects.requireNonNull(System.getProperty("weir.home")), "docs", "settings.md");

  /** Defaults that depend on the machine, in words. */
  private static final Map<String, String> MEASURED =
      Map.of(
          "num.network.threads", "number of cores",
          "num.partition.loops", "number of cores",
          "queued.max.request.bytes", "a quarter of the heap");

  @Test
  void thePageSaysWhatTheTablesSay() throws IOException {
    String page = page();
    if (Boolean.getBoolean("weir.rewrite")) {
      Files.writeString(PAGE, page);
    }
    assertThat(Files.readString(PAGE)).isEqualTo(page);
  }

  private static String page() {
    return """
    # Settings

    Generated from the tables in `broker-node` (`io.weir.broker.config`). The names are Kafka's where the meaning is the
    same. A setting or value that is not listed is refused: a node does not start with it, a topic is not created with it.

    ## Of a node

    | setting | type | default | |
    |---|---|---|---|
    %s
    ## Of a topic

    Where the default column names a node's setting, that one counts for topics that do not set their own.

    | setting | type | default | |
    |---|---|---|---|
    %s\
    """
        .formatted(
            BrokerSettings.ALL.stream()
                .map(SettingsReferenceTest::row)
                .collect(Collectors.joining()),
            TopicSettingTable.ROWS.values().stream()
                .map(SettingsReferenceTest::row)
                .collect(Collectors.joining()));
  }

  private static String row(Setting<?> setting) {
    String names =
        setting.aliases().stream()
            .map(alias -> ", `" + alias + "`")
            .collect(Collectors.joining("", "`" + setting.name() + "`", ""));
    String fallback =
        MEASURED.getOrDefault(
            setting.name(), setting.defaultText() == null ? "" : "`" + setting.defaultText() + "`");
    return row(
        names,
        setting.type().wireType(),
        setting.required() ? "required" : fallback,
        setting.doc());
  }

  private static String row(TopicSetting<?> setting) {
    String fallback =
        setting.synonyms().isEmpty()
            ? ""
            : setting.synonyms().stream()
                .map(synonym -> "`" + synonym.name() + "`")
                .collect(Collectors.joining(", "));
    return row("`" + setting.name() + "`", setting.type().wireType(), fallback, setting.doc());
  }

  private static String row(String name, WireType type, String fallback, String doc) {
    return "| %s | %s | %s | %s |\n"
        .formatted(name, type.name().toLowerCase(Locale.ROOT), fallback, doc);
  }
}
