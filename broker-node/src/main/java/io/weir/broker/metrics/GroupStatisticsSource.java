package io.weir.broker.metrics;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Where the groups' coordinator says what they do. Thread-safe; does not block. */
@FunctionalInterface
public interface GroupStatisticsSource {
  /** All groups that this node coordinates, but for those that are being loaded. */
  CompletableFuture<List<GroupStatistics>> statistics();
}
