package io.weir.broker.handler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.weir.broker.config.BrokerConfig;
import io.weir.broker.config.TopicSettings;
import io.weir.coordinator.metadata.MetadataImage;
import io.weir.protocol.message.AlterConfigsRequest;
import io.weir.protocol.message.AlterConfigsResponse;
import io.weir.protocol.message.ApiKey;
import io.weir.protocol.message.ApiRequest;
import io.weir.protocol.message.DescribeConfigsRequest;
import io.weir.protocol.message.DescribeConfigsResponse;
import io.weir.protocol.message.DescribeConfigsResponse.Config;
import io.weir.protocol.message.DescribeConfigsResponse.Result;
import io.weir.protocol.model.ErrorCode;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ConfigHandlersTest {
  private static final byte TOPIC = 2;
  private static final byte NODE = 4;
  private static final byte LOGGER = 8;

  private final BrokerConfig node =
      BrokerConfig.of(Map.of("node.id", "1", "log.dirs", "/tmp", "zookeeper.connect", "zk:2181"));
  private final MetadataImage image =
      Images.of(Images.topic("t", 1, 1, Map.of("retention.ms", "5000")));
  private final List<ApiRequest> toController = new CopyOnWriteArrayList<>();
  private final ServedApis apis =
      new ServedApis(
          new ApiRegistry.Builder()
              .serve(
                  ApiKey.DESCRIBE_CONFIGS,
                  DescribeConfigsRequest.class,
                  new DescribeConfigsHandler(() -> image, new TopicSettings(node), node))
              .serve(
                  ApiKey.ALTER_CONFIGS,
                  AlterConfigsRequest.class,
                  new AlterConfigsHandler((request, version, timeoutMs) -> {
                    toController.add(request);
                    return CompletableFuture.completedFuture(
                        request.errorResponse(ErrorCode.NONE, null));
                  })));

  @AfterEach
  void close() throws Exception {
    apis.close();
  }

  @Test
  void aTopicsSettingsAreItsOwnAndTheNodesDefaults() {
    Result result = describe(4, TOPIC, "t", null);

    assertThat(result.errorCode()).isEqualTo(ErrorCode.NONE);
    Config own = config(result, "retention.ms");
    assertThat(own.value()).isEqualTo("5000");
    assertThat(own.configSource()).isEqualTo((byte) 1);
    assertThat(own.configType()).isEqualTo((byte) 5);
    assertThat(own.documentation()).isNotEmpty();
    assertThat(own.synonyms())
        .extracting(DescribeConfigsResponse.Synonym::name, DescribeConfigsResponse.Synonym::source)
        .containsExactly(tuple("retention.ms", (byte) 1), tuple("log.retention.hours", (byte) 5));
    assertThat(config(result, "cleanup.policy").value()).isEqualTo("delete");
  }

  @Test
  void beforeSourcesWereKnownAValueWasDefaultOrNot() {
    Result result = describe(0, TOPIC, "t", null);

    assertThat(config(result, "retention.ms").isDefault()).isFalse();
    assertThat(config(result, "cleanup.policy").isDefault()).isTrue();
  }

  @Test
  void onlyWhatIsAskedForIsTold() {
    assertThat(describe(4, TOPIC, "t", List.of("segment.bytes")).configs())
        .extracting(Config::name)
        .containsExactly("segment.bytes");
  }

  @Test
  void aNodeKnowsItsOwnSettingsOnly() {
    Result own = describe(4, NODE, "1", null);

    assertThat(config(own, "min.insync.replicas").readOnly()).isTrue();
    assertThat(config(own, "node.id").configSource()).isEqualTo((byte) 4);
    assertThat(describe(4, NODE, "2", null).errorCode()).isEqualTo(ErrorCode.INVALID_REQUEST);
    assertThat(describe(4, NODE, "", null).configs()).isEmpty();
    assertThat(describe(4, LOGGER, "1", null).errorCode()).isEqualTo(ErrorCode.INVALID_REQUEST);
  }

  @Test
  void aTopicThatIsNotThereHasNoSettings() {
    assertThat(describe(4, TOPIC, "x", null).errorCode())
        .isEqualTo(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
    assertThat(describe(4, TOPIC, "not allowed", null).errorCode())
        .isEqualTo(ErrorCode.INVALID_TOPIC_EXCEPTION);
  }

  @Test
  void whatMayBeChangedIsForTheControllerToSay() {
    AlterConfigsRequest request =
        AlterConfigsRequest.builder()
            .resources(List.of(change(NODE, "1"), change(TOPIC, "t")))
            .build();

    AlterConfigsResponse response = apis.ask(request, 2, AlterConfigsResponse.class);

    assertThat(response.responses()).hasSize(2);
    assertThat(toController).containsExactly(request);
  }

  private static AlterConfigsRequest.Resource change(byte type, String name) {
    return AlterConfigsRequest.Resource.builder().resourceType(type).resourceName(name).build();
  }

  private Result describe(int version, byte type, String name, @Nullable List<String> keys) {
    DescribeConfigsRequest request =
        DescribeConfigsRequest.builder()
            .resources(
                List.of(
                    DescribeConfigsRequest.Resource.builder()
                        .resourceType(type)
                        .resourceName(name)
                        .configurationKeys(keys)
                        .build()))
            .includeSynonyms(version >= 1)
            .includeDocumentation(version >= 3)
            .build();
    return apis.ask(request, version, DescribeConfigsResponse.class).results().getFirst();
  }

  private static Config config(Result result, String name) {
    return result.configs().stream()
        .filter(config -> config.name().equals(name))
        .findFirst()
        .orElseThrow();
  }
}
