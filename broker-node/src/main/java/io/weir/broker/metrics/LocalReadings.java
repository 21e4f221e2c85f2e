package io.weir.broker.metrics;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.weir.protocol.model.ErrorCode;
import io.weir.protocol.model.TopicPartition;
import io.weir.protocol.record.BatchHeader;
import io.weir.protocol.record.FileRecords;
import io.weir.protocol.record.TimestampType;
import io.weir.replication.ReadRequest;
import io.weir.replication.ReadResult;
import io.weir.replication.ReadUpTo;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Readings of the partitions that this node leads. Thread-safe: partitions' loops only say where a
 * batch lies; its header is read on a virtual thread, which may wait for the disk.
 */
public final class LocalReadings {
  private static final Logger LOG = LoggerFactory.getLogger(LocalReadings.class);

  /** The first batch comes whole whatever the limit, and no second one is wanted. */
  private static final int ONE_BATCH = 1;

  private final Consumer<ReadRequest> reads;

  /**
   * @param reads takes reads to the partitions' loops
   */
  public LocalReadings(Consumer<ReadRequest> reads) {
    this.reads = reads;
  }

  /** See {@link LeaderReadings#ask}; never fails. */
  public CompletableFuture<List<Optional<Reading>>> of(List<Position> positions) {
    List<CompletableFuture<ReadResult>> results = positions.stream().map(this::firstBatch).toList();
    return CompletableFuture.allOf(results.toArray(CompletableFuture[]::new))
        .thenApplyAsync(
            _ -> results.stream().map(result -> reading(result.join())).toList(),
            Thread::startVirtualThread);
  }

  /** Where retention has overtaken a group, its next record is the first one kept. */
  private CompletableFuture<ReadResult> firstBatch(Position position) {
    return read(position.partition(), position.offset())
        .thenCompose(result ->
            result.error() == ErrorCode.OFFSET_OUT_OF_RANGE
                    && position.offset() < result.logStartOffset()
                ? read(position.partition(), result.logStartOffset())
                : CompletableFuture.completedFuture(result));
  }

  private CompletableFuture<ReadResult> read(TopicPartition partition, long offset) {
    CompletableFuture<ReadResult> result = new CompletableFuture<>();
    reads.accept(
        new ReadRequest(
            partition, -1, -1, offset, ONE_BATCH, ReadUpTo.HIGH_WATERMARK, null, result::complete));
    return result;
  }

  private static Optional<Reading> reading(ReadResult result) {
    FileRecords records = result.records();
    long timestampMs = records == null ? Reading.NO_TIMESTAMP : timestampOfFirst(records);
    boolean known =
        switch (result.error()) {
          case NONE, OFFSET_OUT_OF_RANGE -> result.highWatermark() >= 0;
          default -> false;
        };
    return known ? Optional.of(new Reading(result.highWatermark(), timestampMs)) : Optional.empty();
  }

  private static long timestampOfFirst(FileRecords records) {
    FileRecords head = records.first(Math.min(records.sizeInBytes(), BatchHeader.SIZE));
    try {
      ByteBuf header = Unpooled.buffer(BatchHeader.SIZE, BatchHeader.SIZE);
      head.readInto(header);
      return header.writerIndex() < BatchHeader.SIZE ? Reading.NO_TIMESTAMP : timestamp(header);
    } catch (UncheckedIOException e) {
      LOG.warn("the age of a group's next record is not known, {} cannot be read", head, e);
      return Reading.NO_TIMESTAMP;
    } finally {
      head.release();
    }
  }

  private static long timestamp(ByteBuf header) {
    boolean isOfFirstRecord =
        BatchHeader.timestampType(header, 0) == TimestampType.CREATE_TIME
            && !BatchHeader.hasDeleteHorizon(header, 0);
    return isOfFirstRecord
        ? BatchHeader.baseTimestamp(header, 0)
        : BatchHeader.maxTimestamp(header, 0);
  }
}
