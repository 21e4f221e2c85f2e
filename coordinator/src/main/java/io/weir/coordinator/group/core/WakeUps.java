package io.weir.coordinator.group.core;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;

/**
 * Which group has to be looked at when: one entry for each group at most. Confined to the shard.
 */
final class WakeUps {
  private record Entry(long atMs, String groupId) implements Comparable<Entry> {
    @Override
    public int compareTo(Entry other) {
      int byTime = Long.compare(atMs, other.atMs);
      return byTime != 0 ? byTime : groupId.compareTo(other.groupId);
    }
  }

  private final NavigableSet<Entry> entries = new TreeSet<>();
  private final Map<String, Long> timeByGroup = new HashMap<>();

  /** From now on the group's time is this one; Long.MAX_VALUE is never. */
  void set(String groupId, long atMs) {
    Long before = timeByGroup.remove(groupId);
    if (before != null) {
      entries.remove(new Entry(before, groupId));
    }
    if (atMs != Long.MAX_VALUE) {
      timeByGroup.put(groupId, atMs);
      entries.add(new Entry(atMs, groupId));
    }
  }

  long earliestMs() {
    return entries.isEmpty() ? Long.MAX_VALUE : entries.first().atMs();
  }

  /** Ids of the groups whose time has come, earliest first; their entries stay until set anew. */
  List<String> due(long nowMs) {
    List<String> due = new ArrayList<>();
    for (Entry entry : entries) {
      if (entry.atMs() > nowMs) {
        break;
      }
      due.add(entry.groupId());
    }
    return due;
  }
}
