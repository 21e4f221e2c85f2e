package io.weir.replication.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The file of a sealed segment's aborted transactions: a header, then for each the producer id, its
 * first offset and that of its marker (int64 each). As with {@link IndexFile}, the header says
 * which state of the log file it is about, and a file that does not fit is no index. Immutable;
 * every sealed segment has one, most without entries.
 *
 * @param firstOffset the earliest offset that any entry covers
 */
record AbortedIndexFile(Path path, int entryCount, long firstOffset, int entriesCrc) {
  private static final int MAGIC = 0x77747801; // "wtx", format 1
  private static final int HEADER_SIZE = 28;
  private static final int ENTRY_SIZE = 24;

  /** Writes the file and leaves it to the page cache: it can be rebuilt. */
  static void write(Path path, int logSize, AbortedRanges ranges) throws IOException {
    ByteBuffer file = ByteBuffer.allocate(HEADER_SIZE + ranges.size() * ENTRY_SIZE);
    file.position(HEADER_SIZE);
    for (int i = 0; i < ranges.size(); i++) {
      AbortedRange range = ranges.get(i);
      file.putLong(range.producerId()).putLong(range.firstOffset()).putLong(range.lastOffset());
    }
    int entriesCrc = crc(file.flip().slice(HEADER_SIZE, file.limit() - HEADER_SIZE));
    file.putInt(0, MAGIC)
        .putInt(4, ranges.size())
        .putInt(8, logSize)
        .putInt(12, entriesCrc)
        .putLong(16, ranges.firstOffset())
        .putInt(24, crc(file.slice(0, HEADER_SIZE - 4)));
    try (FileChannel channel =
        FileChannel.open(
            path,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      while (file.hasRemaining()) {
        channel.write(file);
      }
    }
  }

  /**
   * Reads the header; null when there is no such file, or it does not fit a log file of that size.
   */
  static @Nullable AbortedIndexFile open(Path path, long logSize) throws IOException {
    try (FileChannel channel = FileChannel.open(path)) {
      ByteBuffer header = ByteBuffer.allocate(HEADER_SIZE);
      while (header.hasRemaining()) {
        if (channel.read(header) < 0) {
          return null;
        }
      }
      header.flip();
      int entryCount = header.getInt(4);
      boolean fits =
          header.getInt(0) == MAGIC
              && header.getInt(24) == crc(header.slice(0, HEADER_SIZE - 4))
              && header.getInt(8) == logSize
              && channel.size() == HEADER_SIZE + (long) entryCount * ENTRY_SIZE;
      return fits
          ? new AbortedIndexFile(path, entryCount, header.getLong(16), header.getInt(12))
          : null;
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  /** All entries; null when they are not what was written. */
  @Nullable AbortedRanges load() throws IOException {
    byte[] bytes = Files.readAllBytes(path);
    if (bytes.length != HEADER_SIZE + entryCount * ENTRY_SIZE) {
      return null;
    }
    ByteBuffer entries = ByteBuffer.wrap(bytes).slice(HEADER_SIZE, entryCount * ENTRY_SIZE);
    if (crc(entries.duplicate()) != entriesCrc) {
      return null;
    }
    AbortedRanges ranges = new AbortedRanges();
    while (entries.hasRemaining()) {
      ranges.add(new AbortedRange(entries.getLong(), entries.getLong(), entries.getLong()));
    }
    return ranges;
  }

  private static int crc(ByteBuffer bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    return (int) crc.getValue();
  }
}
