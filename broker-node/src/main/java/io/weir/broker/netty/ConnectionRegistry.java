package io.weir.broker.netty;

import java.net.InetAddress;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The open client connections, bounded in number and by address. Thread-safe: a lock around its
 * counts.
 */
final class ConnectionRegistry {
  private final int maxConnections;
  private final int maxPerAddress;
  private final Set<ClientConnection> open = new HashSet<>();
  private final Map<InetAddress, Integer> byAddress = new HashMap<>();

  ConnectionRegistry(int maxConnections, int maxPerAddress) {
    this.maxConnections = maxConnections;
    this.maxPerAddress = maxPerAddress;
  }

  /** Whether there is room for the connection; if so it counts from now on. */
  synchronized boolean admit(ClientConnection connection, InetAddress address) {
    int sameAddress = byAddress.getOrDefault(address, 0);
    if (open.size() >= maxConnections || sameAddress >= maxPerAddress) {
      return false;
    }
    open.add(connection);
    byAddress.put(address, sameAddress + 1);
    return true;
  }

  synchronized void left(ClientConnection connection, InetAddress address) {
    if (open.remove(connection)) {
      byAddress.computeIfPresent(address, (a, count) -> count == 1 ? null : count - 1);
      notifyAll();
    }
  }

  synchronized List<ClientConnection> all() {
    return List.copyOf(open);
  }

  /** The connection with the largest request that has arrived in part. */
  Optional<ClientConnection> largestPartial() {
    return all().stream()
        .filter(c -> c.partialBytes() > 0)
        .max(Comparator.comparingLong(ClientConnection::partialBytes));
  }

  /** Waits until none is open. @return whether that is so */
  synchronized boolean awaitNone(long timeoutMs) throws InterruptedException {
    long deadlineNs = System.nanoTime() + timeoutMs * 1_000_000;
    while (!open.isEmpty()) {
      long leftMs = (deadlineNs - System.nanoTime()) / 1_000_000;
      if (leftMs <= 0) {
        return false;
      }
      wait(leftMs);
    }
    return true;
  }
}
