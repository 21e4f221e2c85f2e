package io.weir.replication;

import static io.weir.replication.InProcessCluster.PARTITION;
import static io.weir.replication.InProcessCluster.PATIENCE;
import static io.weir.replication.InProcessCluster.errorOf;
import static io.weir.replication.InProcessCluster.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.weir.protocol.model.ErrorCode;
import io.weir.protocol.record.FileRecords;
import io.weir.protocol.record.RecordBatchBuilder;
import io.weir.replication.log.ActiveProducer;
import io.weir.replication.log.LogConfig;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three nodes over gRPC and files: what becomes of transactions. */
class TransactionsOverGrpcTest {
  private static final long PRODUCER = 42;

  @TempDir private Path root;
  private InProcessCluster cluster;

  @BeforeEach
  void start() {
    LogConfig config =
        LogConfig.defaults().toBuilder().minInsyncReplicas(2).segmentBytes(400).build();
    cluster = new InProcessCluster(root, config);
    cluster.produce(1, "before");
  }

  @AfterEach
  void stop() {
    cluster.close();
  }

  private static ByteBuf transactional(int epoch, int sequence, String value) {
    return new RecordBatchBuilder(PooledByteBufAllocator.DEFAULT)
        .producer(PRODUCER, (short) epoch, sequence)
        .transactional()
        .append(1_000, null, ByteBuffer.wrap(value.getBytes(StandardCharsets.UTF_8)))
        .build();
  }

  private Verification verify(int node, int epoch) {
    return verify(node, epoch, -1, false);
  }

  private Verification verify(int node, int epoch, int sequence, boolean beginsAtZero) {
    CompletableFuture<Verification> result = new CompletableFuture<>();
    cluster
        .replicas(node)
        .beginVerification(
            new VerificationRequest(
                PARTITION, PRODUCER, (short) epoch, sequence, beginsAtZero, result::complete));
    return get(result);
  }

  private long guard(int node, int epoch) {
    return verify(node, epoch) instanceof Verification.Needed(long guard)
        ? guard
        : AppendRequest.NO_GUARD;
  }

  private AppendResult append(int node, ByteBuf batch, long guard) {
    return append(node, batch, guard, AppendRequest.Origin.CLIENT);
  }

  private AppendResult append(int node, ByteBuf batch, long guard, AppendRequest.Origin origin) {
    CompletableFuture<AppendResult> result = new CompletableFuture<>();
    cluster
        .replicas(node)
        .append(
            new AppendRequest(PARTITION, batch, -1, 30_000, origin, -1, guard, result::complete));
    return get(result);
  }

  private ErrorCode write(int node, int epoch, int sequence) {
    return errorOf(append(node, transactional(epoch, sequence, "v"), guard(node, epoch)));
  }

  private ErrorCode end(int node, int epoch, int coordinatorEpoch, boolean commit) {
    CompletableFuture<ErrorCode> result = new CompletableFuture<>();
    cluster
        .replicas(node)
        .writeMarker(
            new MarkerRequest(
                PARTITION, PRODUCER, (short) epoch, coordinatorEpoch, commit, result::complete));
    return get(result);
  }

  /** What a read_committed reader gets, without the records themselves. */
  private ReadResult readCommitted(int node, long offset, @Nullable Runnable onData) {
    CompletableFuture<ReadResult> result = new CompletableFuture<>();
    var _ =
        cluster
            .replicas(node)
            .read(
                new ReadRequest(
                    PARTITION,
                    -1,
                    -1,
                    offset,
                    1 << 20,
                    ReadUpTo.LAST_STABLE,
                    onData,
                    result::complete));
    ReadResult read = get(result);
    FileRecords records = read.records();
    if (records != null) {
      records.release();
    }
    return read;
  }

  private ListOffsetResult latestCommitted(int node) {
    CompletableFuture<ListOffsetResult> result = new CompletableFuture<>();
    cluster
        .replicas(node)
        .listOffset(
            new ListOffsetRequest(
                PARTITION, -1, ListOffsetRequest.LATEST, ReadUpTo.LAST_STABLE, result::complete));
    return get(result);
  }

