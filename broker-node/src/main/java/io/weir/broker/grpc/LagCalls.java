package io.weir.broker.grpc;

import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import io.netty.channel.ChannelOption;
import io.weir.broker.metrics.Position;
import io.weir.broker.metrics.Reading;
import io.weir.protocol.cluster.LagAnswer;
import io.weir.protocol.cluster.LagCall;
import io.weir.protocol.cluster.LagGrpc;
import io.weir.protocol.cluster.LogPosition;
import io.weir.protocol.cluster.LogReading;
import io.weir.protocol.model.HostAndPort;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Asks other nodes how far the partitions go that they lead. Thread-safe. A call has a connection
 * of its own: there are few of them, and a gRPC channel that has failed before waits for seconds
 * before it tries again.
 */
public final class LagCalls {
  private static final int CONNECT_TIMEOUT_MS = 1_000;
  private static final long DEADLINE_MS = 3_000;

  /** One reading for each position, in their order; fails when the node does not answer. */
  public CompletableFuture<List<Optional<Reading>>> ask(
      HostAndPort node, List<Position> positions) {
    ManagedChannel channel =
        NettyChannelBuilder.forAddress(node.host(), node.port())
            .usePlaintext()
            .withOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MS)
            .build();
    CompletableFuture<List<Optional<Reading>>> readings = new CompletableFuture<>();
    LagGrpc.newStub(channel)
        .withDeadlineAfter(DEADLINE_MS, TimeUnit.MILLISECONDS)
        .measure(encode(positions), new Answer(positions.size(), readings));
    return readings.whenComplete((_, _) -> channel.shutdown());
  }

  private static LagCall encode(List<Position> positions) {
    LagCall.Builder call = LagCall.newBuilder();
    for (Position position : positions) {
      call.addPositions(
          LogPosition.newBuilder()
              .setTopic(position.partition().topic())
              .setPartition(position.partition().partition())
              .setOffset(position.offset()));
    }
    return call.build();
  }

  private static Optional<Reading> read(LogReading reading) {
    return reading.getKnown()
        ? Optional.of(new Reading(reading.getHighWatermark(), reading.getTimestampMs()))
        : Optional.empty();
  }

  /** The one answer of a call, or its failure. gRPC calls it from one thread at a time. */
  private static final class Answer implements StreamObserver<LagAnswer> {
    private final int expected;
    private final CompletableFuture<List<Optional<Reading>>> readings;
    private @Nullable LagAnswer answer;

    Answer(int expected, CompletableFuture<List<Optional<Reading>>> readings) {
      this.expected = expected;
      this.readings = readings;
    }

    @Override
    public void onNext(LagAnswer value) {
      answer = value;
    }

    @Override
    public void onError(Throwable failure) {
      readings.completeExceptionally(failure);
    }

    @Override
    public void onCompleted() {
      if (answer == null || answer.getReadingsCount() != expected) {
        readings.completeExceptionally(
            new IOException("not an answer to " + expected + " positions"));
      } else {
        readings.complete(answer.getReadingsList().stream().map(LagCalls::read).toList());
      }
    }
  }
}
