package io.weir.replication;

import io.netty.buffer.ByteBuf;
import io.weir.protocol.model.ErrorCode;
import io.weir.protocol.record.BatchHeader;
import io.weir.protocol.record.TimestampType;
import io.weir.replication.core.FollowVerdict;
import io.weir.replication.core.FollowerProgress;
import io.weir.replication.core.LeaderCore;
import io.weir.replication.core.Leadership;
import io.weir.replication.core.OffsetWaits;
import io.weir.replication.core.Proposal;
import io.weir.replication.core.ProposalOutcome;
import io.weir.replication.core.ReplicaEnd;
import io.weir.replication.core.TransactionGuards;
import io.weir.replication.grpc.FollowerMessage;
import io.weir.replication.grpc.FollowerStream;
import io.weir.replication.grpc.LeaderMessage;
import io.weir.replication.log.DirectorySpace;
import io.weir.replication.log.EndMarker;
import io.weir.replication.log.LogFailure;
import io.weir.replication.log.ProducerCheck;
import io.weir.replication.log.ProducerStates;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Leading a partition in one epoch: carries out what {@link LeaderCore} decides, appends, serves
 * readers. Answers leave in the last step of a round, after its write. Confined to the partition's
 * loop.
 */
final class LeaderRole extends Role {
  private static final Logger logger = LoggerFactory.getLogger(LeaderRole.class);

  /** A marker is committed some day, or the leadership ends; whoever waits has its own patience. */
  private static final long MARKER_TIMEOUT_MS = Duration.ofDays(365).toMillis();

  /** An append that was staged or found to be a duplicate, and its answer when it may be given. */
  private record Pending(AppendRequest request, long endOffset, AppendResult.Appended result) {}

  private final PartitionReplica replica;
  private final LeaderCore core;
  private final Map<Integer, FollowerFeed> feeds = new HashMap<>();
  private final List<FollowerFeed.Appended> round = new ArrayList<>();
  private final List<Pending> decidedThisRound = new ArrayList<>();
  private final OffsetWaits<Pending> waitingAppends = new OffsetWaits<>();

  /** Of acks=1, for the leader's own disk. */
  private final OffsetWaits<Pending> waitingForDisk = new OffsetWaits<>();

  private final LeaderReads reads;
  private final LeaderDeletions deletions;
  private final TransactionGuards guards;
  private boolean ended;

  LeaderRole(PartitionReplica replica, PartitionAssignment assignment) {
    this.replica = replica;
    this.core =
        new LeaderCore(
            leadership(assignment),
            replica.node().settings().replicaLagTimeMaxMs(),
            replica.node().settings().followerWindowBytes(),
            replica.log().logEndOffset(),
            replica.highWatermark(),
            nowMs());
    this.reads = new LeaderReads(replica, core);
    this.deletions = new LeaderDeletions(replica, core);
    this.guards = new TransactionGuards(assignment.leaderEpoch());
    logger.info(
        "{}: leading in epoch {} from offset {}, high watermark {}, in sync {}",
        replica.name(),
        assignment.leaderEpoch(),
        replica.log().logEndOffset(),
        core.highWatermark(),
        assignment.inSyncReplicas());
  }

  private Leadership leadership(PartitionAssignment assignment) {
    return new Leadership(
        replica.node().nodeId(),
        assignment.leaderEpoch(),
        assignment.partitionEpoch(),
        assignment.replicas(),
        assignment.inSyncReplicas(),
        assignment.config().minInsyncReplicas(),
        assignment.config().flush().isDurable());
  }

  private long nowMs() {
    return replica.node().time().monotonicMs();
  }

  void onStateChanged(PartitionAssignment newer) {
    core.onStateChanged(leadership(newer), nowMs());
    feeds.keySet().retainAll(newer.replicas());
    replica.touch();
  }

  @Override
  ErrorCode refusal() {
    return ErrorCode.NOT_LEADER_OR_FOLLOWER;
  }

  @Override
  int leader() {
    return replica.node().nodeId();
  }

  @Override
  int leaderEpoch() {
    return core.leadership().leaderEpoch();
  }