  @Test
  void readCommittedReadersSeeATransactionWhenItIsCommittedAndAreWokenThen()
      throws InterruptedException {
    assertThat(write(1, 0, 0)).isEqualTo(ErrorCode.NONE);
    assertThat(write(1, 0, 1)).isEqualTo(ErrorCode.NONE);
    CountDownLatch woken = new CountDownLatch(1);
    ReadResult empty = readCommitted(1, 1, woken::countDown);
    assertThat(empty.records()).isNull();
    assertThat(empty.highWatermark()).isEqualTo(3);
    assertThat(empty.lastStableOffset()).isEqualTo(1);
    assertThat(latestCommitted(1).offset()).isEqualTo(1);

    assertThat(end(1, 0, 0, true)).isEqualTo(ErrorCode.NONE);

    assertThat(woken.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    ReadResult read = readCommitted(1, 1, null);
    assertThat(read.records()).isNotNull();
    assertThat(read.abortedTransactions()).isEmpty();
    assertThat(latestCommitted(1).offset()).isEqualTo(4);
  }

  @Test
  void aFetchInsideAnAbortedRangeIsToldWhomToLeaveOut() {
    for (int i = 0; i < 8; i++) {
      assertThat(write(1, 0, i)).isEqualTo(ErrorCode.NONE);
    }
    assertThat(end(1, 1, 0, false)).isEqualTo(ErrorCode.NONE);
    cluster.produce(1, "after");

    assertThat(readCommitted(1, 5, null).abortedTransactions())
        .containsExactly(new AbortedTransaction(PRODUCER, 1));
    assertThat(readCommitted(1, 10, null).abortedTransactions()).isEmpty();
    ReadResult uncommitted = cluster.read(1, 5, null);
    assertThat(uncommitted.abortedTransactions()).isEmpty();
    Objects.requireNonNull(uncommitted.records()).release();
  }

  @Test
  void aNewLeaderKnowsWhatIsOpenAndEndsIt() {
    assertThat(write(1, 0, 0)).isEqualTo(ErrorCode.NONE);
    cluster.awaitHighWatermark(2, 2);
    cluster.elect(2, List.of(1, 2, 3));
    await().atMost(PATIENCE).until(() -> cluster.state(2).leading());
    cluster.produce(2, "after");

    assertThat(readCommitted(2, 0, null).lastStableOffset()).isEqualTo(1);
    assertThat(verify(2, 0)).isEqualTo(new Verification.NotNeeded());
    assertThat(write(2, 0, 1)).isEqualTo(ErrorCode.NONE);
    assertThat(end(2, 0, 0, false)).isEqualTo(ErrorCode.NONE);
    assertThat(readCommitted(2, 1, null).abortedTransactions())
        .containsExactly(new AbortedTransaction(PRODUCER, 1));
    assertThat(readCommitted(2, 0, null).lastStableOffset()).isEqualTo(5);
  }

  @Test
  void transactionsOutliveAStopOfAllNodes() {
    assertThat(write(1, 0, 0)).isEqualTo(ErrorCode.NONE);
    assertThat(end(1, 0, 3, false)).isEqualTo(ErrorCode.NONE);
    assertThat(write(1, 0, 1)).isEqualTo(ErrorCode.NONE);
    List.of(1, 2, 3).forEach(cluster::stop);
    List.of(1, 2, 3).forEach(cluster::start);
    cluster.elect(3, List.of(1, 2, 3));
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(readCommitted(3, 0, null).lastStableOffset()).isEqualTo(3));
    assertThat(readCommitted(3, 0, null).abortedTransactions())
        .containsExactly(new AbortedTransaction(PRODUCER, 1));
    assertThat(end(3, 0, 2, true)).isEqualTo(ErrorCode.TRANSACTION_COORDINATOR_FENCED);
    assertThat(end(3, 0, 3, true)).isEqualTo(ErrorCode.NONE);
  }

  @Test
  void aBatchThatComesAfterItsTransactionEndedOpensNone() {
    long guard = guard(1, 0);
    assertThat(guard).isNotEqualTo(AppendRequest.NO_GUARD);
    assertThat(end(1, 0, 0, false)).isEqualTo(ErrorCode.NONE);

    assertThat(errorOf(append(1, transactional(0, 0, "late"), guard)))
        .isEqualTo(ErrorCode.INVALID_TXN_STATE);
    assertThat(errorOf(append(1, transactional(0, 0, "unasked"), AppendRequest.NO_GUARD)))
        .isEqualTo(ErrorCode.INVALID_TXN_STATE);
    assertThat(
            errorOf(
                append(
                    1, transactional(0, -1, "offsets"), guard, AppendRequest.Origin.COORDINATOR)))
        .isEqualTo(ErrorCode.INVALID_TXN_STATE);
    assertThat(write(1, 0, 0)).isEqualTo(ErrorCode.NONE);
  }

