package io.weir.broker.handler;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.weir.coordinator.metadata.MetadataImage;
import io.weir.protocol.message.ApiKey;
import io.weir.protocol.message.FetchRequest;
import io.weir.protocol.message.FetchResponse;
import io.weir.protocol.model.ErrorCode;
import io.weir.protocol.model.Uuids;
import io.weir.protocol.record.BufferRecords;
import io.weir.replication.AbortedTransaction;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FetchHandlerTest {
  private static final int VERSION = 17;
  private static final int LONG_MS = 60_000;

  @TempDir private Path dir;
  private final MetadataImage image =
      Images.of(Images.topic("t", 3), Images.topic("moved", 1, 2, Map.of()));
  private TextLogs logs;
  private ServedApis apis;

  @BeforeEach
  void open() throws IOException {
    logs = new TextLogs(dir.resolve("log"));
    apis =
        new ServedApis(
            new ApiRegistry.Builder()
                .serve(
                    ApiKey.FETCH, FetchRequest.class, new FetchHandler(() -> image, logs, 1000)));
  }

  @AfterEach
  void close() throws Exception {
    apis.close();
    await().until(() -> logs.unreleased() == 0);
    logs.close();
  }

  @Test
  void whatIsThereIsAnsweredAtOnce() {
    logs.append(0, "abc");

    FetchResponse response = fetch(request(LONG_MS, 1, 100, 0, 1));

    assertThat(text(response, 0)).isEqualTo("abc");
    assertThat(text(response, 1)).isEmpty();
    assertThat(partition(response, 0).highWatermark()).isEqualTo(3);
    assertThat(response.sessionId()).isZero();
  }

  @Test
  void whoWaitsIsAnsweredAsSoonAsThereIsSomething() {
    apis.send(request(LONG_MS, 1, 100, 0, 1, 2), VERSION);
    await().until(() -> logs.waiting() == 3);

    logs.append(1, "x");

    FetchResponse response = (FetchResponse) apis.receive(ApiKey.FETCH, VERSION);
    assertThat(text(response, 1)).isEqualTo("x");
    await().until(() -> logs.waiting() == 0);
  }

  @Test
  void whoReadsCommittedRecordsIsToldWhichOfThemWereAborted() {
    logs.append(0, "abc");
    logs.abort(new AbortedTransaction(5, 1), new AbortedTransaction(6, 2));

    FetchResponse committed = fetch(request(0, 1, 100, 0, 1), ReadIsolation.READ_COMMITTED);

    assertThat(partition(committed, 0).abortedTransactions())
        .containsExactly(
            FetchResponse.AbortedTransaction.builder().producerId(5).firstOffset(1).build(),
            FetchResponse.AbortedTransaction.builder().producerId(6).firstOffset(2).build());
    assertThat(partition(committed, 1).abortedTransactions()).isEmpty();
    assertThat(partition(fetch(request(0, 1, 100, 0)), 0).abortedTransactions()).isNull();
  }

  private FetchResponse fetch(FetchRequest request, byte isolation) {
    return fetch(
        FetchRequest.builder()
            .maxWaitMs(request.maxWaitMs())
            .minBytes(request.minBytes())
            .maxBytes(request.maxBytes())
            .isolationLevel(isolation)
            .topics(request.topics())
            .build());
  }

  @Test
  void whenTheTimeIsUpTheAnswerIsEmpty() {
    FetchResponse response = fetch(request(50, 1, 100, 0));

    assertThat(partition(response, 0).errorCode()).isEqualTo(ErrorCode.NONE);
    assertThat(text(response, 0)).isEmpty();
  }

  @Test
  void tooFewBytesAreWaitedFor() {
    logs.append(0, "ab");
    apis.send(request(LONG_MS, 5, 100, 0, 1), VERSION);
    await().until(() -> logs.waiting() == 2);

    logs.append(0, "c");
    await().until(() -> logs.waiting() == 2);
    assertThat(apis.hasAnswer()).isFalse();
    logs.append(1, "xy");

    FetchResponse response = (FetchResponse) apis.receive(ApiKey.FETCH, VERSION);
    assertThat(text(response, 0)).isEqualTo("abc");
    assertThat(text(response, 1)).isEqualTo("xy");
  }

  @Test
  void anErrorOfOnePartitionIsNotKeptBack() {
    FetchResponse response = fetch(request(LONG_MS, 1, 100, 0, 8));

    assertThat(partition(response, 0).errorCode()).isEqualTo(ErrorCode.NONE);
    assertThat(partition(response, 1).errorCode()).isEqualTo(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
  }

  @Test
  void anErrorThatComesWhileWaitingIsToldAtOnce() {
    apis.send(request(LONG_MS, 1, 100, 0), VERSION);
    await().until(() -> logs.waiting() == 1);

    logs.fail(0, ErrorCode.NOT_LEADER_OR_FOLLOWER);

    FetchResponse response = (FetchResponse) apis.receive(ApiKey.FETCH, VERSION);
    assertThat(partition(response, 0).errorCode()).isEqualTo(ErrorCode.NOT_LEADER_OR_FOLLOWER);
  }

  @Test
  void whoAsksTheWrongNodeIsToldTheLeaderAndItsAddress() {
    logs.fail(0, ErrorCode.NOT_LEADER_OR_FOLLOWER);

    FetchResponse response = fetch(request(LONG_MS, 1, 100, "moved", 0));

    assertThat(partition(response, 0).currentLeader().leaderId()).isEqualTo(2);
    assertThat(partition(response, 0).currentLeader().leaderEpoch()).isEqualTo(7);
    assertThat(response.nodeEndpoints())
        .extracting(FetchResponse.NodeEndpoint::host)
        .containsExactly("host2");
  }

  @ParameterizedTest
  @CsvSource({
    "11, NOT_LEADER_OR_FOLLOWER, -1, 0",
    "12, NOT_LEADER_OR_FOLLOWER, 2, 0",
    "15, FENCED_LEADER_EPOCH, 2, 0",
    "16, NOT_LEADER_OR_FOLLOWER, 2, 1",
    "16, FENCED_LEADER_EPOCH, 2, 1",
    "17, FENCED_LEADER_EPOCH, 2, 1",
    "17, OFFSET_OUT_OF_RANGE, -1, 0"
  })
  void theLeaderIsNamedInVersionsThatCanAndWhereItHelps(
      int version, ErrorCode error, int named, int addresses) {
    logs.fail(0, error);

    FetchRequest.Topic.Builder topic =
        request(LONG_MS, 1, 100, "moved", 0).topics().getFirst().toBuilder();
    topic = version < 13 ? topic.topic("moved").topicId(Uuids.ZERO) : topic;
    FetchRequest request =
        request(LONG_MS, 1, 100, "moved", 0).toBuilder().topics(List.of(topic.build())).build();
    FetchResponse response = apis.ask(request, version, FetchResponse.class);

    assertThat(partition(response, 0).errorCode()).isEqualTo(error);
    assertThat(partition(response, 0).currentLeader().leaderId()).isEqualTo(named);
    assertThat(response.nodeEndpoints()).hasSize(addresses);
  }

  @Test
  void theFirstRecordsComeWhateverTheirSizeAndTheRestWithinTheLimit() {
    logs.append(0, "a".repeat(50));
    logs.append(1, "b".repeat(50));
    logs.append(2, "c");

    FetchResponse response = fetch(request(0, 1, 10, 0, 1, 2));

    assertThat(text(response, 0)).hasSize(50);
    assertThat(text(response, 1)).isEmpty();
    assertThat(text(response, 2)).isEmpty();
  }

  @Test
  void aTopicIdThatIsNotKnownIsAnErrorOfItsOwn() {
    FetchResponse response = fetch(request(LONG_MS, 1, 100, "unheard-of", 0));

    assertThat(partition(response, 0).errorCode()).isEqualTo(ErrorCode.UNKNOWN_TOPIC_ID);
  }

  @Test
  void aClientThatGoesAwayLeavesNothingBehind() {
    apis.send(request(LONG_MS, 1, 100, 0, 1), VERSION);
    await().until(() -> logs.waiting() == 2);

    apis.hangUp();

    await().until(() -> logs.waiting() == 0);
  }

  @Test
  void sessionsAreNotKept() {
    FetchRequest within = request(0, 1, 100, 0).toBuilder().sessionId(5).sessionEpoch(3).build();
    FetchRequest opening = request(0, 1, 100, 0).toBuilder().sessionId(5).sessionEpoch(0).build();

    assertThat(fetch(within).errorCode()).isEqualTo(ErrorCode.FETCH_SESSION_ID_NOT_FOUND);
    assertThat(fetch(opening).errorCode()).isEqualTo(ErrorCode.NONE);
    assertThat(fetch(opening).sessionId()).isZero();
  }

  @Test
  void replicasAreRefused() {
    FetchRequest follower =
        request(0, 1, 100, 0).toBuilder()
            .replicaState(FetchRequest.ReplicaState.builder().replicaId(2).build())
            .build();

    FetchResponse response = fetch(follower);

    assertThat(response.errorCode()).isEqualTo(ErrorCode.INVALID_REQUEST);
  }

  private FetchResponse fetch(FetchRequest request) {
    return apis.ask(request, VERSION, FetchResponse.class);
  }

  private static FetchRequest request(
      int maxWaitMs, int minBytes, int maxBytes, int... partitions) {
    return request(maxWaitMs, minBytes, maxBytes, "t", partitions);
  }

  private static FetchRequest request(
      int maxWaitMs, int minBytes, int maxBytes, String topic, int... partitions) {
    List<FetchRequest.Partition> asked = new ArrayList<>();
    for (int partition : partitions) {
      asked.add(
          FetchRequest.Partition.builder()
              .partition(partition)
              .fetchOffset(0)
              .partitionMaxBytes(maxBytes)
              .build());
    }
    UUID id = topic.isEmpty() ? Uuids.ZERO : Images.idOf(topic);
    return FetchRequest.builder()
        .maxWaitMs(maxWaitMs)
        .minBytes(minBytes)
        .maxBytes(maxBytes)
        .topics(List.of(FetchRequest.Topic.builder().topicId(id).partitions(asked).build()))
        .build();
  }

  private static FetchResponse.Partition partition(FetchResponse response, int place) {
    return response.responses().getFirst().partitions().get(place);
  }

  private static @Nullable String text(FetchResponse response, int place) {
    return partition(response, place).records() instanceof BufferRecords records
        ? records.slice().toString(UTF_8)
        : null;
  }
}
