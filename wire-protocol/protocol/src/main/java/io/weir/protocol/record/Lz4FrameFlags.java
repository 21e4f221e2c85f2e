package io.weir.protocol.record;

/**
 * What an LZ4 frame says of itself. Immutable.
 *
 * <pre>
 * flags     := version:2 = 1, independent:1, blockChecksum:1, contentSize:1, contentChecksum:1, 0, dictionary:1
 * blockSize := 0, code:3 from 4 (64 KiB) to 7 (4 MiB), 0000
 * </pre>
 *
 * @param maxBlockBytes of one block, decompressed
 * @param contentBytes of the whole, decompressed; -1 where the frame does not say
 */
record Lz4FrameFlags(
    boolean linkedBlocks,
    boolean blockChecksum,
    boolean contentChecksum,
    int maxBlockBytes,
    long contentBytes) {
  /** Version 1 with independent blocks, and nothing else. */
  static final int PLAIN = 0x60;

  private static final int VERSION_MASK = 0xc0;
  private static final int VERSION_1 = 0x40;
  private static final int INDEPENDENT = 0x20;
  private static final int BLOCK_CHECKSUM = 0x10;
  private static final int CONTENT_SIZE = 0x08;
  private static final int CONTENT_CHECKSUM = 0x04;
  private static final int RESERVED_OR_DICTIONARY = 0x03;
  private static final int BLOCK_SIZE_MASK = 0x70;

  static boolean hasContentSize(int flags) {
    return (flags & CONTENT_SIZE) != 0;
  }

  /**
   * @throws CorruptBatchException when that is no frame, or none that can be read without a
   *     dictionary
   */
  static Lz4FrameFlags of(int flags, int blockSize, long contentBytes) {
    int code = blockSize >> 4;
    if ((flags & VERSION_MASK) != VERSION_1
        || (flags & RESERVED_OR_DICTIONARY) != 0
        || (blockSize & ~BLOCK_SIZE_MASK) != 0
        || code < 4
        || (hasContentSize(flags) && contentBytes < 0)) {
      throw new CorruptBatchException(
          "lz4: a frame with flags %02x %02x".formatted(flags, blockSize));
    }
    return new Lz4FrameFlags(
        (flags & INDEPENDENT) == 0,
        (flags & BLOCK_CHECKSUM) != 0,
        (flags & CONTENT_CHECKSUM) != 0,
        1 << (8 + 2 * code),
        contentBytes);
  }
}
