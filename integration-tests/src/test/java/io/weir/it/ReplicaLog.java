package io.weir.it;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A partition's log as it lies in a node's data directory. Immutable.
 *
 * @param batches the record batches below an offset, byte for byte, over all segments
 * @param endOffset the offset after the last of them
 */
record ReplicaLog(ByteBuffer batches, long endOffset) {
  private static final int LENGTH_AT = 8;
  private static final int AFTER_LENGTH = 12;
  private static final int LAST_OFFSET_DELTA_AT = 23;
  private static final int HEADER_BYTES = 61;

  /**
   * Reads it from the files.
   *
   * @param highWatermark batches that begin at or after it are left out
   */
  static ReplicaLog read(Path data, String topic, int partition, long highWatermark) {
    ByteArrayOutputStream batches = new ByteArrayOutputStream();
    long endOffset = 0;
    for (Path segment : segments(data, topic + "-" + partition)) {
      ByteBuffer file = ByteBuffer.wrap(readAll(segment));
      while (file.remaining() >= HEADER_BYTES) {
        int start = file.position();
        long baseOffset = file.getLong(start);
        int size = AFTER_LENGTH + file.getInt(start + LENGTH_AT);
        if (baseOffset >= highWatermark || size < HEADER_BYTES || size > file.remaining()) {
          break;
        }
        batches.write(file.array(), start, size);
        endOffset = baseOffset + file.getInt(start + LAST_OFFSET_DELTA_AT) + 1;
        file.position(start + size);
      }
    }
    return new ReplicaLog(ByteBuffer.wrap(batches.toByteArray()).asReadOnlyBuffer(), endOffset);
  }

  /**
   * The segments of the one folder that is named for the partition, with or without the topic's id
   * after it, in order of offset.
   */
  private static List<Path> segments(Path data, String partition) {
    try (Stream<Path> folders = Files.list(data)) {
      List<Path> found = folders.filter(folder -> isOf(folder, partition)).toList();
      if (found.size() != 1) {
        throw new IllegalStateException(found.size() + " folders of " + partition + " in " + data);
      }
      try (Stream<Path> files = Files.list(found.getFirst())) {
        return files.filter(file -> file.toString().endsWith(".log")).sorted().toList();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isOf(Path folder, String partition) {
    String name = String.valueOf(folder.getFileName());
    return name.equals(partition) || name.startsWith(partition + ".");
  }

  private static byte[] readAll(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
