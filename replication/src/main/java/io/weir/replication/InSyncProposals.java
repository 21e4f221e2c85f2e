package io.weir.replication;

import java.util.function.Consumer;

/** The way to the controller, as replication sees it. Thread-safe. */
public interface InSyncProposals {
  /**
   * Sends a proposal on. Must not block.
   *
   * @param onAnswer runs exactly once, on any thread
   */
  void propose(InSyncProposal proposal, Consumer<InSyncAnswer> onAnswer);
}
