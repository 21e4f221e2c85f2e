package io.weir.broker.handler;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.weir.protocol.model.ErrorCode;
import io.weir.protocol.model.TopicPartition;
import io.weir.protocol.record.BatchRecompression;
import io.weir.protocol.record.BatchValidator;
import io.weir.protocol.record.Compression;
import io.weir.replication.AppendRequest;
import io.weir.replication.AppendResult;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compresses batches anew for topics that want a codec of their own, on threads that neither serve
 * connections nor own logs. A partition belongs to one of these threads, and while batches of it
 * are there, all that come for it go the same way, so that they reach the log in the order in which
 * they came. Thread-safe.
 *
 * <p>Bounds: how many batches wait is bounded by what connections may have under way; at any time
 * each thread has one in work; and those that are done and not answered yet, which may be much
 * larger than they came, have {@value #UNANSWERED_KIB} KiB together, or are a single one. When that
 * is used up the threads wait for answers.
 */
final class RecompressedAppends {
  private static final Logger LOG = LoggerFactory.getLogger(RecompressedAppends.class);
  private static final int UNANSWERED_KIB = 64 * 1024;
  private static final int KIB = 1024;
  private static final long IDLE_S = 10;

  private final List<ThreadPoolExecutor> lanes = new ArrayList<>();
  private final ConcurrentMap<TopicPartition, Integer> underWay = new ConcurrentHashMap<>();
  private final Semaphore unanswered = new Semaphore(UNANSWERED_KIB);

  RecompressedAppends(int threads) {
    for (int i = 0; i < threads; i++) {
      String name = "weir-recompression-" + i;
      ThreadPoolExecutor lane =
          new ThreadPoolExecutor(
              1,
              1,
              IDLE_S,
              TimeUnit.SECONDS,
              new LinkedBlockingQueue<>(),
              task -> Thread.ofPlatform().name(name).daemon().unstarted(task));
      lane.allowCoreThreadTimeOut(true);
      lanes.add(lane);
    }
  }

  /**
   * Hands an append on, at once where its batch stays as it is and none of its partition is under
   * way.
   *
   * @param target what the batch is to be compressed to; null where it stays as it is
   * @param next takes what is to be appended; on the calling thread or on one of these
   */
  void append(
      AppendRequest append,
      @Nullable Compression target,
      BatchValidator.Limits limits,
      long nowMs,
      Consumer<AppendRequest> next) {
    TopicPartition partition = append.partition();
    if (target == null && !underWay.containsKey(partition)) {
      next.accept(append);
      return;
    }
    underWay.merge(partition, 1, Integer::sum);
    lanes
        .get(Math.floorMod(partition.hashCode(), lanes.size()))
        .execute(() -> {
          try {
            if (target == null) {
              next.accept(append);
            } else {
              recompress(append, target, limits, nowMs, next);
            }
          } finally {
            underWay.computeIfPresent(partition, (_, count) -> count == 1 ? null : count - 1);
          }
        });
  }

  private void recompress(
      AppendRequest append,
      Compression target,
      BatchValidator.Limits limits,
      long nowMs,
      Consumer<AppendRequest> next) {
    BatchRecompression.Result result;
    try {
      result =
          BatchRecompression.recompress(
              append.batches(), target, limits, nowMs, ByteBufAllocator.DEFAULT);
    } catch (RuntimeException | OutOfMemoryError e) {
      LOG.error("{}: a batch could not be compressed anew", append.partition(), e);
      result = new BatchRecompression.Refused(ErrorCode.UNKNOWN_SERVER_ERROR, "not compressed");
    } finally {
      append.batches().release();
    }
    switch (result) {
      case BatchRecompression.Recompressed(ByteBuf batch) -> handOn(append, batch, next);
      case BatchRecompression.Refused(ErrorCode error, String message) ->
          append.onResult().accept(new AppendResult.Refused(error, message));
    }
  }

  private void handOn(AppendRequest append, ByteBuf batch, Consumer<AppendRequest> next) {
    int kib = Math.min(UNANSWERED_KIB, batch.readableBytes() / KIB + 1);
    unanswered.acquireUninterruptibly(kib);
    next.accept(
        append.withBatches(
            batch,
            answer -> {
              unanswered.release(kib);
              append.onResult().accept(answer);
            }));
  }
}