  @Override
  List<Integer> inSyncReplicas() {
    return core.leadership().inSyncReplicas();
  }

  // Appends

  @Override
  void append(AppendRequest request) {
    AppendResult.Refused refused = refusalOf(request);
    if (refused != null) {
      request.batches().release();
      request.onResult().accept(refused);
      return;
    }
    ByteBuf batches = request.batches();
    switch (check(request)) {
      case ProducerCheck.Accept _ -> stage(request);
      case ProducerCheck.Duplicate(long baseOffset, long nextOffset, long appendTimeMs) -> {
        batches.release();
        decide(request, baseOffset, nextOffset, appendTimeMs);
      }
      case ProducerCheck.Refuse(ErrorCode error, String message) -> {
        batches.release();
        request.onResult().accept(new AppendResult.Refused(error, message));
      }
    }
  }

  private ProducerCheck check(AppendRequest request) {
    ByteBuf batches = request.batches();
    int first = batches.readerIndex();
    ProducerStates producers = replica.log().producerStates();
    ProducerCheck check =
        switch (request.origin()) {
          case CLIENT -> checkClients(producers, batches, first);
          case COORDINATOR -> producers.checkEpoch(batches, first);
        };
    boolean opens = check instanceof ProducerCheck.Accept && opensTransaction(batches, first);
    if (opens && !guards.isCurrent(BatchHeader.producerId(batches, first), request.guard())) {
      return new ProducerCheck.Refuse(
          ErrorCode.INVALID_TXN_STATE,
          "producer %d: its transaction is not known to be open"
              .formatted(BatchHeader.producerId(batches, first)));
    }
    return check;
  }

  private ProducerCheck checkClients(ProducerStates producers, ByteBuf batches, int first) {
    return BatchHeader.isTransactional(batches, first)
        ? producers.check(
            batches, first, guards.latestBeginning(BatchHeader.producerId(batches, first)))
        : producers.check(batches, first);
  }

  private boolean opensTransaction(ByteBuf batches, int index) {
    return BatchHeader.isTransactional(batches, index)
        && !replica
            .log()
            .producerStates()
            .inTransaction(
                BatchHeader.producerId(batches, index), BatchHeader.producerEpoch(batches, index));
  }

  private AppendResult.@Nullable Refused refusalOf(AppendRequest request) {
    int expected = request.expectedLeaderEpoch();
    if (expected >= 0 && expected != leaderEpoch()) {
      return new AppendResult.Refused(
          expected < leaderEpoch() ? ErrorCode.FENCED_LEADER_EPOCH : ErrorCode.UNKNOWN_LEADER_EPOCH,
          null);
    }
    if (request.acks() == -1 && !core.enoughInSync()) {
      return new AppendResult.Refused(
          ErrorCode.NOT_ENOUGH_REPLICAS,
          "in sync: %s, needed: %d"
              .formatted(core.leadership().inSyncReplicas(), core.leadership().effectiveMinimum()));
    }
    return replica.takeRoom(request.batches().readableBytes(), writerOf(request))
        ? null
        : new AppendResult.Refused(
            ErrorCode.KAFKA_STORAGE_ERROR, "the disk of the partition's leader is full");
  }

  private static DirectorySpace.Writer writerOf(AppendRequest request) {
    return switch (request.origin()) {
      case CLIENT -> DirectorySpace.Writer.CLIENT;
      case COORDINATOR -> DirectorySpace.Writer.NODE;
    };
  }

  private void stage(AppendRequest request) {
    ByteBuf batches = request.batches();
    int first = batches.readerIndex();
    if (BatchHeader.isTransactional(batches, first)) {
      guards.revoke(BatchHeader.producerId(batches, first));
    }
    long appendTimeMs =
        BatchHeader.timestampType(batches, first) == TimestampType.LOG_APPEND_TIME
            ? BatchHeader.maxTimestamp(batches, first)
            : -1;
    long baseOffset = replica.log().nextOffset();
    long endOffset = BatchChain.assign(batches, baseOffset, leaderEpoch());
    stageOrRefuse(request, batches);
    if (!feeds.isEmpty()) {
      round.add(new FollowerFeed.Appended(batches.retainedDuplicate(), baseOffset, endOffset));
    }
    decide(request, baseOffset, endOffset, appendTimeMs);
  }

