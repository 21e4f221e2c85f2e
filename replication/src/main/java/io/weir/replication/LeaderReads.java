package io.weir.replication;

import io.weir.protocol.model.ErrorCode;
import io.weir.protocol.record.FileRecords;
import io.weir.replication.core.LeaderCore;
import io.weir.replication.core.OffsetWaits;
import io.weir.replication.log.EpochEnd;
import io.weir.replication.log.LogFailure;
import io.weir.replication.log.LogRead;
import io.weir.replication.log.OffsetAtTime;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Serves those who read from a leader: records, offsets by time, ends of epochs; and keeps those
 * who wait for more. Confined to the partition's loop; one leadership's.
 */
final class LeaderReads {
  private final PartitionReplica replica;
  private final LeaderCore core;
  private final OffsetWaits<Runnable> waitingForWatermark = new OffsetWaits<>();
  private final OffsetWaits<Runnable> waitingForStable = new OffsetWaits<>();
  private final OffsetWaits<Runnable> waitingForLogEnd = new OffsetWaits<>();

  LeaderReads(PartitionReplica replica, LeaderCore core) {
    this.replica = replica;
    this.core = core;
  }

  private int leaderEpoch() {
    return core.leadership().leaderEpoch();
  }

  /** The round's writes and watermark are done: who waited for them reads again. */
  void wake() {
    waitingForWatermark.met(core.highWatermark()).forEach(Runnable::run);
    waitingForStable.met(lastStableOffset()).forEach(Runnable::run);
    waitingForLogEnd.met(replica.log().logEndOffset()).forEach(Runnable::run);
  }

  /** The leadership ends: whoever waits asks again, and hears so. */
  void end() {
    waitingForWatermark.drain().forEach(Runnable::run);
    waitingForStable.drain().forEach(Runnable::run);
    waitingForLogEnd.drain().forEach(Runnable::run);
  }

  Registration read(ReadRequest request) {
    ErrorCode fenced = checkEpoch(request.currentLeaderEpoch());
    if (fenced != ErrorCode.NONE) {
      request.onResult().accept(ReadResult.failed(fenced, replica.node().nodeId(), leaderEpoch()));
      return Role.NOTHING_TO_CANCEL;
    }
    long offset = request.fetchOffset();
    if (offset < replica.log().logStartOffset() || offset > replica.log().logEndOffset()) {
      request.onResult().accept(empty(ErrorCode.OFFSET_OUT_OF_RANGE, EpochEnd.UNDEFINED));
      return Role.NOTHING_TO_CANCEL;
    }
    EpochEnd divergence = divergence(request);
    if (divergence.isDefined()) {
      request.onResult().accept(empty(ErrorCode.NONE, divergence));
      return Role.NOTHING_TO_CANCEL;
    }
    return readRecords(request);
  }

  private Registration readRecords(ReadRequest request) {
    long bound = bound(request.upTo());
    LogRead read = replica.log().read(request.fetchOffset(), request.maxBytes(), bound, true);
    return switch (read) {
      case LogRead.Slice slice -> {
        request.onResult().accept(found(request, slice));
        yield Role.NOTHING_TO_CANCEL;
      }
      case LogRead.OutOfRange _ -> {
        request.onResult().accept(empty(ErrorCode.OFFSET_OUT_OF_RANGE, EpochEnd.UNDEFINED));
        yield Role.NOTHING_TO_CANCEL;
      }
      case LogRead.Empty _ -> {
        Registration registration = await(request, bound);
        request.onResult().accept(empty(ErrorCode.NONE, EpochEnd.UNDEFINED));
        yield registration;
      }
    };
  }

  private Registration await(ReadRequest request, long bound) {
    Runnable onData = request.onData();
    if (onData == null) {
      return Role.NOTHING_TO_CANCEL;
    }
    OffsetWaits<Runnable> waits =
        switch (request.upTo()) {
          case HIGH_WATERMARK -> waitingForWatermark;
          case LAST_STABLE -> waitingForStable;
          case LOG_END -> waitingForLogEnd;
        };
    waits.add(Math.max(bound, request.fetchOffset()) + 1, Long.MAX_VALUE, onData);
    return () -> waits.remove(onData);
  }

  private long bound(ReadUpTo upTo) {
    return switch (upTo) {
      case HIGH_WATERMARK -> core.highWatermark();
      case LAST_STABLE -> lastStableOffset();
      case LOG_END -> replica.log().logEndOffset();
    };
  }

  /**
   * At most the high watermark. A transaction whose first records retention has taken holds back
   * what is left of it.
   */
  private long lastStableOffset() {
    return Math.max(
        replica.log().producerStates().stableBelow(core.highWatermark()),
        replica.log().logStartOffset());
  }

