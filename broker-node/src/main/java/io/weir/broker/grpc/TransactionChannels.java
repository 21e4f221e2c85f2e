package io.weir.broker.grpc;

import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import io.netty.channel.ChannelOption;
import io.weir.broker.transaction.PartitionMarker;
import io.weir.broker.transaction.PartitionQuestion;
import io.weir.broker.transaction.TransactionPeers;
import io.weir.coordinator.metadata.BrokerImage;
import io.weir.coordinator.transaction.TransactionMarker;
import io.weir.protocol.cluster.Marker;
import io.weir.protocol.cluster.Markers;
import io.weir.protocol.cluster.Partition;
import io.weir.protocol.cluster.Question;
import io.weir.protocol.cluster.Questions;
import io.weir.protocol.cluster.Results;
import io.weir.protocol.cluster.TransactionsGrpc;
import io.weir.protocol.model.ErrorCode;
import io.weir.protocol.model.HostAndPort;
import io.weir.protocol.model.TopicPartition;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The other nodes over gRPC, for transactions. A node's channel is opened when it is first needed,
 * and replaced when the node has moved to another address. Thread-safe: a lock around the channels.
 *
 * <p>Answers come on gRPC's own executor, never on a connection's thread: a call that fails because
 * the node refuses the connection fails amid the channel's change of state, and what is asked next
 * must not run, or fail in turn, inside of it.
 */
public final class TransactionChannels implements TransactionPeers, AutoCloseable {
  private static final int CONNECT_TIMEOUT_MS = 1_000;
  private static final long KEEP_ALIVE_MS = 2_000;

  /** A marker waits for followers; what has no answer by then is tried again. */
  private static final long MARKERS_TIMEOUT_MS = 30_000;

  /** A client waits for the answer. */
  private static final long QUESTIONS_TIMEOUT_MS = 5_000;

  private final Map<Integer, Peer> peers = new HashMap<>();
  private boolean closed;

  @Override
  public CompletableFuture<ErrorCode> write(BrokerImage leader, PartitionMarker marker) {
    Peer peer = peer(leader);
    return peer == null ? unreachable() : peer.markers.ask(marker);
  }

  @Override
  public CompletableFuture<ErrorCode> ask(BrokerImage coordinator, PartitionQuestion question) {
    Peer peer = peer(coordinator);
    return peer == null ? unreachable() : peer.questions.ask(question);
  }

  private static CompletableFuture<ErrorCode> unreachable() {
    return CompletableFuture.completedFuture(ErrorCode.NETWORK_EXCEPTION);
  }

  private synchronized @Nullable Peer peer(BrokerImage node) {
    if (closed) {
      return null;
    }
    Peer known = peers.get(node.id());
    if (known != null && known.address.equals(node.internal())) {
      return known;
    }
    if (known != null) {
      known.close();
    }
    Peer opened = new Peer(node.internal());
    peers.put(node.id(), opened);
    return opened;
  }

  /** What was asked and has no answer gets NETWORK_EXCEPTION, and so does whatever comes later. */
  @Override
  public void close() {
    List<Peer> open;
    synchronized (this) {
      closed = true;
      open = List.copyOf(peers.values());
      peers.clear();
    }
    open.forEach(Peer::close);
  }

  /** One node at one address. Thread-safe: a lock around the channel. */
  private static final class Peer {
    private final HostAndPort address;
    private final Batches<PartitionMarker> markers = new Batches<>(this::send);
    private final Batches<PartitionQuestion> questions = new Batches<>(this::ask);
    private ManagedChannel channel;

    Peer(HostAndPort address) {
      this.address = address;
      this.channel = open(address);
    }

    private static ManagedChannel open(HostAndPort address) {
      return NettyChannelBuilder.forAddress(address.host(), address.port())
          .usePlaintext()
          .withOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MS)
          .keepAliveTime(KEEP_ALIVE_MS, TimeUnit.MILLISECONDS)
          .keepAliveTimeout(KEEP_ALIVE_MS, TimeUnit.MILLISECONDS)
          .build();
    }

    synchronized void close() {
      channel.shutdownNow();
    }

    /**
     * A channel that could not connect is replaced, so that the next call tries at once: left to
     * itself it would wait longer and longer, up to minutes.
     */
    private synchronized ManagedChannel channel() {
      if (!channel.isShutdown() && channel.getState(false) == ConnectivityState.TRANSIENT_FAILURE) {
        channel.shutdown();
        channel = open(address);
      }
      return channel;
    }

    private void send(List<PartitionMarker> batch, StreamObserver<Results> answer) {
      Markers.Builder call = Markers.newBuilder();
      batch.forEach(marker -> call.addMarkers(write(marker)));
      stub(MARKERS_TIMEOUT_MS).writeMarkers(call.build(), answer);
    }

    private void ask(List<PartitionQuestion> batch, StreamObserver<Results> answer) {
      Questions.Builder call = Questions.newBuilder();
      batch.forEach(question -> call.addQuestions(write(question)));
      stub(QUESTIONS_TIMEOUT_MS).verifyOrAdd(call.build(), answer);
    }

    private TransactionsGrpc.TransactionsStub stub(long timeoutMs) {
      return TransactionsGrpc.newStub(channel())
          .withDeadlineAfter(timeoutMs, TimeUnit.MILLISECONDS);
    }

    private static Marker write(PartitionMarker of) {
      TransactionMarker marker = of.marker();
      return Marker.newBuilder()
          .setPartition(write(of.partition()))
          .setProducerId(marker.producerId())
          .setProducerEpoch(marker.producerEpoch())
          .setCoordinatorEpoch(marker.coordinatorEpoch())
          .setCommit(marker.commit())
          .setRaisesEpoch(marker.raisesEpoch())
          .build();
    }

    private static Question write(PartitionQuestion question) {
      return Question.newBuilder()
          .setTransactionalId(question.transactionalId())
          .setProducerId(question.producerId())
          .setProducerEpoch(question.producerEpoch())
          .setPartition(write(question.partition()))
          .setAdd(question.add())
          .build();
    }

    private static Partition write(TopicPartition partition) {
      return Partition.newBuilder()
          .setTopic(partition.topic())
          .setIndex(partition.partition())
          .build();
    }
  }
}
