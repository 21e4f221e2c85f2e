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
 * One index file of a sealed segment: a header, then entries of eight bytes. The offset index holds
 * (relative offset int32, position int32), the time index the largest timestamp before that batch
 * (int64); entry n of both speaks of the same batch.
 *
 * <p>The header says which state of the log file the entries are about, so that a file that is left
 * over, cut off or from another time is recognised: such a file is no index, and the log is read
 * instead. Immutable; opens the file for each question, as sealed segments are many and questions
 * to any one of them few.
 *
 * @param summary of the segment, as the header has it
 */
record IndexFile(Path path, SegmentSummary summary, int entryCount, int entriesCrc) {
  private static final int MAGIC = 0x77697801; // "wix", format 1
  private static final int HEADER_SIZE = 56;
  static final int ENTRY_SIZE = 8;

  /**
   * Writes both index files of a segment and leaves them to the page cache: they can be rebuilt.
   */
  static void write(SegmentFiles files, SegmentSummary summary, SegmentIndex index)
      throws IOException {
    ByteBuffer offsets = ByteBuffer.allocate(HEADER_SIZE + index.size() * ENTRY_SIZE);
    ByteBuffer times = ByteBuffer.allocate(offsets.capacity());
    offsets.position(HEADER_SIZE);
    times.position(HEADER_SIZE);
    for (int i = 0; i < index.size(); i++) {
      offsets.putInt(index.relativeOffset(i)).putInt(index.position(i));
      times.putLong(index.maxTimestampBefore(i));
    }
    write(files.offsetIndex(), offsets, summary, index.size());
    write(files.timeIndex(), times, summary, index.size());
  }

  private static void write(Path path, ByteBuffer file, SegmentSummary summary, int entryCount)
      throws IOException {
    int entriesCrc = crc(file.flip().position(HEADER_SIZE));
    file.position(0)
        .putInt(MAGIC)
        .putInt(entryCount)
        .putInt(summary.sizeInBytes())
        .putInt(entriesCrc)
        .putLong(summary.nextOffset())
        .putLong(summary.firstTimestampMs())
        .putLong(summary.maxTimestampMs())
        .putLong(summary.maxTimestampOffset())
        .putInt(0);
    file.putInt(crc(file.slice(0, HEADER_SIZE - 4))).position(0);
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
  static @Nullable IndexFile open(Path path, long logSize) throws IOException {
    try (FileChannel channel = FileChannel.open(path)) {
      ByteBuffer header = ByteBuffer.allocate(HEADER_SIZE);
      if (!readFully(channel, header, 0)) {
        return null;
      }
      header.flip();
      int crc = crc(header.slice(0, HEADER_SIZE - 4));
      if (header.getInt() != MAGIC || header.getInt(HEADER_SIZE - 4) != crc) {
        return null;
      }
      int entryCount = header.getInt();
      int sizeInBytes = header.getInt();
      int entriesCrc = header.getInt();
      SegmentSummary summary =
          new SegmentSummary(
              sizeInBytes, header.getLong(), header.getLong(), header.getLong(), header.getLong());
      boolean fits =
          sizeInBytes == logSize && channel.size() == HEADER_SIZE + (long) entryCount * ENTRY_SIZE;
      return fits ? new IndexFile(path, summary, entryCount, entriesCrc) : null;
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  /** All entries; null when they are not what was written. */
  @Nullable ByteBuffer load() throws IOException {
    ByteBuffer file = ByteBuffer.wrap(Files.readAllBytes(path));
    if (file.capacity() != HEADER_SIZE + entryCount * ENTRY_SIZE) {
      return null;
    }
    ByteBuffer entries = file.slice(HEADER_SIZE, entryCount * ENTRY_SIZE);
    return crc(entries.duplicate()) == entriesCrc ? entries : null;
  }

  /** Both files of a segment as an index in memory; null when either is not what was written. */
  static @Nullable SegmentIndex load(IndexFile offsetIndex, IndexFile timeIndex)
      throws IOException {
    ByteBuffer offsets = offsetIndex.load();
    ByteBuffer times = timeIndex.load();
    if (offsets == null || times == null || offsets.remaining() != times.remaining()) {
      return null;
    }
    SegmentIndex index = new SegmentIndex();
    while (offsets.hasRemaining()) {
      index.add(offsets.getInt(), offsets.getInt(), times.getLong());
    }
    return index;
  }

  /**
   * The last entry of an offset index that is neither after the relative offset nor after the
   * position; zeros if none.
   */
  Entry floor(long relativeOffset, int position) throws IOException {
    try (FileChannel channel = FileChannel.open(path)) {
      ByteBuffer entry = ByteBuffer.allocate(ENTRY_SIZE);
      Entry found = new Entry(0, 0);
      int low = 0;
      int high = entryCount;
      while (low < high) {
        int middle = (low + high) >>> 1;
        entry.clear();
        if (!readFully(channel, entry, HEADER_SIZE + (long) middle * ENTRY_SIZE)) {
          return found;
        }
        if (entry.getInt(0) <= relativeOffset && entry.getInt(4) <= position) {
          found = new Entry(entry.getInt(0), entry.getInt(4));
          low = middle + 1;
        } else {
          high = middle;
        }
      }
      return found;
    }
  }

  /** Where the index says that a batch begins. */
  record Entry(int relativeOffset, int position) {
    BatchStart from(long segmentBaseOffset) {
      return new BatchStart(segmentBaseOffset + relativeOffset, position);
    }
  }

  private static boolean readFully(FileChannel channel, ByteBuffer into, long position)
      throws IOException {
    int start = into.position();
    while (into.hasRemaining()) {
      if (channel.read(into, position + into.position() - start) < 0) {
        return false;
      }
    }
    return true;
  }

  private static int crc(ByteBuffer bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    return (int) crc.getValue();
  }
}
