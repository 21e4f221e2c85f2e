package io.weir.replication;

import io.netty.buffer.ByteBuf;
import io.weir.protocol.model.ErrorCode;
import io.weir.protocol.record.BatchHeader;
import io.weir.replication.core.EpochBoundary;
import io.weir.replication.core.FollowerCore;
import io.weir.replication.grpc.FollowerMessage;
import io.weir.replication.grpc.LeaderMessage;
import io.weir.replication.grpc.LeaderStream;
import io.weir.replication.log.DirectorySpace;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Following a leader in one epoch: carries out what {@link FollowerCore} decides. A question is
 * sent, and an acknowledgement leaves, only at the end of a round, after the round's write.
 * Confined to the partition's loop.
 */
final class FollowerRole extends Role {
  private static final Logger logger = LoggerFactory.getLogger(FollowerRole.class);
  private static final long FIRST_BACK_OFF_MS = 20;
  private static final long LONGEST_BACK_OFF_MS = 500;

  private final PartitionReplica replica;
  private final FollowerCore core;
  private @Nullable LeaderStream stream;
  private boolean questionDue;
  private long acknowledged = -1;
  private long acknowledgedFlushed = -1;
  private long toldLogStart = -1;
  private long backOffMs = FIRST_BACK_OFF_MS;
  private long leaderHighWatermark = -1;
  private long leaderLogStart = -1;
  private boolean ended;

  FollowerRole(PartitionReplica replica, PartitionAssignment assignment) {
    this.replica = replica;
    this.core = new FollowerCore(assignment.leader(), assignment.leaderEpoch());
  }

  void start() {
    // An epoch that this node began to lead, and in which nobody wrote, is not part of its log.
    replica.log().truncateTo(replica.log().logEndOffset());
    replica.node().leaderStreams().want(core.leader());
    LeaderStream open = replica.context().leaderStream(core.leader());
    if (open != null) {
      onLeaderStreamOpened(open);
    }
  }

  @Override
  ErrorCode refusal() {
    return ErrorCode.NOT_LEADER_OR_FOLLOWER;
  }

  @Override
  int leader() {
    return core.leader();
  }

  @Override
  int leaderEpoch() {
    return core.leaderEpoch();
  }

  @Override
  void onLeaderStreamOpened(LeaderStream opened) {
    if (opened.nodeId() == core.leader()) {
      stream = opened;
      core.onStreamOpened(opened.id());
      backOffMs = FIRST_BACK_OFF_MS;
      ask();
    }
  }

  @Override
  void onLeaderStreamEnded(LeaderStream endedStream) {
    if (stream != null && stream.id() == endedStream.id()) {
      stream = null;
      core.onStreamEnded(endedStream.id());
      questionDue = false;
    }
  }

  /** Voids what is under way, and asks once the round has written what it staged. */
  private void ask() {
    core.ask();
    questionDue = true;
    replica.touch();
  }

  private void askLater() {
    int question = core.ask();
    replica
        .context()
        .loop()
        .schedule(
            () -> {
              if (!ended && core.hasStream() && core.followId() == question) {
                ask();
              }
            },
            backOffMs);
    backOffMs = Math.min(2 * backOffMs, LONGEST_BACK_OFF_MS);
  }

  @Override
  void onLeaderMessage(LeaderStream from, LeaderMessage message) {
    if (message instanceof LeaderMessage.Batches batches) {
      onBatches(from, batches);
    } else if (core.accepts(from.id(), message.leaderEpoch(), message.followId())) {
      onAnswer(message);
    }
  }

  private void onAnswer(LeaderMessage message) {
    switch (message) {
      case LeaderMessage.Watermark watermark ->
          noteProgress(watermark.highWatermark(), watermark.logStartOffset());
      case LeaderMessage.Diverged diverged ->
          truncate(new EpochBoundary(diverged.epoch(), diverged.endOffset()));
      case LeaderMessage.StartOver startOver -> startOver(startOver.logStartOffset());
      case LeaderMessage.Refused _ -> askLater();
      case LeaderMessage.Batches _ -> throw new IllegalStateException("batches are no answer");
    }
  }

  private void onBatches(LeaderStream from, LeaderMessage.Batches batches) {
    ByteBuf bytes = batches.bytes();
    boolean empty = bytes.readableBytes() < BatchHeader.SIZE;
    long baseOffset = empty ? -1 : BatchHeader.baseOffset(bytes, bytes.readerIndex());
    switch (core.onBatches(
        from.id(),
        batches.leaderEpoch(),
        batches.followId(),
        baseOffset,
        replica.log().nextOffset())) {
      case DROP -> bytes.release();
      case ASK_AGAIN -> {
        logger.warn(
            "{}: batches at offset {} where {} was expected, following anew",
            replica.name(),
            baseOffset,
            replica.log().nextOffset());
        bytes.release();
        askLater();
      }
      case APPEND -> append(batches);
    }
  }

