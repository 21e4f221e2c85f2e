package io.weir.broker;

import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes what a start has opened when the start fails, the last first. Confined to the thread that
 * starts.
 */
final class Undo implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Undo.class);

  private final Deque<AutoCloseable> opened = new ArrayDeque<>();

  <T extends AutoCloseable> T later(T resource) {
    opened.push(resource);
    return resource;
  }

  /** The start has succeeded. */
  void forget() {
    opened.clear();
  }

  @Override
  public void close() {
    while (!opened.isEmpty()) {
      try {
        opened.pop().close();
      } catch (Exception e) {
        LOG.warn("closing after a failed start failed too", e);
      }
    }
  }
}
