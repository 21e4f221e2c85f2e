package io.weir.replication.journal;

import io.weir.replication.journal.RunFormat.FileHeader;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;

/**
 * One preallocated file of a journal. Confined to the flusher while it is written to, and to the
 * recycler before and after.
 */
final class JournalFile implements AutoCloseable {
  private static final int ZEROS_BYTES = 1 << 20;

  private final Path path;
  private final FileChannel channel;
  private final int sizeInBytes;
  private int position;
  private long salt;

  /** The last ticket of each log that has to settle before the file may be used again. */
  private final Map<JournaledLog, Long> unsettled = new HashMap<>();

  private JournalFile(Path path, FileChannel channel, int sizeInBytes) {
    this.path = path;
    this.channel = channel;
    this.sizeInBytes = sizeInBytes;
  }

  /** Makes the file, or takes the one that is there, and sees to it that all its bytes are. */
  static JournalFile prepare(Path path, int sizeInBytes) throws IOException {
    FileChannel channel =
        FileChannel.open(
            path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    JournalFile file = new JournalFile(path, channel, sizeInBytes);
    boolean prepared = false;
    try {
      if (channel.size() != sizeInBytes) {
        file.fill();
      }
      prepared = true;
      return file;
    } finally {
      if (!prepared) {
        channel.close();
      }
    }
  }

  private void fill() throws IOException {
    channel.truncate(0);
    ByteBuffer zeros = ByteBuffer.allocateDirect(Math.min(ZEROS_BYTES, sizeInBytes));
    for (int at = 0; at < sizeInBytes; ) {
      zeros.clear().limit(Math.min(zeros.capacity(), sizeInBytes - at));
      at += write(zeros, at);
    }
    channel.force(true);
  }

  private int write(ByteBuffer bytes, int at) throws IOException {
    int length = bytes.remaining();
    int start = bytes.position();
    while (bytes.hasRemaining()) {
      channel.write(bytes, at + (long) (bytes.position() - start));
    }
    return length;
  }

  /** Begins a new use of the file; it is on disk when this returns. */
  void begin(FileHeader header) throws IOException {
    write(header.encode(), 0);
    channel.force(false);
    salt = header.salt();
    position = RunFormat.PAGE;
    unsettled.clear();
  }

  /** What it held before is void. On disk when this returns. */
  void clear() throws IOException {
    write(ByteBuffer.allocate(RunFormat.PAGE), 0);
    channel.force(false);
  }

  boolean hasRoomFor(int runBytes) {
    return RunFormat.pages(runBytes) <= sizeInBytes - position;
  }

  long salt() {
    return salt;
  }

  /** Writes a run; it is on disk when this returns. */
  void append(ByteBuffer run) throws IOException {
    position += RunFormat.pages(write(run, position));
    channel.force(false);
  }

  Map<JournaledLog, Long> unsettled() {
    return unsettled;
  }

  /** Fills the buffer from a position on. */
  void read(ByteBuffer into, int from) throws IOException {
    int start = into.position();
    while (into.hasRemaining()) {
      if (channel.read(into, from + (long) (into.position() - start)) < 0) {
        throw new EOFException(path + " ends early");
      }
    }
  }

  int sizeInBytes() throws IOException {
    return (int) Math.min(channel.size(), Integer.MAX_VALUE);
  }

  Path path() {
    return path;
  }

  /** Opens a file to be read. */
  static JournalFile open(Path path) throws IOException {
    FileChannel channel = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
    return new JournalFile(path, channel, 0);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