  /** The log owns the buffer from here on, also when it fails. */
  private static void answerFailure(AppendRequest request, ErrorCode error) {
    request.onResult().accept(new AppendResult.Refused(error, null));
  }

  private void stageOrRefuse(AppendRequest request, ByteBuf batches) {
    try {
      replica.log().stage(batches);
    } catch (LogFailure e) {
      answerFailure(request, ErrorCode.KAFKA_STORAGE_ERROR);
      throw e;
    } catch (RuntimeException e) {
      answerFailure(request, ErrorCode.UNKNOWN_SERVER_ERROR);
      throw e;
    }
  }

  private void decide(AppendRequest request, long baseOffset, long endOffset, long appendTimeMs) {
    AppendResult.Appended result =
        new AppendResult.Appended(baseOffset, appendTimeMs, replica.log().logStartOffset());
    decidedThisRound.add(new Pending(request, endOffset, result));
    replica.touch();
  }

  // Transactions

  @Override
  void writeMarker(MarkerRequest request) {
    ErrorCode error =
        replica
            .log()
            .producerStates()
            .checkMarker(
                request.producerId(),
                request.producerEpoch(),
                request.coordinatorEpoch(),
                request.raisesEpoch());
    if (error != ErrorCode.NONE) {
      request.onResult().accept(error);
      return;
    }
    AppendRequest append = appendOf(request);
    AppendResult.Refused refused = refusalOf(append);
    if (refused != null) {
      append.batches().release();
      append.onResult().accept(refused);
    } else {
      stage(append);
    }
  }

  private AppendRequest appendOf(MarkerRequest request) {
    EndMarker marker = new EndMarker(request.coordinatorEpoch(), request.commit());
    return new AppendRequest(
        request.partition(),
        marker.batch(request.producerId(), request.producerEpoch(), replica.node().time().wallMs()),
        -1,
        MARKER_TIMEOUT_MS,
        AppendRequest.Origin.COORDINATOR,
        -1,
        AppendRequest.NO_GUARD,
        result ->
            request
                .onResult()
                .accept(
                    switch (result) {
                      case AppendResult.Appended _ -> ErrorCode.NONE;
                      case AppendResult.Refused(ErrorCode error, _) -> error;
                    }));
  }

  @Override
  void beginVerification(VerificationRequest request) {
    request.onResult().accept(verification(request));
  }

  private Verification verification(VerificationRequest request) {
    long producerId = request.producerId();
    short producerEpoch = request.producerEpoch();
    ProducerStates producers = replica.log().producerStates();
    if (producers.isFenced(producerId, producerEpoch)) {
      return new Verification.Refused(ErrorCode.INVALID_PRODUCER_EPOCH);
    }
    return producers.inTransaction(producerId, producerEpoch)
        ? new Verification.NotNeeded()
        : new Verification.Needed(
            guards.guardFor(
                new TransactionGuards.Question(
                    producerId, producerEpoch, request.firstSequence(), request.beginsAtZero())));
  }

  // A round

  @Override
  void onNoRoom() {
    List<Pending> refused = List.copyOf(decidedThisRound);
    decidedThisRound.clear();
    releaseRound();
    for (Pending pending : refused) {
      answerFailure(pending.request(), ErrorCode.KAFKA_STORAGE_ERROR);
    }
  }

  @Override
  void publish() {
    core.onAppended(replica.log().logEndOffset(), nowMs());
    core.onFlushed(replica.log().flushedEndOffset());
    replica.setHighWatermark(core.highWatermark());
    for (FollowerFeed feed : feeds.values()) {
      feed.pump(round);
    }
    releaseRound();
    if (core.leadership().inSyncReplicas().size() < core.leadership().replicas().size()) {
      checkInSync();
    }
  }

