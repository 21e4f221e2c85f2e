package io.weir.replication.journal;

import java.nio.file.Path;

/**
 * What a journal says about a log, as it is read again. Immutable.
 *
 * <p>Tickets grow from entry to entry of a log.
 */
public sealed interface JournalEntry {
  long ticket();

  /**
   * Batches were appended.
   *
   * @param endOffset exclusive
   * @param bytes where in the journal they are
   */
  record Append(long ticket, long baseOffset, long endOffset, Location bytes)
      implements JournalEntry {}

  /** The log was cut and ends at the offset. */
  record Truncate(long ticket, long offset) implements JournalEntry {}

  /** The log is empty and begins at the offset. */
  record StartOver(long ticket, long offset) implements JournalEntry {}

  /** The log's own files hold, on disk, what entries up to {@code settled} say. */
  record Settled(long ticket, long settled) implements JournalEntry {}

  /** The log was deleted. */
  record Deleted(long ticket) implements JournalEntry {}

  /** Bytes of a file. */
  record Location(Path file, int position, int length) {}
}
