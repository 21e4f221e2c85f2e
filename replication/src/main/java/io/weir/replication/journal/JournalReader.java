package io.weir.replication.journal;

import io.weir.replication.journal.JournalEntry.Location;
import io.weir.replication.journal.RunFormat.FileHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a journal held when its process ended, and believes nothing: each run is checked.
 * Confined to its user.
 */
public final class JournalReader {
  private static final String SUFFIX = ".journal";

  private record Found(Path path, FileHeader header) {}

  private final Map<String, List<JournalEntry>> entries = new LinkedHashMap<>();

  private JournalReader() {}

  /**
   * Reads all of it.
   *
   * @return the entries that count, by name of the log's folder, in their order
   * @throws JournalDamagedException when something is missing that was on disk
   */
  public static Map<String, List<JournalEntry>> read(Path folder) throws IOException {
    JournalReader reader = new JournalReader();
    List<Found> found = reader.begun(folder);
    for (int i = 0; i < found.size(); i++) {
      reader.readFile(found.get(i), i + 1 < found.size() ? found.get(i + 1) : null);
    }
    reader.entries.replaceAll((_, all) -> effective(all));
    reader.entries.values().removeIf(List::isEmpty);
    return reader.entries;
  }

  /** Makes what a journal held void, the oldest first, so that what is left is always a suffix. */
  public static void clear(Path folder) throws IOException {
    List<Path> damaged = new ArrayList<>();
    List<Found> found = begun(folder, damaged);
    List<Path> order = new ArrayList<>(damaged);
    found.forEach(file -> order.add(file.path()));
    for (Path path : order) {
      try (JournalFile file = JournalFile.open(path)) {
        file.clear();
      }
    }
  }

