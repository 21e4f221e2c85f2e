package io.weir.coordinator.transaction.core;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;

/** Which transactions are open, oldest first. Confined to the shard. */
final class OpenTransactions {
  private record Entry(long startedMs, String transactionalId) implements Comparable<Entry> {
    @Override
    public int compareTo(Entry other) {
      int byTime = Long.compare(startedMs, other.startedMs);
      return byTime != 0 ? byTime : transactionalId.compareTo(other.transactionalId);
    }
  }

  private final NavigableSet<Entry> entries = new TreeSet<>();
  private final Map<String, Entry> entryById = new HashMap<>();

  /**
   * Open from now on; without effect if it was.
   *
   * @param startedMs in monotonic milliseconds
   */
  void begin(String transactionalId, long startedMs) {
    if (!entryById.containsKey(transactionalId)) {
      Entry entry = new Entry(startedMs, transactionalId);
      entryById.put(transactionalId, entry);
      entries.add(entry);
    }
  }

  void end(String transactionalId) {
    Entry entry = entryById.remove(transactionalId);
    if (entry != null) {
      entries.remove(entry);
    }
  }

  int count() {
    return entries.size();
  }

  /** Long.MAX_VALUE when none is open. */
  long oldestStartMs() {
    return entries.isEmpty() ? Long.MAX_VALUE : entries.first().startedMs();
  }

  /** Long.MAX_VALUE when it is not open. */
  long startMs(String transactionalId) {
    Entry entry = entryById.get(transactionalId);
    return entry == null ? Long.MAX_VALUE : entry.startedMs();
  }

  /** Those that began at that time or before, oldest first. */
  List<String> startedUntil(long ms) {
    return entries.stream()
        .takeWhile(entry -> entry.startedMs() <= ms)
        .map(Entry::transactionalId)
        .toList();
  }
}
