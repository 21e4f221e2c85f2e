package io.weir.broker.handler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import io.netty.buffer.Unpooled;
import io.weir.protocol.message.ApiKey;
import io.weir.protocol.message.ApiVersionsRequest;
import io.weir.protocol.message.ApiVersionsResponse;
import io.weir.protocol.message.DescribeAclsRequest;
import io.weir.protocol.message.DescribeAclsResponse;
import io.weir.protocol.message.HeartbeatRequest;
import io.weir.protocol.message.HeartbeatResponse;
import io.weir.protocol.message.InitProducerIdRequest;
import io.weir.protocol.message.InitProducerIdResponse;
import io.weir.protocol.message.ProduceRequest;
import io.weir.protocol.message.ProduceResponse;
import io.weir.protocol.model.ErrorCode;
import io.weir.protocol.wire.WireWriter;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RequestDispatcherTest {
  private final ServedApis apis =
      new ServedApis(
          new ApiRegistry.Builder()
              .serve(ApiKey.DESCRIBE_ACLS, DescribeAclsRequest.class, new DescribeAclsHandler())
              .serve(
                  ApiKey.HEARTBEAT,
                  HeartbeatRequest.class,
                  (request, context) -> {
                    throw new IllegalStateException("a defect, for the test");
                  }));

  @AfterEach
  void close() throws Exception {
    apis.close();
  }

  @Test
  void exactlyWhatHasAHandlerIsListed() {
    ApiVersionsResponse response = apiVersions("a-client", "1.0", null, -1);

    assertThat(response.errorCode()).isEqualTo(ErrorCode.NONE);
    assertThat(response.apiKeys())
        .extracting(
            ApiVersionsResponse.ApiVersion::apiKey, ApiVersionsResponse.ApiVersion::maxVersion)
        .containsExactly(
            tuple((short) 12, (short) 4),
            tuple((short) 18, (short) 5),
            tuple((short) 29, (short) 3));
  }

  @Test
  void onlyFeaturesThatAreThereAreFinalized() {
    ApiVersionsResponse response = apiVersions("a-client", "1.0", null, -1);

    assertThat(response.supportedFeatures())
        .extracting(
            feature -> feature.name() + " " + feature.minVersion() + "-" + feature.maxVersion())
        .contains("transaction.version 0-2", "share.version 0-0");
    assertThat(response.finalizedFeatures())
        .extracting(feature -> feature.name() + " " + feature.maxVersionLevel())
        .contains("transaction.version 2")
        .noneMatch(feature -> feature.endsWith(" 0"));
    assertThat(response.finalizedFeaturesEpoch()).isZero();
  }

  @Test
  void clientsThatCannotReadALevelOfZeroAreNotToldOfIt() {
    ApiVersionsRequest request =
        ApiVersionsRequest.builder()
            .clientSoftwareName("a-client")
            .clientSoftwareVersion("1.0")
            .build();

    assertThat(apis.ask(request, 3, ApiVersionsResponse.class).supportedFeatures()).isEmpty();
  }

  @Test
  void anUnknownVersionOfApiVersionsIsAnsweredInItsFirstWithTheRange() {
    apis.sendRaw(head(18, 99).array());

    ApiVersionsResponse response = (ApiVersionsResponse) apis.receive(ApiKey.API_VERSIONS, 0);
    assertThat(response.errorCode()).isEqualTo(ErrorCode.UNSUPPORTED_VERSION);
    assertThat(response.apiKeys()).hasSize(1);
    assertThat(response.apiKeys().getFirst().maxVersion()).isEqualTo((short) 5);
    assertThat(apiVersions("a-client", "1.0", null, -1).errorCode()).isEqualTo(ErrorCode.NONE);
  }

  @Test
  void clientsMustNameTheirSoftwareInPlainCharacters() {
    assertThat(apiVersions("bad name!", "1.0", null, -1).errorCode())
        .isEqualTo(ErrorCode.INVALID_REQUEST);
  }

  @Test
  void whoMeansAnotherClusterOrNodeIsSentToBootstrapAgain() {
    assertThat(apiVersions("c", "1", "another", -1).errorCode())
        .isEqualTo(ErrorCode.REBOOTSTRAP_REQUIRED);
    assertThat(apiVersions("c", "1", ServedApis.IDENTITY.clusterId(), 2).errorCode())
        .isEqualTo(ErrorCode.REBOOTSTRAP_REQUIRED);
    assertThat(apiVersions("c", "1", ServedApis.IDENTITY.clusterId(), 1).errorCode())
        .isEqualTo(ErrorCode.NONE);
  }

  @Test
  void aVersionAboveTheRangeIsRefusedInTheNearest() {
    DescribeAclsRequest request =
        DescribeAclsRequest.builder().resourceTypeFilter((byte) 2).build();
    var body = Unpooled.buffer();
    request.write(new WireWriter(body), 3);
    ByteBuffer frame = ByteBuffer.allocate(11 + body.readableBytes());
    frame.put(head(29, 4).array()).put((byte) 0).put(body.nioBuffer());
    apis.sendRaw(frame.array());

    DescribeAclsResponse response = (DescribeAclsResponse) apis.receive(ApiKey.DESCRIBE_ACLS, 3);
    assertThat(response.errorCode()).isEqualTo(ErrorCode.UNSUPPORTED_VERSION);
  }

  @Test
  void anUnknownApiClosesTheConnection() {
    apis.sendRaw(head(999, 0).array());

    assertThat(apis.isClosedByServer()).isTrue();
  }

  @Test
  void anApiWithoutAHandlerIsRefusedInItsOwnWords() {
    InitProducerIdResponse response =
        apis.ask(InitProducerIdRequest.builder().build(), 4, InitProducerIdResponse.class);

    assertThat(response.errorCode()).isEqualTo(ErrorCode.UNSUPPORTED_VERSION);
  }

  @Test
  void anOldProduceIsListedAndRefused() {
    ProduceResponse response = apis.ask(produce(1), 2, ProduceResponse.class);

    assertThat(response.responses().getFirst().partitionResponses().getFirst().errorCode())
        .isEqualTo(ErrorCode.UNSUPPORTED_VERSION);
  }

  @Test
  void anOldProduceThatWaitsForNoAnswerLosesItsConnection() {
    apis.send(produce(0), 2);

    assertThat(apis.isClosedByServer()).isTrue();
  }

  @Test
  void aBodyThatIsCutOffClosesTheConnection() {
    apis.sendRaw(head(29, 1).array());

    assertThat(apis.isClosedByServer()).isTrue();
  }

  @Test
  void bytesTooManyCloseTheConnection() {
    apis.sendRaw(ByteBuffer.allocate(30).put(head(18, 0).array()).array());

    assertThat(apis.isClosedByServer()).isTrue();
  }

  @Test
  void aDefectInAHandlerIsAnError() {
    HeartbeatResponse response =
        apis.ask(HeartbeatRequest.builder().build(), 4, HeartbeatResponse.class);

    assertThat(response.errorCode()).isEqualTo(ErrorCode.UNKNOWN_SERVER_ERROR);
  }

  @Test
  void accessControlListsAreSwitchedOff() {
    DescribeAclsResponse response =
        apis.ask(DescribeAclsRequest.builder().build(), 2, DescribeAclsResponse.class);

    assertThat(response.errorCode()).isEqualTo(ErrorCode.SECURITY_DISABLED);
  }

  private ApiVersionsResponse apiVersions(
      String name, String version, @Nullable String clusterId, int nodeId) {
    ApiVersionsRequest request =
        ApiVersionsRequest.builder()
            .clientSoftwareName(name)
            .clientSoftwareVersion(version)
            .clusterId(clusterId)
            .nodeId(nodeId)
            .build();
    return apis.ask(request, 5, ApiVersionsResponse.class);
  }

  private static ProduceRequest produce(int acks) {
    ProduceRequest.Partition partition = ProduceRequest.Partition.builder().build();
    return ProduceRequest.builder()
        .acks((short) acks)
        .topicData(
            List.of(
                ProduceRequest.Topic.builder().name("t").partitionData(List.of(partition)).build()))
        .build();
  }

  /** API, version, correlation id, no client id. */
  private static ByteBuffer head(int key, int version) {
    return ByteBuffer.allocate(10)
        .putShort((short) key)
        .putShort((short) version)
        .putInt(1)
        .putShort((short) -1);
  }
}
