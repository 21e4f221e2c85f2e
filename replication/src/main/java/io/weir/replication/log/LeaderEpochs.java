package io.weir.replication.log;

import java.util.Arrays;

/**
 * The leader epochs of a log: which began at which offset. Both grow from entry to entry. Pure:
 * files are written elsewhere, from {@link #copy}. Confined to the partition's loop.
 *
 * <p>An epoch without a batch of its own (a leader that was deposed before anyone wrote) is kept as
 * long as it is the latest, and gives way to the next one at the same offset.
 */
final class LeaderEpochs {
  private int[] epochs = new int[4];
  private long[] startOffsets = new long[4];
  private int size;

  int latestEpoch() {
    return size == 0 ? -1 : epochs[size - 1];
  }

  int size() {
    return size;
  }

  int epoch(int entry) {
    return epochs[entry];
  }

  long startOffset(int entry) {
    return startOffsets[entry];
  }

  /**
   * Notes that batches from the offset on are of that epoch; nothing new when it is the latest
   * already.
   */
  void begin(int leaderEpoch, long startOffset) {
    if (leaderEpoch <= latestEpoch()) {
      return;
    }
    while (size > 0 && startOffsets[size - 1] >= startOffset) {
      size--;
    }
    if (size == epochs.length) {
      epochs = Arrays.copyOf(epochs, size * 2);
      startOffsets = Arrays.copyOf(startOffsets, size * 2);
    }
    epochs[size] = leaderEpoch;
    startOffsets[size] = startOffset;
    size++;
  }

  /**
   * The end of the largest epoch that is not after the asked one: where the next began, or the
   * log's end.
   */
  EpochEnd endOffsetOf(int leaderEpoch, long logEndOffset) {
    int entry = size - 1;
    while (entry >= 0 && epochs[entry] > leaderEpoch) {
      entry--;
    }
    if (entry < 0) {
      return EpochEnd.UNDEFINED;
    }
    return new EpochEnd(epochs[entry], entry + 1 < size ? startOffsets[entry + 1] : logEndOffset);
  }

  /** The epoch of the batch at that offset; -1 when unknown. */
  int epochAt(long offset) {
    int entry = size - 1;
    while (entry >= 0 && startOffsets[entry] > offset) {
      entry--;
    }
    return entry < 0 ? -1 : epochs[entry];
  }

  /** Forgets the epochs that began at the offset or after it. */
  void truncateTo(long offset) {
    while (size > 0 && startOffsets[size - 1] >= offset) {
      size--;
    }
  }

  /** Forgets what ended before the offset; the epoch that holds it now begins there. */
  void truncateFrom(long logStartOffset) {
    int first = 0;
    while (first + 1 < size && startOffsets[first + 1] <= logStartOffset) {
      first++;
    }
    if (first > 0) {
      System.arraycopy(epochs, first, epochs, 0, size - first);
      System.arraycopy(startOffsets, first, startOffsets, 0, size - first);
      size -= first;
    }
    if (size > 0 && startOffsets[0] < logStartOffset) {
      startOffsets[0] = logStartOffset;
    }
  }

  void clear() {
    size = 0;
  }

  LeaderEpochs copy() {
    LeaderEpochs copy = new LeaderEpochs();
    copy.epochs = epochs.clone();
    copy.startOffsets = startOffsets.clone();
    copy.size = size;
    return copy;
  }
}
