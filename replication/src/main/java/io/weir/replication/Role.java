package io.weir.replication;

import io.weir.protocol.model.ErrorCode;
import io.weir.replication.grpc.FollowerMessage;
import io.weir.replication.grpc.FollowerStream;
import io.weir.replication.grpc.LeaderMessage;
import io.weir.replication.grpc.LeaderStream;
import java.util.List;
import java.util.function.Consumer;

/**
 * What a replica is at the moment, and so how it takes requests and messages. This base refuses all
 * of them. Confined to the partition's loop.
 */
abstract class Role {
  static final Registration NOTHING_TO_CANCEL = () -> {};

  /** The error that clients get where this role does not serve them. */
  abstract ErrorCode refusal();

  /** Who leads as far as this role knows, -1 for nobody. */
  int leader() {
    return -1;
  }

  /** Epoch of the leadership that this role is part of, -1 for none. */
  int leaderEpoch() {
    return -1;
  }

  /** As the leader knows it. */
  List<Integer> inSyncReplicas() {
    return List.of();
  }

  void append(AppendRequest request) {
    request.batches().release();
    request.onResult().accept(new AppendResult.Refused(refusal(), null));
  }

  Registration read(ReadRequest request) {
    request.onResult().accept(ReadResult.failed(refusal(), leader(), leaderEpoch()));
    return NOTHING_TO_CANCEL;
  }

  void listOffset(ListOffsetRequest request) {
    request.onResult().accept(ListOffsetResult.failed(refusal()));
  }

  void endOffsetForEpoch(EpochEndRequest request) {
    request.onResult().accept(EpochEndResult.failed(refusal()));
  }

  void deleteRecords(DeletionRequest request) {
    request.onResult().accept(DeletionResult.failed(refusal()));
  }

  void writeMarker(MarkerRequest request) {
    request.onResult().accept(refusal());
  }

  void beginVerification(VerificationRequest request) {
    request.onResult().accept(new Verification.Refused(refusal()));
  }

  void describeProducers(Consumer<ProducersResult> onResult) {
    onResult.accept(ProducersResult.failed(refusal()));
  }

  /** A follower wrote; what is not meant for this role is answered or dropped. */
  void onFollowerMessage(FollowerStream stream, FollowerMessage message, Outbox outbox) {
    if (message instanceof FollowerMessage.Follow follow) {
      outbox.add(
          stream,
          new LeaderMessage.Refused(follow.partition(), follow.leaderEpoch(), follow.followId()));
    }
  }

  /** A leader wrote; the message's buffer passes to this. */
  void onLeaderMessage(LeaderStream stream, LeaderMessage message) {
    message.release();
  }

  void onLeaderStreamOpened(LeaderStream stream) {}

  void onLeaderStreamEnded(LeaderStream stream) {}

  void onFollowerStreamEnded(FollowerStream stream) {}

  /** What this role staged was not written, as the disk is full, and is forgotten by the log. */
  void onNoRoom() {}

  /** Second step of a round: what was written goes to others. */
  void publish() {}

  /** Third step of a round. */
  void answer() {}

  /** Answers appends whose time is up; whether some still wait. */
  boolean expireWaits() {
    return false;
  }

  void checkInSync() {}

  void deleteOldSegments() {}

  /** This role ends: whatever waits is answered. */
  void end(ErrorCode reason) {}

  /** A replica that serves nobody for now: being opened, without leader, or failed. */
  static final class None extends Role {
    private final ErrorCode refusal;

    None(ErrorCode refusal) {
      this.refusal = refusal;
    }

    @Override
    ErrorCode refusal() {
      return refusal;
    }
  }
}
