package io.weir.replication.journal;

/**
 * Sizes of a journal. Immutable.
 *
 * @param fileBytes of each file, a multiple of 4096
 * @param files how many there are at most, at least 3: one written to, one spare, one that waits
 * @param runBytes how much one flush covers at most; also the largest single entry
 * @param queuedBytes how much may wait for the disk; past it logs put their own files on disk
 */
public record JournalSettings(int fileBytes, int files, int runBytes, long queuedBytes) {
  public JournalSettings {
    if (fileBytes % RunFormat.PAGE != 0 || fileBytes < 4 * RunFormat.PAGE || files < 3) {
      throw new IllegalArgumentException(fileBytes + " bytes in " + files + " files");
    }
    if (runBytes < 1 || runBytes > fileBytes - 2 * RunFormat.PAGE || queuedBytes < 1) {
      throw new IllegalArgumentException("runs of " + runBytes + ", queued " + queuedBytes);
    }
  }

  /** Four files of 64 MiB. */
  public static JournalSettings defaults() {
    return new JournalSettings(64 << 20, 4, 4 << 20, 64 << 20);
  }
}
