package io.weir.broker.state;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.weir.protocol.model.ErrorCode;
import io.weir.protocol.model.TopicPartition;
import io.weir.protocol.record.BatchHeader;
import io.weir.protocol.record.FileRecords;
import io.weir.replication.ListOffsetRequest;
import io.weir.replication.ListOffsetResult;
import io.weir.replication.ReadRequest;
import io.weir.replication.ReadResult;
import io.weir.replication.ReadUpTo;
import io.weir.replication.Replicas;
import io.weir.replication.loop.LoopExecutor;
import java.io.UncheckedIOException;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads one partition from its start to its end, for a coordinator that takes it over. Confined to
 * the partition's loop; only the file is read elsewhere, since it may be cold.
 *
 * <pre>
 *   end? --> read, hand over, read, ... until the end --> wait until the high watermark is there --> done
 * </pre>
 *
 * <p>Each step names the leader epoch, so that it fails once the leadership has ended.
 */
final class StateLoad {
  private static final Logger LOG = LoggerFactory.getLogger(StateLoad.class);
  private static final int CHUNK_BYTES = 4 << 20;

  private final Replicas replicas;
  private final TopicPartition partition;
  private final int leaderEpoch;
  private final Consumer<ByteBuf> batches;
  private final Consumer<ErrorCode> done;
  private final LoopExecutor loop;
  private long endOffset;

  StateLoad(
      Replicas replicas,
      TopicPartition partition,
      int leaderEpoch,
      Consumer<ByteBuf> batches,
      Consumer<ErrorCode> done) {
    this.replicas = replicas;
    this.partition = partition;
    this.leaderEpoch = leaderEpoch;
    this.batches = batches;
    this.done = done;
    this.loop = replicas.loopOf(partition);
  }

  void start() {
    find(ListOffsetRequest.LATEST, this::onEnd);
  }

  private void onEnd(long offset) {
    endOffset = offset;
    find(ListOffsetRequest.EARLIEST, this::readFrom);
  }

  private void find(long place, Consumer<Long> next) {
    replicas.listOffset(
        new ListOffsetRequest(
            partition, leaderEpoch, place, ReadUpTo.LOG_END, result -> onFound(result, next)));
  }

  private void onFound(ListOffsetResult result, Consumer<Long> next) {
    if (result.error() == ErrorCode.NONE) {
      next.accept(result.offset());
    } else {
      done.accept(result.error());
    }
  }

  private void readFrom(long offset) {
    if (offset >= endOffset) {
      awaitCommitted();
    } else {
      read(offset, ReadUpTo.LOG_END, null, this::onRead);
    }
  }

  private void onRead(ReadResult result) {
    FileRecords records = result.records();
    if (result.error() != ErrorCode.NONE || records == null) {
      done.accept(records == null ? orUnknown(result.error()) : result.error());
      return;
    }
    Thread.startVirtualThread(() -> readFile(records));
  }

  private static ErrorCode orUnknown(ErrorCode error) {
    return error == ErrorCode.NONE ? ErrorCode.UNKNOWN_SERVER_ERROR : error;
  }

  /** On a thread of its own. */
  private void readFile(FileRecords records) {
    ByteBuf bytes = PooledByteBufAllocator.DEFAULT.directBuffer(records.sizeInBytes());
    try {
      records.readInto(bytes);
      onLoop(() -> handOver(bytes), bytes);
    } catch (UncheckedIOException e) {
      bytes.release();
      LOG.error("{} cannot be read", partition, e);
      onLoop(() -> done.accept(ErrorCode.KAFKA_STORAGE_ERROR), Unpooled.EMPTY_BUFFER);
    } finally {
      records.release();
    }
  }

  private void onLoop(Runnable task, ByteBuf unless) {
    try {
      loop.execute(task);
    } catch (RejectedExecutionException e) {
      unless.release(); // the node stops, and nobody waits any more
    }
  }

  private void handOver(ByteBuf bytes) {
    long next = -1;
    try {
      next = nextOffset(bytes);
      batches.accept(bytes);
    } finally {
      bytes.release();
    }
    readFrom(next);
  }

  /** The offset after the last of these whole batches. */
  private static long nextOffset(ByteBuf bytes) {
    int last = bytes.readerIndex();
    for (int at = last; at < bytes.writerIndex(); at += BatchHeader.sizeInBytes(bytes, at)) {
      last = at;
    }
    return BatchHeader.nextOffset(bytes, last);
  }

  /** What was read counts only once it is committed; the high watermark passes whole batches. */
  private void awaitCommitted() {
    if (endOffset == 0) {
      done.accept(ErrorCode.NONE);
      return;
    }
    read(endOffset - 1, ReadUpTo.HIGH_WATERMARK, this::awaitCommitted, this::onCommitted);
  }

  private void onCommitted(ReadResult result) {
    FileRecords records = result.records();
    if (records != null) {
      records.release();
    }
    if (result.error() != ErrorCode.NONE && result.error() != ErrorCode.OFFSET_OUT_OF_RANGE) {
      done.accept(result.error());
    } else if (result.highWatermark() >= endOffset) {
      done.accept(ErrorCode.NONE);
    }
  }

  private void read(
      long offset, ReadUpTo upTo, @Nullable Runnable onData, Consumer<ReadResult> onResult) {
    var _ =
        replicas.read(
            new ReadRequest(
                partition, leaderEpoch, -1, offset, CHUNK_BYTES, upTo, onData, onResult));
  }
}
