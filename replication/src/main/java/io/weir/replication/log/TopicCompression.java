package io.weir.replication.log;

import io.weir.protocol.record.Compression;
import io.weir.protocol.record.CompressionType;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a topic wants its batches compressed. Immutable; the names are those of the settings.
 *
 * @param type empty for the producer's choice
 * @param gzipLevel counts where batches become gzip, and so on
 */
public record TopicCompression(
    Optional<CompressionType> type, int gzipLevel, int lz4Level, int zstdLevel) {
  private static final TopicCompression AS_PRODUCED =
      new TopicCompression(
          Optional.empty(),
          CompressionType.GZIP.defaultLevel(),
          CompressionType.LZ4.defaultLevel(),
          CompressionType.ZSTD.defaultLevel());

  /** Kafka's default: batches stay as they come. */
  public static TopicCompression asProduced() {
    return AS_PRODUCED;
  }

  /**
   * What a batch is to be compressed to; null where it stays as it is, since it has the codec that
   * the topic wants, at whatever level, or the topic wants none in particular.
   */
  public @Nullable Compression targetFor(@Nullable CompressionType produced) {
    if (type.isEmpty() || type.get() == produced) {
      return null;
    }
    return switch (type.get()) {
      case NONE -> Compression.NONE;
      case GZIP -> new Compression(CompressionType.GZIP, gzipLevel);
      case SNAPPY -> Compression.of(CompressionType.SNAPPY);
      case LZ4 -> new Compression(CompressionType.LZ4, lz4Level);
      case ZSTD -> new Compression(CompressionType.ZSTD, zstdLevel);
    };
  }

  TopicCompression withType(Optional<CompressionType> newType) {
    return new TopicCompression(newType, gzipLevel, lz4Level, zstdLevel);
  }

  TopicCompression withGzipLevel(int level) {
    return new TopicCompression(type, level, lz4Level, zstdLevel);
  }

  TopicCompression withLz4Level(int level) {
    return new TopicCompression(type, gzipLevel, level, zstdLevel);
  }

  TopicCompression withZstdLevel(int level) {
    return new TopicCompression(type, gzipLevel, lz4Level, level);
  }
}
