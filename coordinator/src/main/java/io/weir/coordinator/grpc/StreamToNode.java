package io.weir.coordinator.grpc;

import io.grpc.stub.StreamObserver;
import io.weir.coordinator.InSyncOutcome;
import io.weir.coordinator.controller.MetadataUpdate;
import io.weir.coordinator.controller.NodeStream;
import io.weir.protocol.cluster.Heartbeat;
import io.weir.protocol.cluster.InSyncAnswer;
import io.weir.protocol.cluster.LeaveAnswer;
import io.weir.protocol.cluster.Refusal;
import io.weir.protocol.cluster.ToNode;
import io.weir.protocol.model.ErrorCode;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The way down to a node. Metadata that the node has not acknowledged is bounded: past {@link
 * #MAX_UNACKNOWLEDGED} bytes {@link #send} refuses, and the stream is to be ended.
 *
 * <p>Thread-safe: the lock guards the observer, which takes one message at a time, and the window.
 * Nothing is waited for under it.
 */
final class StreamToNode implements NodeStream {
  static final long MAX_UNACKNOWLEDGED = 64L << 20;

  private static final ToNode HEARTBEAT =
      ToNode.newBuilder().setHeartbeat(Heartbeat.getDefaultInstance()).build();

  private record Sent(long version, long bytes) {}

  private final StreamObserver<ToNode> out;
  private final MetadataParts parts;
  private final Deque<Sent> unacknowledged = new ArrayDeque<>();
  private long unacknowledgedBytes;
  private boolean ended;

  StreamToNode(StreamObserver<ToNode> out, MetadataParts parts) {
    this.out = out;
    this.parts = parts;
  }

  @Override
  public boolean send(MetadataUpdate update) {
    MetadataParts.Parts messages = parts.of(update);
    synchronized (this) {
      boolean full =
          !unacknowledged.isEmpty() && unacknowledgedBytes + messages.bytes() > MAX_UNACKNOWLEDGED;
      if (full) {
        return false;
      }
      unacknowledged.add(new Sent(update.version(), messages.bytes()));
      unacknowledgedBytes += messages.bytes();
      messages.messages().forEach(this::put);
      return true;
    }
  }

  synchronized void acknowledged(long version) {
    Sent first = unacknowledged.peek();
    while (first != null && first.version() <= version) {
      unacknowledgedBytes -= first.bytes();
      unacknowledged.remove();
      first = unacknowledged.peek();
    }
  }

  void heartbeat() {
    put(HEARTBEAT);
  }

  void answer(long correlation, InSyncOutcome outcome) {
    InSyncAnswer.Builder answer = InSyncAnswer.newBuilder().setCorrelation(correlation);
    switch (outcome) {
      case InSyncOutcome.Written written ->
          answer
              .setErrorCode(ErrorCode.NONE.code())
              .setPartitionEpoch(written.partitionEpoch())
              .addAllInSync(written.inSyncReplicas());
      case InSyncOutcome.Refused(ErrorCode error) -> answer.setErrorCode(error.code());
    }
    put(ToNode.newBuilder().setInSyncAnswer(answer).build());
  }

  void answerLeave(long correlation) {
    put(
        ToNode.newBuilder()
            .setLeaveAnswer(LeaveAnswer.newBuilder().setCorrelation(correlation))
            .build());
  }

  @Override
  public synchronized void end(String reason) {
    put(ToNode.newBuilder().setRefusal(Refusal.newBuilder().setReason(reason)).build());
    complete();
  }

  /** The node has ended the stream, or it broke. */
  synchronized void complete() {
    if (!ended) {
      ended = true;
      out.onCompleted();
    }
  }

  /** The stream broke; nothing can be sent any more. */
  synchronized void broke() {
    ended = true;
  }

  private synchronized void put(ToNode message) {
    if (!ended) {
      out.onNext(message);
    }
  }
}
