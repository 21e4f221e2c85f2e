package io.weir.coordinator.transaction.core;

import io.weir.protocol.model.ErrorCode;
import io.weir.protocol.model.TopicPartition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The partitions that transactions write to, by the rules of their leaders: who may write, which
 * markers count, and what readers of committed records are shown.
 */
final class Partitions {
  /** Stands for a producer that was not verified. */
  static final long NO_GUARD = -1;

  /** What became of a record. */
  enum Fate {
    OPEN,
    VISIBLE,
    ABORTED
  }

  /** A record, and the transaction that it was written in. */
  record Entry(String transactionalId, int transaction, String text) {}

  /** What one producer did in one partition. */
  private static final class Writer {
    private short epoch;
    private int coordinatorEpoch = -1;
    private long guard;
    private @Nullable List<Entry> open;
  }

  private static final class Partition {
    private final Map<Long, Writer> writers = new HashMap<>();
    private final Map<Entry, Fate> entries =
        new TreeMap<>(java.util.Comparator.comparing(Entry::text));
  }

  private final Map<TopicPartition, Partition> partitions = new HashMap<>();

  private Partition at(TopicPartition partition) {
    return partitions.computeIfAbsent(partition, p -> new Partition());
  }

  private Writer writer(TopicPartition partition, Producer producer) {
    return at(partition).writers.computeIfAbsent(producer.id(), id -> new Writer());
  }

  /** To be asked for before the coordinator is asked about the transaction. */
  long guard(TopicPartition partition, Producer producer) {
    return writer(partition, producer).guard;
  }

  boolean isOpen(TopicPartition partition, Producer producer) {
    Writer writer = writer(partition, producer);
    return writer.open != null && writer.epoch == producer.epoch();
  }

  /**
   * Appends a record.
   *
   * @param transaction how many of the id's came before; counts where the record opens it here
   */
  ErrorCode append(
      TopicPartition partition,
      Producer producer,
      long guard,
      String transactionalId,
      int transaction,
      String text) {
    Writer writer = writer(partition, producer);
    if (producer.epoch() < writer.epoch) {
      return ErrorCode.INVALID_PRODUCER_EPOCH;
    }
    if (!isOpen(partition, producer)) {
      if (guard != writer.guard) {
        return ErrorCode.INVALID_TXN_STATE;
      }
      if (writer.open != null) {
        throw new AssertionError("a transaction begins in " + partition + " inside another");
      }
    }
    List<Entry> open = writer.open == null ? new ArrayList<>() : writer.open;
    Entry entry =
        new Entry(
            transactionalId, open.isEmpty() ? transaction : open.getFirst().transaction(), text);
    open.add(entry);
    at(partition).entries.put(entry, Fate.OPEN);
    writer.open = open;
    writer.epoch = producer.epoch();
    return ErrorCode.NONE;
  }

  ErrorCode end(MarkerOrder marker, int coordinatorEpoch) {
    Writer writer = writer(marker.partition(), marker.producer());
    short epoch = marker.producer().epoch();
    if (coordinatorEpoch < writer.coordinatorEpoch) {
      return ErrorCode.TRANSACTION_COORDINATOR_FENCED;
    }
    boolean ofTheOneAfter = marker.raisesEpoch() && writer.open != null && epoch == writer.epoch;
    if (epoch < writer.epoch || ofTheOneAfter) {
      return ErrorCode.INVALID_PRODUCER_EPOCH;
    }
    List<Entry> ended = writer.open == null ? List.of() : writer.open;
    Fate fate = marker.commit() ? Fate.VISIBLE : Fate.ABORTED;
    ended.forEach(entry -> at(marker.partition()).entries.put(entry, fate));
    writer.open = null;
    writer.epoch = epoch;
    writer.coordinatorEpoch = coordinatorEpoch;
    writer.guard++;
    return ErrorCode.NONE;
  }

  /** Texts in the order of the alphabet. */
  List<String> texts(TopicPartition partition, Fate fate) {
    return at(partition).entries.entrySet().stream()
        .filter(entry -> entry.getValue() == fate)
        .map(entry -> entry.getKey().text())
        .toList();
  }

  /** All records of all partitions. */
  Map<Entry, Fate> all() {
    Map<Entry, Fate> all = new HashMap<>();
    partitions.values().forEach(partition -> all.putAll(partition.entries));
    return all;
  }
}