  @Test
  void anUnknownProducerOfVersionTwoBeginsItsTransactionAtZero() {
    assertThat(verify(1, 0, 3, true)).isInstanceOf(Verification.Needed.class);
    assertThat(errorOf(append(1, transactional(0, 3, "the fourth"), guard(1, 0))))
        .isEqualTo(ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER);
    assertThat(errorOf(append(1, transactional(0, 0, "the first"), guard(1, 0))))
        .isEqualTo(ErrorCode.NONE);
  }

  @Test
  void aBatchDoesNotPassTheOneThatWasToOpenTheTransaction() {
    assertThat(verify(1, 0, 7, false)).isInstanceOf(Verification.Needed.class);
    assertThat(verify(1, 0, 8, false)).isInstanceOf(Verification.Needed.class);

    assertThat(errorOf(append(1, transactional(0, 8, "second"), guard(1, 0))))
        .isEqualTo(ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER);
    assertThat(errorOf(append(1, transactional(0, 7, "first"), guard(1, 0))))
        .isEqualTo(ErrorCode.NONE);
    assertThat(errorOf(append(1, transactional(0, 8, "second"), AppendRequest.NO_GUARD)))
        .isEqualTo(ErrorCode.NONE);
  }

  @Test
  void coordinatorsWriteInAProducersNameWithoutSequenceNumbers() {
    assertThat(
            errorOf(
                append(
                    1,
                    transactional(0, -1, "offsets"),
                    guard(1, 0),
                    AppendRequest.Origin.COORDINATOR)))
        .isEqualTo(ErrorCode.NONE);
    assertThat(
            errorOf(
                append(
                    1,
                    transactional(0, -1, "more"),
                    AppendRequest.NO_GUARD,
                    AppendRequest.Origin.COORDINATOR)))
        .isEqualTo(ErrorCode.NONE);
    assertThat(readCommitted(1, 0, null).lastStableOffset()).isEqualTo(1);
    assertThat(end(1, 0, 0, true)).isEqualTo(ErrorCode.NONE);
    assertThat(readCommitted(1, 0, null).lastStableOffset()).isEqualTo(4);
  }

  @Test
  void aZombieWritesNothingAfterItsSuccessorBegan() {
    assertThat(write(1, 4, 0)).isEqualTo(ErrorCode.NONE);
    assertThat(end(1, 5, 0, false)).isEqualTo(ErrorCode.NONE);
    assertThat(verify(1, 4)).isEqualTo(new Verification.Refused(ErrorCode.INVALID_PRODUCER_EPOCH));
    assertThat(errorOf(append(1, transactional(4, 1, "zombie"), AppendRequest.NO_GUARD)))
        .isEqualTo(ErrorCode.INVALID_PRODUCER_EPOCH);
    assertThat(end(1, 4, 0, true)).isEqualTo(ErrorCode.INVALID_PRODUCER_EPOCH);
    assertThat(write(1, 5, 0)).isEqualTo(ErrorCode.NONE);
  }

  @Test
  void followersTakeNoMarkersAndTellNoProducers() {
    assertThat(end(2, 0, 0, true)).isEqualTo(ErrorCode.NOT_LEADER_OR_FOLLOWER);
    assertThat(verify(2, 0)).isEqualTo(new Verification.Refused(ErrorCode.NOT_LEADER_OR_FOLLOWER));
    assertThat(producers(2).error()).isEqualTo(ErrorCode.NOT_LEADER_OR_FOLLOWER);
  }

  @Test
  void producersAreShownWithTheirOpenTransactions() {
    assertThat(write(1, 2, 0)).isEqualTo(ErrorCode.NONE);
    assertThat(producers(1))
        .isEqualTo(
            new ProducersResult(
                ErrorCode.NONE, List.of(new ActiveProducer(PRODUCER, (short) 2, 0, 1_000, -1, 1))));
  }

  private ProducersResult producers(int node) {
    CompletableFuture<ProducersResult> result = new CompletableFuture<>();
    cluster.replicas(node).describeProducers(PARTITION, result::complete);
    return get(result);
  }

  @Test
  void aMarkerIsNotWrittenWhereTooFewReplicasAreInSync() {
    cluster.stop(2);
    cluster.stop(3);
    cluster.awaitInSync(List.of(1));
    assertThat(end(1, 0, 0, true)).isEqualTo(ErrorCode.NOT_ENOUGH_REPLICAS);
    assertThat(cluster.state(1).logEndOffset()).isEqualTo(1);
  }
}
