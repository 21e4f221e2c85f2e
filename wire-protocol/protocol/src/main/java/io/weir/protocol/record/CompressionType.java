package io.weir.protocol.record;

import java.util.zip.Deflater;
import org.jspecify.annotations.Nullable;

/**
 * The codec of a batch's records, as the lowest three bits of its attributes number them, and the
 * levels at which it compresses: those of Kafka's settings {@code compression.*.level}.
 */
public enum CompressionType {
  NONE(0, 0, 0, 0),
  GZIP(1, Deflater.BEST_SPEED, Deflater.BEST_COMPRESSION, Deflater.DEFAULT_COMPRESSION),
  SNAPPY(2, 0, 0, 0),
  LZ4(3, 1, 17, 9),
  ZSTD(4, -131072, 22, 3);

  private final int id;
  private final int minLevel;
  private final int maxLevel;
  private final int defaultLevel;

  CompressionType(int id, int minLevel, int maxLevel, int defaultLevel) {
    this.id = id;
    this.minLevel = minLevel;
    this.maxLevel = maxLevel;
    this.defaultLevel = defaultLevel;
  }

  /** The number that stands for this codec in a batch's attributes. */
  public int id() {
    return id;
  }

  /** The fastest level; that of codecs without levels is 0. */
  public int minLevel() {
    return minLevel;
  }

  /** The level that compresses most. */
  public int maxLevel() {
    return maxLevel;
  }

  /** The codec's own choice; gzip's is -1, outside the range of the others. */
  public int defaultLevel() {
    return defaultLevel;
  }

  /** Whether {@link Compression} takes that level. */
  public boolean hasLevel(int level) {
    return level == defaultLevel || (level >= minLevel && level <= maxLevel);
  }

  /** The codec of that number, or null where the protocol knows none. */
  public static @Nullable CompressionType of(int id) {
    return switch (id) {
      case 0 -> NONE;
      case 1 -> GZIP;
      case 2 -> SNAPPY;
      case 3 -> LZ4;
      case 4 -> ZSTD;
      default -> null;
    };
  }
}
