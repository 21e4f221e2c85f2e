package io.weir.coordinator.transaction.core;

import io.weir.coordinator.state.Now;
import io.weir.protocol.model.ErrorCode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is under way: writes that have not settled, and producer ids that were asked for. Confined
 * to the shard. Bounded: there is at most one of them for each transactional id.
 */
final class Transitions {
  private final Set<Write> writes = new LinkedHashSet<>();
  private final Set<ProducerIdOrder> orders = new LinkedHashSet<>();

  /**
   * @param shown where the transition leads to, as long as it is under way
   * @param next null for a tombstone
   */
  void write(
      TransactionalId id,
      TransactionStatus shown,
      @Nullable TransactionState next,
      Write.Outcome outcome,
      List<Effect> out) {
    begin(id, shown);
    Write write = new Write(new TransactionRecord(id.name(), next), outcome);
    writes.add(write);
    out.add(write);
  }

  /**
   * Aborts an open transaction and fences its producer.
   *
   * @param pardoned see {@link TransactionState#fenced}
   */
  void fence(
      TransactionalId id, boolean pardoned, Write.Outcome outcome, Now now, List<Effect> out) {
    TransactionState fenced = id.committed().fenced(pardoned, now.wallMs());
    write(id, TransactionStatus.PREPARE_EPOCH_FENCE, fenced, outcome, out);
  }

  void askProducerId(
      TransactionalId id,
      TransactionStatus shown,
      ProducerIdOrder.Outcome outcome,
      List<Effect> out) {
    begin(id, shown);
    ProducerIdOrder order = new ProducerIdOrder(id.name(), outcome);
    orders.add(order);
    out.add(order);
  }

  private static void begin(TransactionalId id, TransactionStatus shown) {
    if (id.isBusy()) {
      throw new IllegalStateException("two transitions of " + id.name());
    }
    id.pending = shown;
  }

  /** Whether it was under way; now it is not. */
  boolean end(Write write) {
    return writes.remove(write);
  }

  /** Whether it was under way; now it is not. */
  boolean end(ProducerIdOrder order) {
    return orders.remove(order);
  }

  /** All come to nothing. */
  void refuseAll(ErrorCode error, Now now, List<Effect> out) {
    List<Write> open = new ArrayList<>(writes);
    writes.clear();
    open.forEach(write -> write.outcome().settled(error, now, out));
    List<ProducerIdOrder> unanswered = new ArrayList<>(orders);
    orders.clear();
    unanswered.forEach(order -> order.outcome().refused(error, out));
  }

  /** What a client is told of a write that the log refused. */
  static ErrorCode forClient(ErrorCode logError) {
    return switch (logError) {
      case UNKNOWN_TOPIC_OR_PARTITION,
          NOT_ENOUGH_REPLICAS,
          NOT_ENOUGH_REPLICAS_AFTER_APPEND,
          REQUEST_TIMED_OUT ->
          ErrorCode.COORDINATOR_NOT_AVAILABLE;
      case NOT_LEADER_OR_FOLLOWER, FENCED_LEADER_EPOCH, KAFKA_STORAGE_ERROR ->
          ErrorCode.NOT_COORDINATOR;
      case MESSAGE_TOO_LARGE, RECORD_LIST_TOO_LARGE, INVALID_FETCH_SIZE ->
          ErrorCode.UNKNOWN_SERVER_ERROR;
      default -> logError;
    };
  }
}
