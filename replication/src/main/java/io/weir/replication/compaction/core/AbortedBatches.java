package io.weir.replication.compaction.core;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/** Tells which batches are of transactions that were aborted. Confined to its user. */
public final class AbortedBatches {
  /** By producer: where its aborted transactions begin, and the offsets of their markers. */
  private final Map<Long, TreeMap<Long, Long>> byProducer = new HashMap<>();

  public void add(long producerId, long firstOffset, long markerOffset) {
    byProducer.computeIfAbsent(producerId, _ -> new TreeMap<>()).put(firstOffset, markerOffset);
  }

  /** Asked of transactional batches only. */
  public boolean contains(long producerId, long baseOffset) {
    TreeMap<Long, Long> ranges = byProducer.get(producerId);
    Map.Entry<Long, Long> range = ranges == null ? null : ranges.floorEntry(baseOffset);
    return range != null && baseOffset < range.getValue();
  }
}