  private void releaseRound() {
    for (FollowerFeed.Appended appended : round) {
      appended.bytes().release();
    }
    round.clear();
  }

  @Override
  void answer() {
    long highWatermark = core.highWatermark();
    if (!decidedThisRound.isEmpty()) {
      List<Pending> decided = List.copyOf(decidedThisRound);
      decidedThisRound.clear();
      decided.forEach(pending -> answerOrWait(pending, highWatermark));
    }
    for (Pending met : waitingAppends.met(highWatermark)) {
      met.request().onResult().accept(met.result());
    }
    // What waits when the topic stops asking for the disk has nothing more to wait for.
    long ownEnd = isDurable() ? flushedEndOffset() : Long.MAX_VALUE;
    for (Pending met : waitingForDisk.met(ownEnd)) {
      met.request().onResult().accept(met.result());
    }
    deletions.answer();
    reads.wake();
  }

  private void answerOrWait(Pending pending, long highWatermark) {
    AppendRequest request = pending.request();
    if (isAsSafeAsAsked(pending, highWatermark)) {
      request.onResult().accept(pending.result());
    } else {
      OffsetWaits<Pending> waits = request.acks() == -1 ? waitingAppends : waitingForDisk;
      waits.add(pending.endOffset(), nowMs() + request.timeoutMs(), pending);
      replica.context().noteDeadlines(replica);
    }
  }

  private boolean isAsSafeAsAsked(Pending pending, long highWatermark) {
    return switch (pending.request().acks()) {
      case -1 -> pending.endOffset() <= highWatermark;
      case 0 -> true;
      default -> !isDurable() || pending.endOffset() <= flushedEndOffset();
    };
  }

  private boolean isDurable() {
    return core.leadership().flushedCounts();
  }

  private long flushedEndOffset() {
    return replica.log().flushedEndOffset();
  }

  @Override
  boolean expireWaits() {
    expire(waitingAppends, "written, but not replicated in time");
    expire(waitingForDisk, "written, but not on disk in time");
    boolean deletionsWait = deletions.expire();
    return !waitingAppends.isEmpty() || !waitingForDisk.isEmpty() || deletionsWait;
  }

  private void expire(OffsetWaits<Pending> waits, String why) {
    for (Pending late : waits.expired(nowMs())) {
      late.request().onResult().accept(new AppendResult.Refused(ErrorCode.REQUEST_TIMED_OUT, why));
    }
  }

  // Readers

  @Override
  Registration read(ReadRequest request) {
    return reads.read(request);
  }

  @Override
  void listOffset(ListOffsetRequest request) {
    reads.listOffset(request);
  }

  @Override
  void endOffsetForEpoch(EpochEndRequest request) {
    reads.endOffsetForEpoch(request);
  }

  @Override
  void deleteRecords(DeletionRequest request) {
    deletions.delete(request);
  }

  @Override
  void describeProducers(Consumer<ProducersResult> onResult) {
    onResult.accept(new ProducersResult(ErrorCode.NONE, replica.log().producerStates().active()));
  }

  // Followers

  @Override
  void onFollowerMessage(FollowerStream stream, FollowerMessage message, Outbox outbox) {
    if (stream.hasEnded()) {
      return;
    }
    switch (message) {
      case FollowerMessage.Follow follow -> onFollow(stream, follow, outbox);
      case FollowerMessage.Ack ack ->
          core.onAck(
              stream.nodeId(),
              stream.id(),
              ack.followId(),
              ack.leaderEpoch(),
              new ReplicaEnd(ack.logEndOffset(), ack.flushedEndOffset()),
              nowMs());
      case FollowerMessage.LogStart start ->
          core.onLogStart(
              stream.nodeId(),
              stream.id(),
              start.followId(),
              start.leaderEpoch(),
              start.logStartOffset());
    }
    replica.touch();
  }

