package io.weir.replication.journal;

import java.util.concurrent.CompletableFuture;

/** A log as its journal sees it. All calls come from the journal's threads and must not block. */
public interface JournaledLog {
  /** The name of its folder, by which its entries are found again. */
  String name();

  /** All entries of this log up to the ticket are on disk. */
  void onJournaled(long ticket);

  /**
   * The journal is of no more use, and {@link Journal#failure} says why: nothing that was not told
   * on disk ever will be.
   */
  void onJournalFailed();

  /**
   * Asks for the log's own files to be put on disk.
   *
   * @param ticket of an entry of this log
   * @return completed, on any thread, when they hold all that entries up to the ticket say, or the
   *     log is deleted; exceptionally when that cannot be
   */
  CompletableFuture<Void> settle(long ticket);
}
