package io.weir.replication;

import io.weir.protocol.model.ErrorCode;
import io.weir.replication.core.LeaderCore;
import io.weir.replication.core.OffsetWaits;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives up records that a client wants to be gone, and answers once every replica in sync has done
 * the same, so that none of them can bring the records back as the next leader. Confined to the
 * partition's loop; one leadership's.
 */
final class LeaderDeletions {
  private static final Logger logger = LoggerFactory.getLogger(LeaderDeletions.class);

  private final PartitionReplica replica;
  private final LeaderCore core;
  private final OffsetWaits<Consumer<DeletionResult>> waiting = new OffsetWaits<>();

  LeaderDeletions(PartitionReplica replica, LeaderCore core) {
    this.replica = replica;
    this.core = core;
  }

  void delete(DeletionRequest request) {
    ErrorCode refusal = refusal(request.offset());
    if (refusal != ErrorCode.NONE) {
      request.onResult().accept(DeletionResult.failed(refusal));
      return;
    }
    long offset =
        request.offset() == DeletionRequest.ALL_COMMITTED ? core.highWatermark() : request.offset();
    // First among those who wait, so that it is answered whatever becomes of the log.
    long deadlineMs = replica.node().time().monotonicMs() + request.timeoutMs();
    waiting.add(offset, deadlineMs, request.onResult());
    replica.context().noteDeadlines(replica);
    if (offset > replica.log().logStartOffset()) {
      replica.writeStaged();
      replica.log().advanceLogStart(offset);
      logger.info("{}: records before offset {} were deleted by request", replica.name(), offset);
    }
    replica.touch();
  }

  private ErrorCode refusal(long offset) {
    if (!replica.log().config().cleanup().deletes()) {
      return ErrorCode.POLICY_VIOLATION;
    }
    if (offset < DeletionRequest.ALL_COMMITTED) {
      return ErrorCode.OFFSET_OUT_OF_RANGE;
    }
    // Until it knows what its predecessor had committed, more may be committed than it thinks.
    boolean viewMayBeShort = core.highWatermark() < core.epochStartOffset();
    if (viewMayBeShort
        && (offset == DeletionRequest.ALL_COMMITTED || offset > core.highWatermark())) {
      return ErrorCode.OFFSET_NOT_AVAILABLE;
    }
    return offset > core.highWatermark() ? ErrorCode.OFFSET_OUT_OF_RANGE : ErrorCode.NONE;
  }

  /** Answers those whose records are gone everywhere. */
  void answer() {
    if (waiting.isEmpty()) {
      return;
    }
    long own = replica.log().logStartOffset();
    DeletionResult done = new DeletionResult(ErrorCode.NONE, core.lowWatermark(own));
    waiting.met(core.logStartInSync(own)).forEach(onResult -> onResult.accept(done));
  }

  /** Answers those whose time is up; whether some still wait. */
  boolean expire() {
    DeletionResult late = DeletionResult.failed(ErrorCode.REQUEST_TIMED_OUT);
    waiting.expired(replica.node().time().monotonicMs()).forEach(onResult -> onResult.accept(late));
    return !waiting.isEmpty();
  }

  void end(ErrorCode reason) {
    waiting.drain().forEach(onResult -> onResult.accept(DeletionResult.failed(reason)));
  }
}
