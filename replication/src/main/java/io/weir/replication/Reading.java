package io.weir.replication;

import io.weir.replication.loop.LoopExecutor;
import java.util.concurrent.RejectedExecutionException;

/**
 * A read that may end up waiting, as its reader holds it. Thread-safe: cancelling goes through the
 * partition's loop, behind the read itself.
 */
final class Reading implements Registration {
  private final LoopExecutor loop;

  /** Confined to the loop. */
  private Registration waiting = Role.NOTHING_TO_CANCEL;

  Reading(LoopExecutor loop) {
    this.loop = loop;
  }

  void registered(Registration registration) {
    waiting = registration;
  }

  @Override
  public void cancel() {
    try {
      loop.execute(() -> waiting.cancel());
    } catch (RejectedExecutionException e) {
      // The loop is closed, and everything that waited on it was answered.
    }
  }
}