  private void onFollow(FollowerStream stream, FollowerMessage.Follow follow, Outbox outbox) {
    endFeed(stream.nodeId());
    if (follow.leaderEpoch() != leaderEpoch()) {
      super.onFollowerMessage(stream, follow, outbox);
      return;
    }
    FollowVerdict verdict =
        core.onFollow(
            stream.nodeId(),
            stream.id(),
            follow.followId(),
            new ReplicaEnd(follow.logEndOffset(), follow.flushedEndOffset()),
            follow.lastEpoch(),
            new LogOnDisk(replica.log()),
            nowMs());
    switch (verdict) {
      case FollowVerdict.Begin _ -> startFeed(stream);
      case FollowVerdict.Diverged(var boundary) ->
          outbox.add(
              stream,
              new LeaderMessage.Diverged(
                  replica.id(),
                  leaderEpoch(),
                  follow.followId(),
                  boundary.epoch(),
                  boundary.endOffset()));
      case FollowVerdict.StartOver(long logStartOffset) ->
          outbox.add(
              stream,
              new LeaderMessage.StartOver(
                  replica.id(), leaderEpoch(), follow.followId(), logStartOffset));
      case FollowVerdict.NotAReplica _ -> super.onFollowerMessage(stream, follow, outbox);
    }
  }

  private void startFeed(FollowerStream stream) {
    FollowerProgress progress = core.follower(stream.nodeId());
    if (progress != null) {
      feeds.put(stream.nodeId(), new FollowerFeed(replica, leaderEpoch(), progress, stream));
    }
  }

  private void endFeed(int nodeId) {
    FollowerFeed feed = feeds.remove(nodeId);
    if (feed != null) {
      feed.end();
    }
  }

  @Override
  void onFollowerStreamEnded(FollowerStream stream) {
    FollowerFeed feed = feeds.get(stream.nodeId());
    if (feed != null && feed.stream().id() == stream.id()) {
      endFeed(stream.nodeId());
      core.onStreamEnded(stream.nodeId(), stream.id());
    }
  }

  // In-sync set

  @Override
  void checkInSync() {
    Proposal proposal = core.nextProposal(nowMs());
    if (proposal == null) {
      return;
    }
    logger.info(
        "{}: proposing in-sync set {} instead of {} in leader epoch {}",
        replica.name(),
        proposal.inSyncReplicas(),
        core.leadership().inSyncReplicas(),
        leaderEpoch());
    replica
        .node()
        .proposals()
        .propose(
            new InSyncProposal(
                replica.id().topicId(),
                replica.name(),
                proposal.leaderEpoch(),
                proposal.partitionEpoch(),
                proposal.inSyncReplicas()),
            answer -> replica.onLoop(() -> onAnswered(proposal, answer), () -> {}));
  }

  private void onAnswered(Proposal proposal, InSyncAnswer answer) {
    if (ended) {
      return;
    }
    ProposalOutcome outcome =
        switch (answer) {
          case InSyncAnswer.Written(int partitionEpoch, List<Integer> inSync) ->
              new ProposalOutcome.Written(partitionEpoch, inSync);
          case InSyncAnswer.Refused() -> new ProposalOutcome.Refused();
          case InSyncAnswer.Unknown() -> new ProposalOutcome.Unknown();
        };
    core.onProposalAnswered(proposal, outcome, nowMs());
    replica.touch();
  }

  @Override
  void deleteOldSegments() {
    guards.sweep();
    replica.writeStaged();
    int deleted =
        replica.log().deleteOldSegments(core.highWatermark(), replica.node().time().wallMs());
    if (deleted > 0) {
      logger.info(
          "{}: deleted {} old segments, the log starts at {}",
          replica.name(),
          deleted,
          replica.log().logStartOffset());
      replica.touch();
    }
  }

  @Override
  void end(ErrorCode reason) {
    ended = true;
    List.copyOf(feeds.keySet()).forEach(this::endFeed);
    releaseRound();
    List<Pending> appends = new ArrayList<>(decidedThisRound);
    decidedThisRound.clear();
    appends.addAll(waitingAppends.drain());
    appends.addAll(waitingForDisk.drain());
    for (Pending pending : appends) {
      pending.request().onResult().accept(new AppendResult.Refused(reason, null));
    }
    deletions.end(reason);
    reads.end();
  }
}
