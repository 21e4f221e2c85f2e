package io.weir.replication.compaction;

/**
 * What a node's cleaners may take. Immutable; the names are those of the settings after {@code
 * log.cleaner.}.
 *
 * @param dedupeBufferSize bytes for maps of keys, over all threads
 * @param ioBufferSize bytes for reading, over all threads
 * @param ioBufferLoadFactor how full a map may get
 * @param ioMaxBytesPerSecond read and written by all threads
 * @param backoffMs how long a thread rests that found nothing to do
 */
public record CleanerSettings(
    int threads,
    long dedupeBufferSize,
    int ioBufferSize,
    double ioBufferLoadFactor,
    double ioMaxBytesPerSecond,
    long backoffMs) {
  public CleanerSettings {
    if (threads < 0
        || dedupeBufferSize < 1
        || ioBufferSize < 0
        || ioBufferLoadFactor <= 0
        || ioBufferLoadFactor >= 1
        || !(ioMaxBytesPerSecond > 0)
        || backoffMs < 0) {
      throw new IllegalArgumentException("a cleaner's setting is out of range");
    }
  }

  /** Kafka's own. */
  public static CleanerSettings defaults() {
    return new CleanerSettings(1, 128 << 20, 512 << 10, 0.9, Double.MAX_VALUE, 15_000);
  }

  public CleanerSettings withBackoffMs(long ms) {
    return new CleanerSettings(
        threads, dedupeBufferSize, ioBufferSize, ioBufferLoadFactor, ioMaxBytesPerSecond, ms);
  }

  public CleanerSettings withDedupeBufferSize(long bytes) {
    return new CleanerSettings(
        threads, bytes, ioBufferSize, ioBufferLoadFactor, ioMaxBytesPerSecond, backoffMs);
  }
}