  private void append(LeaderMessage.Batches batches) {
    ByteBuf bytes = batches.bytes();
    String damage = BatchChain.damage(bytes, replica.log().nextOffset());
    if (damage != null) {
      logger.error(
          "{}: what leader {} sent in epoch {} is damaged and not stored: {}; following anew",
          replica.name(),
          core.leader(),
          core.leaderEpoch(),
          damage);
      bytes.release();
      askLater();
      return;
    }
    if (!replica.takeRoom(bytes.readableBytes(), DirectorySpace.Writer.NODE)) {
      bytes.release();
      askLater();
      return;
    }
    replica.log().stage(bytes);
    backOffMs = FIRST_BACK_OFF_MS;
    noteProgress(batches.highWatermark(), batches.logStartOffset());
  }

  /** The leader sees this follower lag, and sends the same again until there is room. */
  @Override
  void onNoRoom() {
    if (core.hasStream()) {
      questionDue = false;
      askLater();
    }
  }

  private void noteProgress(long highWatermark, long logStartOffset) {
    leaderHighWatermark = Math.max(leaderHighWatermark, highWatermark);
    leaderLogStart = Math.max(leaderLogStart, logStartOffset);
    replica.touch();
  }

  private void truncate(EpochBoundary boundary) {
    long to = FollowerCore.truncationPoint(boundary, new LogOnDisk(replica.log()));
    if (to < replica.highWatermark()) {
      logger.warn(
          "{}: leader {} of epoch {} lacks what was committed here: truncating to {} below the high"
              + " watermark {}",
          replica.name(),
          core.leader(),
          core.leaderEpoch(),
          to,
          replica.highWatermark());
    } else {
      logger.info(
          "{}: truncating from {} to {}, where leader {} of epoch {} has other records",
          replica.name(),
          replica.log().logEndOffset(),
          to,
          core.leader(),
          core.leaderEpoch());
    }
    replica.writeStaged();
    replica.log().truncateTo(to);
    replica.setHighWatermark(Math.min(replica.highWatermark(), replica.log().logEndOffset()));
    ask();
  }

  private void startOver(long logStartOffset) {
    logger.info(
        "{}: nothing in common with leader {} of epoch {}, starting over at {}",
        replica.name(),
        core.leader(),
        core.leaderEpoch(),
        logStartOffset);
    replica.writeStaged();
    replica.log().truncateFullyAndStartAt(logStartOffset);
    replica.setHighWatermark(logStartOffset);
    ask();
  }

  @Override
  void publish() {
    long logEnd = replica.log().logEndOffset();
    long flushedEnd = replica.log().flushedEndOffset();
    replica.setHighWatermark(
        FollowerCore.watermark(replica.highWatermark(), leaderHighWatermark, logEnd));
    followLogStart();
    LeaderStream to = stream;
    if (to == null) {
      return;
    }
    if (questionDue) {
      questionDue = false;
      acknowledged = logEnd;
      acknowledgedFlushed = flushedEnd;
      send(
          to,
          new FollowerMessage.Follow(
              replica.id(),
              core.leaderEpoch(),
              core.followId(),
              logEnd,
              new LogOnDisk(replica.log()).latestEpoch(),
              flushedEnd));
      toldLogStart = -1;
    } else if (core.state() == FollowerCore.State.FOLLOWING
        && (logEnd > acknowledged || flushedEnd > acknowledgedFlushed)) {
      acknowledged = logEnd;
      acknowledgedFlushed = flushedEnd;
      send(
          to,
          new FollowerMessage.Ack(
              replica.id(), core.leaderEpoch(), core.followId(), logEnd, flushedEnd));
    }
    tellLogStart(to);
  }

  private void tellLogStart(LeaderStream to) {
    long start = replica.log().logStartOffset();
    if (start != toldLogStart) {
      toldLogStart = start;
      send(
          to,
          new FollowerMessage.LogStart(replica.id(), core.leaderEpoch(), core.followId(), start));
    }
  }

  private void send(LeaderStream to, FollowerMessage message) {
    replica.context().outbox().add(to, message);
  }

  private void followLogStart() {
    long start = Math.min(leaderLogStart, replica.highWatermark());
    if (start > replica.log().logStartOffset()) {
      replica.log().advanceLogStart(start);
    }
  }

  @Override
  void end(ErrorCode reason) {
    ended = true;
    replica.node().leaderStreams().unwant(core.leader());
  }
}