  /** The bytes of a location. */
  public static ByteBuffer bytes(Location location) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(location.length());
    try (JournalFile file = JournalFile.open(location.file())) {
      file.read(bytes, location.position());
    }
    return bytes.flip();
  }

  static List<Path> files(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> all = Files.list(folder)) {
      return all.filter(file -> String.valueOf(file.getFileName()).endsWith(SUFFIX))
          .sorted()
          .toList();
    }
  }

  /** The name of one of a journal's files. */
  static Path file(Path folder, int number) {
    return folder.resolve(number + SUFFIX);
  }

  /**
   * The files that are in use, the oldest first.
   *
   * @param damaged those whose first page cannot be read are added
   */
  private static List<Found> begun(Path folder, List<Path> damaged) throws IOException {
    List<Found> found = new ArrayList<>();
    for (Path path : files(folder)) {
      FileHeader header = headerOf(path, damaged);
      if (header != null) {
        found.add(new Found(path, header));
      }
    }
    found.sort(Comparator.comparingLong(file -> file.header().generation()));
    return found;
  }

  private List<Found> begun(Path folder) throws IOException {
    List<Path> damaged = new ArrayList<>();
    List<Found> found = begun(folder, damaged);
    if (!damaged.isEmpty()) {
      throw new JournalDamagedException(damaged.getFirst() + ": its first page is damaged");
    }
    for (int i = 1; i < found.size(); i++) {
      FileHeader before = found.get(i - 1).header();
      FileHeader header = found.get(i).header();
      if (header.generation() != before.generation() + 1 || header.life() != before.life()) {
        throw new JournalDamagedException(
            "%s: generation %d does not follow %d, a file is missing or of another time"
                .formatted(found.get(i).path(), header.generation(), before.generation()));
      }
    }
    return found;
  }

  /** Null when the file has not been begun; it was damaged when it is in the list then. */
  private static @Nullable FileHeader headerOf(Path path, List<Path> damaged) throws IOException {
    ByteBuffer page = ByteBuffer.allocate(RunFormat.PAGE);
    try (JournalFile file = JournalFile.open(path)) {
      if (file.sizeInBytes() < RunFormat.PAGE) {
        return null;
      }
      file.read(page, 0);
    }
    page.clear();
    if (FileHeader.isValid(page)) {
      return FileHeader.decode(page);
    }
    if (page.mismatch(ByteBuffer.allocate(RunFormat.PAGE)) >= 0) {
      damaged.add(path);
    }
    return null;
  }

  private void readFile(Found found, @Nullable Found next) throws IOException {
    FileHeader header = found.header();
    long expected = header.firstRun();
    int position = RunFormat.PAGE;
    try (JournalFile file = JournalFile.open(found.path())) {
      ByteBuffer all = ByteBuffer.allocate(0);
      int size = file.sizeInBytes();
      while (position <= size - RunFormat.PAGE) {
        ByteBuffer run = run(file, position, size, header.salt(), all);
        if (run == null || run.getLong(16) != expected) {
          break;
        }
        all = run;
        decode(run, found.path(), position);
        position += RunFormat.pages(run.limit());
        expected++;
      }
      if (next != null && next.header().firstRun() != expected) {
        throw damaged(found, position, expected);
      }
      if (next == null) {
        refuseLaterRuns(found, file, position, size, expected);
      }
    }
  }

  private JournalDamagedException damaged(Found found, int position, long run) {
    return new JournalDamagedException(
        "%s: run %d at byte %d is damaged, and later ones are there"
            .formatted(found.path(), run, position));
  }

  private void refuseLaterRuns(Found found, JournalFile file, int from, int size, long expected)
      throws IOException {
    ByteBuffer none = ByteBuffer.allocate(0);
    for (int at = from; at <= size - RunFormat.PAGE; at += RunFormat.PAGE) {
      ByteBuffer run = run(file, at, size, found.header().salt(), none);
      if (run != null && run.getLong(16) > expected) {
        throw damaged(found, from, expected);
      }
    }
  }

  /** The whole run at a position; null when there is no good one. May use the buffer again. */
  private static @Nullable ByteBuffer run(
      JournalFile file, int position, int size, long salt, ByteBuffer reuse) throws IOException {
    ByteBuffer head = ByteBuffer.allocate(RunFormat.RUN_BYTES);
    file.read(head, position);
    int length = head.getInt(24);
    if (head.getInt(0) != RunFormat.RUN_MAGIC
        || head.getLong(8) != salt
        || length < 0
        || length > size - position - RunFormat.RUN_BYTES) {
      return null;
    }
    int runBytes = RunFormat.RUN_BYTES + length;
    ByteBuffer run =
        reuse.capacity() >= runBytes
            ? reuse.clear().limit(runBytes)
            : ByteBuffer.allocate(runBytes);
    file.read(run, position);
    run.flip();
    return run.getInt(RunFormat.CRC_INDEX) == RunFormat.crc(run, runBytes) ? run : null;
  }

  private void decode(ByteBuffer run, Path path, int runPosition) throws IOException {
    ByteBuffer in = run.duplicate().position(RunFormat.RUN_BYTES);
    while (in.hasRemaining()) {
      byte type = in.get();
      long ticket = in.getLong();
      byte[] name = new byte[in.getShort()];
      in.get(name);
      JournalEntry entry =
          switch (type) {
            case RunFormat.APPEND -> append(in, ticket, path, runPosition);
            case RunFormat.TRUNCATE -> new JournalEntry.Truncate(ticket, in.getLong());
            case RunFormat.START_OVER -> new JournalEntry.StartOver(ticket, in.getLong());
            case RunFormat.SETTLED -> new JournalEntry.Settled(ticket, in.getLong());
            case RunFormat.DELETED -> new JournalEntry.Deleted(ticket);
            default ->
                throw new JournalDamagedException(
                    "%s: run at byte %d has an entry of type %d, of another version"
                        .formatted(path, runPosition, type));
          };
      entries
          .computeIfAbsent(new String(name, StandardCharsets.UTF_8), _ -> new ArrayList<>())
          .add(entry);
    }
  }

  private static JournalEntry append(ByteBuffer in, long ticket, Path path, int runPosition) {
    long baseOffset = in.getLong();
    long endOffset = in.getLong();
    int length = in.getInt();
    Location bytes = new Location(path, runPosition + in.position(), length);
    in.position(in.position() + length);
    return new JournalEntry.Append(ticket, baseOffset, endOffset, bytes);
  }

  /** What is left to be done: nothing that is settled, or of a log that was deleted after it. */
  private static List<JournalEntry> effective(List<JournalEntry> all) {
    long settled = -1;
    int first = 0;
    for (int i = 0; i < all.size(); i++) {
      switch (all.get(i)) {
        case JournalEntry.Settled(_, long upTo) -> settled = Math.max(settled, upTo);
        case JournalEntry.Deleted _ -> first = i + 1;
        case JournalEntry.Append _, JournalEntry.Truncate _, JournalEntry.StartOver _ -> {}
      }
    }
    long done = settled;
    return all.subList(first, all.size()).stream()
        .filter(entry -> !(entry instanceof JournalEntry.Settled) && entry.ticket() > done)
        .toList();
  }
}
