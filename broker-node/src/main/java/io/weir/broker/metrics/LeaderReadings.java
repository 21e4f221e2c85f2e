package io.weir.broker.metrics;

import io.weir.coordinator.metadata.BrokerImage;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Asks a node about partitions that it leads. Thread-safe. */
@FunctionalInterface
public interface LeaderReadings {
  /** The most positions in one question. */
  int MAX_POSITIONS = 1_000;

  /**
   * One reading for each position, in their order; none where the node does not lead the partition
   * or cannot read it. Fails when the node cannot be asked.
   *
   * @param positions at most {@link #MAX_POSITIONS}
   */
  CompletableFuture<List<Optional<Reading>>> ask(BrokerImage leader, List<Position> positions);
}
