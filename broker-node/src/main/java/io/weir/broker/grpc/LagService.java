package io.weir.broker.grpc;

import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.weir.broker.metrics.LeaderReadings;
import io.weir.broker.metrics.LocalReadings;
import io.weir.broker.metrics.Position;
import io.weir.broker.metrics.Reading;
import io.weir.protocol.cluster.LagAnswer;
import io.weir.protocol.cluster.LagCall;
import io.weir.protocol.cluster.LagGrpc;
import io.weir.protocol.cluster.LogReading;
import io.weir.protocol.model.TopicPartition;
import java.util.List;
import java.util.Optional;

/**
 * Tells other nodes how far the partitions go that this node leads. On gRPC's threads; everything
 * is handed on, nothing is waited for.
 */
final class LagService extends LagGrpc.LagImplBase {
  private final LocalReadings readings;

  LagService(LocalReadings readings) {
    this.readings = readings;
  }

  @Override
  public void measure(LagCall call, StreamObserver<LagAnswer> caller) {
    if (call.getPositionsCount() > LeaderReadings.MAX_POSITIONS) {
      caller.onError(
          Status.INVALID_ARGUMENT
              .withDescription("more than " + LeaderReadings.MAX_POSITIONS + " positions")
              .asException());
      return;
    }
    List<Position> positions =
        call.getPositionsList().stream()
            .map(p ->
                new Position(new TopicPartition(p.getTopic(), p.getPartition()), p.getOffset()))
            .toList();
    var _ =
        readings
            .of(positions)
            .whenComplete((answer, failure) -> {
              if (failure == null) {
                caller.onNext(encode(answer));
                caller.onCompleted();
              } else {
                caller.onError(Status.INTERNAL.withCause(failure).asException());
              }
            });
  }

  private static LagAnswer encode(List<Optional<Reading>> readings) {
    LagAnswer.Builder answer = LagAnswer.newBuilder();
    for (Optional<Reading> reading : readings) {
      LogReading.Builder encoded = answer.addReadingsBuilder().setKnown(reading.isPresent());
      reading.ifPresent(known ->
          encoded.setHighWatermark(known.highWatermark()).setTimestampMs(known.timestampMs()));
    }
    return answer.build();
  }
}
