package io.weir.it;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a load knows of the records it sent to one topic: which were acknowledged, at which offset,
 * and of which it is unknown whether they were written. A record is named by its partition and its
 * sequence, which counts from 0 in each partition. Thread-safe: every method is synchronized.
 */
final class Ledger {
  private final String topic;
  private final int partitions;
  private final Map<Integer, SortedMap<Long, Long>> acknowledged = new TreeMap<>();
  private final List<String> failures = new ArrayList<>();
  private long acknowledgedCount;

  Ledger(String topic, int partitions) {
    this.topic = topic;
    this.partitions = partitions;
    for (int partition = 0; partition < partitions; partition++) {
      acknowledged.put(partition, new TreeMap<>());
    }
  }

  String topic() {
    return topic;
  }

  int partitions() {
    return partitions;
  }

  synchronized void acknowledge(int partition, long sequence, long offset) {
    offsets(partition).put(sequence, offset);
    acknowledgedCount++;
  }

  /** The send failed: the record may have been written, or not. */
  synchronized void fail(int partition, long sequence, Exception reason) {
    failures.add("partition " + partition + ", sequence " + sequence + ": " + reason);
  }

  synchronized long acknowledgedCount() {
    return acknowledgedCount;
  }

  synchronized List<String> failures() {
    return List.copyOf(failures);
  }

  /** By sequence: the offsets of a partition's acknowledged records. */
  synchronized SortedMap<Long, Long> acknowledged(int partition) {
    return new TreeMap<>(offsets(partition));
  }

  private SortedMap<Long, Long> offsets(int partition) {
    SortedMap<Long, Long> offsets = acknowledged.get(partition);
    if (offsets == null) {
      throw new IllegalArgumentException("no partition " + partition);
    }
    return offsets;
  }
}
