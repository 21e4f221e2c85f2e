package io.weir.broker.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.weir.broker.transaction.PartitionMarker;
import io.weir.broker.transaction.PartitionQuestion;
import io.weir.broker.transaction.QuestionDesk;
import io.weir.coordinator.metadata.BrokerImage;
import io.weir.coordinator.transaction.TransactionMarker;
import io.weir.protocol.message.AddPartitionsToTxnRequest;
import io.weir.protocol.model.ErrorCode;
import io.weir.protocol.model.HostAndPort;
import io.weir.protocol.model.TopicPartition;
import io.weir.replication.MarkerRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What one node asks of another about transactions, over a real connection. */
@Timeout(60)
class TransactionChannelsTest {
  private static final TopicPartition PARTITION = new TopicPartition("orders", 3);
  private static final TransactionMarker MARKER =
      new TransactionMarker("tx", 1L << 40, (short) 5, 7, true, true);

  private final List<MarkerRequest> written = new CopyOnWriteArrayList<>();
  private final List<AddPartitionsToTxnRequest> asked = new CopyOnWriteArrayList<>();
  private final TransactionChannels channels = new TransactionChannels();
  private Server server;

  @BeforeEach
  void start() throws IOException {
    server = serve(0);
  }

  private Server serve(int port) throws IOException {
    QuestionDesk desk =
        new QuestionDesk(request -> {
          asked.add(request);
          return CompletableFuture.completedFuture(
              request.errorResponse(ErrorCode.TRANSACTION_ABORTABLE, null));
        });
    return NettyServerBuilder.forAddress(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
        .directExecutor()
        .addService(new TransactionService(this::write, desk))
        .build()
        .start();
  }

  private void write(MarkerRequest marker) {
    written.add(marker);
    marker.onResult().accept(ErrorCode.NONE);
  }

  @AfterEach
  void stop() {
    channels.close();
    server.shutdownNow();
  }

  @Test
  void aMarkerArrivesAsItWasSentAndItsResultComesBack() throws Exception {
    ErrorCode result = send();

    assertThat(result).isEqualTo(ErrorCode.NONE);
    MarkerRequest marker = written.getFirst();
    assertThat(marker.partition()).isEqualTo(PARTITION);
    assertThat(marker.producerId()).isEqualTo(1L << 40);
    assertThat(marker.producerEpoch()).isEqualTo((short) 5);
    assertThat(marker.coordinatorEpoch()).isEqualTo(7);
    assertThat(marker.commit()).isTrue();
    assertThat(marker.raisesEpoch()).isTrue();
  }

  @Test
  void aQuestionReachesTheCoordinatorAndItsAnswerComesBack() throws Exception {
    PartitionQuestion question = new PartitionQuestion("tx", 9, (short) 2, PARTITION, true);

    ErrorCode answer = channels.ask(node(), question).get(30, TimeUnit.SECONDS);

    assertThat(answer).isEqualTo(ErrorCode.TRANSACTION_ABORTABLE);
    AddPartitionsToTxnRequest.Transaction transaction = asked.getFirst().transactions().getFirst();
    assertThat(transaction.transactionalId()).isEqualTo("tx");
    assertThat(transaction.verifyOnly()).isFalse();
  }

  @Test
  void aNodeThatIsGoneIsAnErrorAndServesAgainWhenItIsBack() throws Exception {
    BrokerImage node = node();
    assertThat(send()).isEqualTo(ErrorCode.NONE);
    server.shutdownNow().awaitTermination();

    assertThat(send(node)).isEqualTo(ErrorCode.NETWORK_EXCEPTION);

    server = serve(node.internal().port());
    ErrorCode result = send(node);
    while (result == ErrorCode.NETWORK_EXCEPTION) {
      result = send(node);
    }
    assertThat(result).isEqualTo(ErrorCode.NONE);
  }

  @Test
  void afterTheEndNothingIsSent() throws Exception {
    channels.close();

    assertThat(send()).isEqualTo(ErrorCode.NETWORK_EXCEPTION);
    assertThat(written).isEmpty();
  }

  private ErrorCode send() throws Exception {
    return send(node());
  }

  private ErrorCode send(BrokerImage node) throws Exception {
    return channels.write(node, new PartitionMarker(MARKER, PARTITION)).get(30, TimeUnit.SECONDS);
  }

  private BrokerImage node() {
    return new BrokerImage(2, 1, List.of(), new HostAndPort("127.0.0.1", server.getPort()), null);
  }
}
