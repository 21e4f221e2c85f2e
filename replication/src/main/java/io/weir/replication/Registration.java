package io.weir.replication;

/** A reader that waits for data. Thread-safe. */
public interface Registration {
  /**
   * Waits no longer. The callback may still run if it was about to; cancelling after it ran, or
   * twice, does nothing.
   */
  void cancel();
}
