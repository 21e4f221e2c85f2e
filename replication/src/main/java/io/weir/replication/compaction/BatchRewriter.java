package io.weir.replication.compaction;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.weir.protocol.record.BatchHeader;
import io.weir.protocol.record.BatchRecord;
import io.weir.protocol.record.Compression;
import io.weir.protocol.record.CompressionType;
import io.weir.protocol.record.RecordBatchBuilder;
import io.weir.protocol.record.RecordCursor;
import io.weir.protocol.record.TimestampType;
import io.weir.replication.compaction.core.BatchFate;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Builds batches anew from some of their records. Stateless. */
final class BatchRewriter {
  private BatchRewriter() {}

  /** The batch with the records that stay; all else is as it was. The caller releases it. */
  static ByteBuf rewrite(ByteBuf buffer, int index, BatchFate.Rewrite fate) {
    try (RecordBatchBuilder builder = new RecordBatchBuilder(ByteBufAllocator.DEFAULT)) {
      builder
          .baseOffset(BatchHeader.baseOffset(buffer, index))
          .leaderEpoch(BatchHeader.partitionLeaderEpoch(buffer, index));
      describe(builder, buffer, index);
      if (fate.deleteHorizonMs() != BatchHeader.NO_TIMESTAMP) {
        builder.deleteHorizon(fate.deleteHorizonMs());
      }
      if (!fate.records().isEmpty()) {
        copy(builder, buffer, index, fate);
      }
      return builder.lastOffsetDelta(BatchHeader.lastOffsetDelta(buffer, index)).build();
    }
  }

  private static void describe(RecordBatchBuilder builder, ByteBuf buffer, int index) {
    CompressionType codec = BatchHeader.compressionType(buffer, index);
    if (codec != null) {
      builder.compression(Compression.of(codec));
    }
    if (BatchHeader.hasProducerId(buffer, index)) {
      builder.producer(
          BatchHeader.producerId(buffer, index),
          BatchHeader.producerEpoch(buffer, index),
          BatchHeader.baseSequence(buffer, index));
    }
    if (BatchHeader.isTransactional(buffer, index)) {
      builder.transactional();
    }
    if (BatchHeader.isControl(buffer, index)) {
      builder.control();
    }
    if (BatchHeader.timestampType(buffer, index) == TimestampType.LOG_APPEND_TIME) {
      builder.appendTime(BatchHeader.maxTimestamp(buffer, index));
    }
  }

  private static void copy(
      RecordBatchBuilder builder, ByteBuf buffer, int index, BatchFate.Rewrite fate) {
    try (RecordCursor records = RecordCursor.open(buffer, index)) {
      for (int place = 0; records.next(); place++) {
        if (fate.records().get(place)) {
          builder.appendAt(
              records.offsetDelta(),
              records.timestampMs(),
              view(records.buffer(), records.keyIndex(), records.keySize()),
              view(records.buffer(), records.valueIndex(), records.valueSize()),
              headers(records));
        }
      }
    }
  }

  private static List<BatchRecord.Header> headers(RecordCursor records) {
    List<BatchRecord.Header> headers = new ArrayList<>(records.headerCount());
    ByteBuf buffer = records.buffer();
    records.forEachHeader((nameIndex, nameSize, valueIndex, valueSize) ->
        headers.add(
            new BatchRecord.Header(
                buffer.toString(nameIndex, nameSize, StandardCharsets.UTF_8),
                view(buffer, valueIndex, valueSize))));
    return headers;
  }

  private static @Nullable ByteBuffer view(ByteBuf buffer, int index, int size) {
    return size < 0 ? null : buffer.nioBuffer(index, size);
  }
}
