package io.weir.replication;

import io.weir.protocol.model.ErrorCode;
import io.weir.protocol.record.FileRecords;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Answer to a {@link ReadRequest}. Whoever gets it owns {@code records} and releases them once.
 *
 * @param highWatermark with no error or OFFSET_OUT_OF_RANGE, else -1; the same for the next two
 * @param lastStableOffset the first offset that may still turn out to be of an aborted transaction;
 *     at most the high watermark
 * @param records whole batches; null when there are none
 * @param abortedTransactions those that have records among the ones read, by first offset; only for
 *     {@link ReadUpTo#LAST_STABLE}
 * @param leaderId who leads as far as this node knows, -1 when it knows of none
 * @param leaderEpoch epoch of that leadership, -1 when unknown
 * @param divergingEpoch largest epoch of this log that is not above the reader's; -1 when the logs
 *     agree. With a diverging epoch there are no records
 * @param divergingEndOffset where the diverging epoch ends here, exclusive; -1 when the logs agree
 */
public record ReadResult(
    ErrorCode error,
    long highWatermark,
    long lastStableOffset,
    long logStartOffset,
    @Nullable FileRecords records,
    List<AbortedTransaction> abortedTransactions,
    int leaderId,
    int leaderEpoch,
    int divergingEpoch,
    long divergingEndOffset) {

  /** An error, with what is known of the leader. */
  public static ReadResult failed(ErrorCode error, int leaderId, int leaderEpoch) {
    return new ReadResult(error, -1, -1, -1, null, List.of(), leaderId, leaderEpoch, -1, -1);
  }

  /** The same with other records. */
  public ReadResult withRecords(FileRecords others) {
    return new ReadResult(
        error,
        highWatermark,
        lastStableOffset,
        logStartOffset,
        others,
        abortedTransactions,
        leaderId,
        leaderEpoch,
        divergingEpoch,
        divergingEndOffset);
  }
}
