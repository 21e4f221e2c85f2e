package io.weir.benchmarks;

/** How many partitions of one topic a message carries, and how large the batch of each is. */
public enum Load {
  ONE_16_KIB(1, 16 << 10),
  TWELVE_16_KIB(12, 16 << 10),
  ONE_1_MIB(1, 1 << 20);

  private final int partitions;
  private final int batchBytes;

  Load(int partitions, int batchBytes) {
    this.partitions = partitions;
    this.batchBytes = batchBytes;
  }

  int partitions() {
    return partitions;
  }

  /** About how large a batch gets: filled with records until the next would exceed it. */
  int batchBytes() {
    return batchBytes;
  }
}
