package io.weir.broker.handler;

import io.weir.protocol.model.ErrorCode;
import io.weir.protocol.record.CompressionType;
import io.weir.protocol.record.CorruptBatchException;
import io.weir.protocol.record.FileRecords;
import io.weir.replication.ReadResult;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What clients may be sent that do not know zstd, which came with version 10 of Fetch: the batches
 * before the first one that is compressed with it; where that is the first of all,
 * UNSUPPORTED_COMPRESSION_TYPE. Looks at headers in the file, so it must not run on an event loop.
 * Stateless.
 */
final class WithoutZstd {
  private static final Logger LOG = LoggerFactory.getLogger(WithoutZstd.class);
  private static final int KNOWN_FROM = 10;

  private WithoutZstd() {}

  /** Whether in that version of Fetch there is something to look at. */
  static boolean isNeeded(int version, List<ReadResult> results) {
    return version < KNOWN_FROM
        && results.stream().map(ReadResult::records).anyMatch(Objects::nonNull);
  }

  /** Takes over the results, and gives others, of the same partitions, instead. */
  static List<ReadResult> of(List<ReadResult> results) {
    return results.stream().map(WithoutZstd::of).toList();
  }

  private static ReadResult of(ReadResult result) {
    FileRecords records = result.records();
    if (records == null) {
      return result;
    }
    try {
      int bytes = records.bytesBefore(CompressionType.ZSTD);
      return bytes == 0
          ? failed(result, records, ErrorCode.UNSUPPORTED_COMPRESSION_TYPE)
          : result.withRecords(records.first(bytes));
    } catch (UncheckedIOException | CorruptBatchException e) {
      LOG.error("{} cannot be read", records, e);
      return failed(result, records, ErrorCode.KAFKA_STORAGE_ERROR);
    }
  }

  private static ReadResult failed(ReadResult result, FileRecords records, ErrorCode error) {
    records.release();
    return ReadResult.failed(error, result.leaderId(), result.leaderEpoch());
  }
}
