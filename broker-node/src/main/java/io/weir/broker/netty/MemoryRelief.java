package io.weir.broker.netty;

/**
 * Keeps requests that never become whole from holding memory that others wait for: when a bound is
 * reached and nothing was given back between two looks, the connection with the largest partial
 * request is closed, one at each look. Confined to the thread that looks.
 */
final class MemoryRelief implements Runnable {
  static final long INTERVAL_MS = 1_000;

  private final RequestMemory memory;
  private final ConnectionRegistry connections;
  private long releasesBefore = -1;

  MemoryRelief(RequestMemory memory, ConnectionRegistry connections) {
    this.memory = memory;
    this.connections = connections;
  }

  @Override
  public void run() {
    if (!memory.isFull()) {
      releasesBefore = -1;
      return;
    }
    long releases = memory.releases();
    if (releases == releasesBefore) {
      connections
          .largestPartial()
          .ifPresent(c ->
              c.closeBecause(
                  "its request does not become whole and holds the most of the memory that others wait for"));
    }
    releasesBefore = releases;
  }
}
