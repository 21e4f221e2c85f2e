package io.weir.protocol.record;

import org.jspecify.annotations.Nullable;

/** The codec of a batch's records, as the lowest three bits of its attributes number them. */
public enum CompressionType {
  NONE(0),
  GZIP(1),
  SNAPPY(2),
  LZ4(3),
  ZSTD(4);

  private final int id;

  CompressionType(int id) {
    this.id = id;
  }

  /** The number that stands for this codec in a batch's attributes. */
  public int id() {
    return id;
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
