package io.weir.broker.handler;

import io.netty.buffer.ByteBuf;
import io.weir.protocol.model.ErrorCode;
import io.weir.protocol.record.CorruptBatchException;
import io.weir.protocol.record.RecordCursor;
import io.weir.replication.AppendResult;
import org.jspecify.annotations.Nullable;

/**
 * What a topic that is compacted asks of a batch: that each record has a key, since compaction goes
 * by them. Compressed batches are decompressed for it. Stateless.
 */
final class CompactedTopics {
  private CompactedTopics() {}

  /** Why a batch that is right in itself is not taken; null when it is. */
  static AppendResult.@Nullable Refused refusalOf(ByteBuf batch) {
    try (RecordCursor records = RecordCursor.open(batch, batch.readerIndex())) {
      while (records.next()) {
        if (records.keySize() < 0) {
          return refused("a compacted topic takes no record without a key");
        }
      }
      return null;
    } catch (CorruptBatchException e) {
      return refused(String.valueOf(e.getMessage()));
    }
  }

  private static AppendResult.Refused refused(String why) {
    return new AppendResult.Refused(ErrorCode.INVALID_RECORD, why);
  }
}
