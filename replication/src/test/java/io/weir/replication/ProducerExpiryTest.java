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
import io.weir.protocol.record.RecordBatchBuilder;
import io.weir.replication.log.ActiveProducer;
import io.weir.replication.log.LogConfig;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nodes that forget silent producers at once, and look for them all the time. */
class ProducerExpiryTest {
  private static final short EPOCH = 0;

  @TempDir private Path root;
  private InProcessCluster cluster;

  @BeforeEach
  void start() {
    cluster =
        new InProcessCluster(
            root, LogConfig.defaults(), ReplicaSettings.defaults().withProducerIdExpiration(1, 10));
    cluster.produce(1, "before");
  }

  @AfterEach
  void stop() {
    cluster.close();
  }

  @Test
  void silentProducersAreForgottenButNoneWithAnOpenTransaction() {
    openTransaction(7);
    for (long silent = 1; silent <= 2; silent++) {
      assertThat(errorOf(append(InProcessCluster.producerBatch(silent, 0, "once"), 0)))
          .isEqualTo(ErrorCode.NONE);
      await().atMost(PATIENCE).untilAsserted(() -> assertThat(producers()).containsExactly(7L));
    }

    endTransaction(7);

    await().atMost(PATIENCE).untilAsserted(() -> assertThat(producers()).isEmpty());
  }

  private void openTransaction(long producerId) {
    CompletableFuture<Verification> verification = new CompletableFuture<>();
    cluster
        .replicas(1)
        .beginVerification(
            new VerificationRequest(PARTITION, producerId, EPOCH, 0, true, verification::complete));
    assertThat(get(verification))
        .isInstanceOfSatisfying(
            Verification.Needed.class,
            needed ->
                assertThat(errorOf(append(transactional(producerId), needed.guard())))
                    .isEqualTo(ErrorCode.NONE));
  }

  private static ByteBuf transactional(long producerId) {
    return new RecordBatchBuilder(PooledByteBufAllocator.DEFAULT)
        .producer(producerId, EPOCH, 0)
        .transactional()
        .append(1_000, null, ByteBuffer.allocate(3))
        .build();
  }

  private AppendResult append(ByteBuf batch, long guard) {
    CompletableFuture<AppendResult> result = new CompletableFuture<>();
    cluster
        .replicas(1)
        .append(
            new AppendRequest(
                PARTITION,
                batch,
                -1,
                30_000,
                AppendRequest.Origin.CLIENT,
                -1,
                guard,
                result::complete));
    return get(result);
  }

  private void endTransaction(long producerId) {
    CompletableFuture<ErrorCode> result = new CompletableFuture<>();
    cluster
        .replicas(1)
        .writeMarker(
            new MarkerRequest(PARTITION, producerId, EPOCH, 0, true, false, result::complete));
    assertThat(get(result)).isEqualTo(ErrorCode.NONE);
  }

  private List<Long> producers() {
    CompletableFuture<ProducersResult> result = new CompletableFuture<>();
    cluster.replicas(1).describeProducers(PARTITION, result::complete);
    assertThat(get(result).error()).isEqualTo(ErrorCode.NONE);
    return get(result).producers().stream().map(ActiveProducer::producerId).toList();
  }
}
