package io.weir.coordinator.transaction.core;

import io.weir.coordinator.state.Now;
import io.weir.protocol.model.ErrorCode;
import io.weir.protocol.model.TopicPartition;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * Takes prepared transactions to their end: all markers, each until it is in place, then the record
 * that says so. Confined to the shard.
 *
 * <pre>
 *   begin ──▶ sent ──▶ in place ──▶ (last one) Complete* written ──▶ committed
 *              ▲  │                                │        ▲
 *              └──┴ back-off                       └ refused┴ back-off
 * </pre>
 */
final class MarkerRounds {
  private static final long COMPLETION_BACKOFF_MS = 500;

  /** To do again; order is null for the record that completes the transaction. */
  private record Retry(long atMs, long sequence, TransactionalId id, @Nullable MarkerOrder order) {}

  private final Transitions transitions;
  private final PriorityQueue<Retry> retries =
      new PriorityQueue<>(Comparator.comparingLong(Retry::atMs).thenComparingLong(Retry::sequence));
  private long sequence;

  MarkerRounds(Transitions transitions) {
    this.transitions = transitions;
  }

  /** The id has just come to a prepared state, or was found in one. */
  void begin(TransactionalId id, Now now, List<Effect> out) {
    TransactionState prepared = id.committed();
    id.markers.clear();
    for (TopicPartition partition : prepared.partitions()) {
      id.markers.add(new MarkerOrder(id.name(), prepared, partition));
    }
    out.addAll(id.markers);
    if (id.markers.isEmpty()) {
      complete(id, now, out);
    }
  }

  /** A try has ended. */
  void answered(
      TransactionalId id, MarkerOrder order, ErrorCode answer, Now now, List<Effect> out) {
    if (!id.markers.contains(order)) {
      return;
    }
    if (!order.isDoneBy(answer)) {
      retryLater(id, order, order.nextBackoffMs(), now);
      return;
    }
    id.markers.remove(order);
    if (id.markers.isEmpty()) {
      complete(id, now, out);
    }
  }

  private void complete(TransactionalId id, Now now, List<Effect> out) {
    TransactionState complete = id.committed().completed(now.wallMs());
    transitions.write(
        id,
        complete.status(),
        complete,
        (error, then, next) -> {
          if (error != ErrorCode.NONE) {
            retryLater(id, null, COMPLETION_BACKOFF_MS, then);
          }
        },
        out);
  }

  private void retryLater(TransactionalId id, @Nullable MarkerOrder order, long backoff, Now now) {
    retries.add(new Retry(now.monotonicMs() + backoff, sequence++, id, order));
  }

  /** Does again what is due. */
  void tick(Now now, List<Effect> out) {
    while (nextWakeMs() <= now.monotonicMs()) {
      Retry retry = retries.remove();
      if (retry.order() == null) {
        complete(retry.id(), now, out);
      } else {
        out.add(retry.order());
      }
    }
  }

  /** In monotonic milliseconds. */
  long nextWakeMs() {
    Retry next = retries.peek();
    return next == null ? Long.MAX_VALUE : next.atMs();
  }
}
