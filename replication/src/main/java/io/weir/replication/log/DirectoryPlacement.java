package io.weir.replication.log;

import java.util.List;

/**
 * Chooses the directory of a new partition: the one with the most free bytes for each replica, the
 * new one included. So a burst of new partitions, whose data is not there yet, spreads in
 * proportion to the room there is, where free space alone would put all into one directory and the
 * number of partitions alone would fill the smallest disk first. Directories that are too full come
 * last; of equals the first in {@code log.dirs} is taken. Decides only.
 */
final class DirectoryPlacement {
  /**
   * A directory as it is now.
   *
   * @param freeBytes believed to be free
   * @param replicas that lie there already
   * @param full whether it has less free than what is to stay free
   */
  record Candidate(long freeBytes, int replicas, boolean full) {}

  private DirectoryPlacement() {}

  /** Index of the chosen one; -1 when there is none. */
  static int choose(List<Candidate> candidates) {
    int chosen = -1;
    for (int i = 0; i < candidates.size(); i++) {
      if (chosen < 0 || isBetter(candidates.get(i), candidates.get(chosen))) {
        chosen = i;
      }
    }
    return chosen;
  }

  private static boolean isBetter(Candidate one, Candidate other) {
    if (one.full() != other.full()) {
      return other.full();
    }
    return bytesPerReplica(one) > bytesPerReplica(other);
  }

  private static long bytesPerReplica(Candidate candidate) {
    return candidate.freeBytes() / (candidate.replicas() + 1);
  }
}