  private EpochEnd divergence(ReadRequest request) {
    int lastEpoch = request.lastFetchedEpoch();
    if (lastEpoch < 0) {
      return EpochEnd.UNDEFINED;
    }
    EpochEnd end = replica.log().endOffsetOf(lastEpoch);
    boolean agrees =
        !end.isDefined()
            || (end.leaderEpoch() == lastEpoch && end.endOffset() >= request.fetchOffset());
    return agrees ? EpochEnd.UNDEFINED : end;
  }

  private ReadResult found(ReadRequest request, LogRead.Slice slice) {
    List<AbortedTransaction> aborted = List.of();
    if (request.upTo() == ReadUpTo.LAST_STABLE) {
      try {
        aborted = aborted(request.fetchOffset(), slice.nextOffset());
      } catch (LogFailure e) {
        slice.records().release();
        throw e;
      }
    }
    return result(ErrorCode.NONE, slice.records(), aborted, EpochEnd.UNDEFINED);
  }

  private List<AbortedTransaction> aborted(long fromOffset, long endOffset) {
    return replica.log().abortedTransactions(fromOffset, endOffset).stream()
        .map(range -> new AbortedTransaction(range.producerId(), range.firstOffset()))
        .toList();
  }

  private ReadResult empty(ErrorCode error, EpochEnd diverging) {
    return result(error, null, List.of(), diverging);
  }

  private ReadResult result(
      ErrorCode error,
      @Nullable FileRecords records,
      List<AbortedTransaction> aborted,
      EpochEnd diverging) {
    return new ReadResult(
        error,
        core.highWatermark(),
        lastStableOffset(),
        replica.log().logStartOffset(),
        records,
        aborted,
        replica.node().nodeId(),
        leaderEpoch(),
        diverging.leaderEpoch(),
        diverging.endOffset());
  }

  private ErrorCode checkEpoch(int readersEpoch) {
    if (readersEpoch < 0 || readersEpoch == leaderEpoch()) {
      return ErrorCode.NONE;
    }
    return readersEpoch < leaderEpoch()
        ? ErrorCode.FENCED_LEADER_EPOCH
        : ErrorCode.UNKNOWN_LEADER_EPOCH;
  }

  void listOffset(ListOffsetRequest request) {
    ErrorCode fenced = checkEpoch(request.currentLeaderEpoch());
    request
        .onResult()
        .accept(fenced == ErrorCode.NONE ? findOffset(request) : ListOffsetResult.failed(fenced));
  }

  private ListOffsetResult findOffset(ListOffsetRequest request) {
    long bound = bound(request.upTo());
    long timestamp = request.timestamp();
    if (timestamp == ListOffsetRequest.EARLIEST || timestamp == ListOffsetRequest.EARLIEST_LOCAL) {
      OffsetAtTime first = replica.log().earliest();
      return ListOffsetResult.found(-1, first.offset(), first.leaderEpoch());
    }
    if (timestamp == ListOffsetRequest.LATEST_TIERED) {
      return ListOffsetResult.found(-1, -1, -1);
    }
    if (timestamp < ListOffsetRequest.MAX_TIMESTAMP) {
      return ListOffsetResult.failed(ErrorCode.INVALID_REQUEST);
    }
    // Until it knows what its predecessor had committed, its own view may end before what readers
    // saw.
    boolean viewMayBeShort =
        request.upTo() != ReadUpTo.LOG_END && core.highWatermark() < core.epochStartOffset();
    if (timestamp == ListOffsetRequest.LATEST) {
      return viewMayBeShort
          ? ListOffsetResult.failed(ErrorCode.OFFSET_NOT_AVAILABLE)
          : ListOffsetResult.found(-1, bound, leaderEpoch());
    }
    OffsetAtTime found =
        timestamp == ListOffsetRequest.MAX_TIMESTAMP
            ? replica.log().maxTimestamp(bound)
            : replica.log().offsetForTimestamp(timestamp, bound);
    return found.offset() < 0 && viewMayBeShort
        ? ListOffsetResult.failed(ErrorCode.OFFSET_NOT_AVAILABLE)
        : ListOffsetResult.found(found.timestampMs(), found.offset(), found.leaderEpoch());
  }

  void endOffsetForEpoch(EpochEndRequest request) {
    ErrorCode fenced = checkEpoch(request.currentLeaderEpoch());
    if (fenced != ErrorCode.NONE) {
      request.onResult().accept(EpochEndResult.failed(fenced));
      return;
    }
    EpochEnd end = replica.log().endOffsetOf(request.leaderEpoch());
    request
        .onResult()
        .accept(new EpochEndResult(ErrorCode.NONE, end.leaderEpoch(), end.endOffset()));
  }
}
