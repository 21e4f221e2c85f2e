package io.weir.coordinator.transaction;

import java.util.concurrent.CompletableFuture;

/** Gives producer ids that nobody else was or will be given. Thread-safe. */
@FunctionalInterface
public interface ProducerIdSource {
  /** The next id; fails when there is none at the moment. May complete on any thread. */
  CompletableFuture<Long> next();
}
