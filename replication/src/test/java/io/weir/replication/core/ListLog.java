package io.weir.replication.core;

import java.util.ArrayList;
import java.util.List;

/** A log in memory: one record an offset, each with its epoch and a value of its own. */
final class ListLog implements LogView {
  record Entry(int epoch, long value) {}

  private final List<Entry> entries = new ArrayList<>();

  static ListLog ofEpochs(int... epochs) {
    ListLog log = new ListLog();
    for (int epoch : epochs) {
      log.append(new Entry(epoch, log.entries.size()));
    }
    return log;
  }

  void append(Entry entry) {
    entries.add(entry);
  }

  Entry get(long offset) {
    return entries.get((int) offset);
  }

  List<Entry> slice(long from, long to) {
    return List.copyOf(entries.subList((int) from, (int) to));
  }

  void truncateTo(long offset) {
    entries.subList((int) offset, entries.size()).clear();
  }

  @Override
  public long logStartOffset() {
    return 0;
  }

  @Override
  public long logEndOffset() {
    return entries.size();
  }

  @Override
  public int latestEpoch() {
    return entries.isEmpty() ? -1 : entries.getLast().epoch();
  }

  @Override
  public EpochBoundary endOffsetOf(int leaderEpoch) {
    int end = entries.size();
    while (end > 0 && entries.get(end - 1).epoch() > leaderEpoch) {
      end--;
    }
    return end == 0 ? EpochBoundary.NONE : new EpochBoundary(entries.get(end - 1).epoch(), end);
  }

  @Override
  public String toString() {
    return entries.toString();
  }
}
