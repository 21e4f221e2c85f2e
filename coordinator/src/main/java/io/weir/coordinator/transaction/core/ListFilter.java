package io.weir.coordinator.transaction.core;

import java.util.Set;
import java.util.function.Predicate;

/**
 * Which transactions are wanted. Immutable.
 *
 * @param statuses empty for all
 * @param producerIds empty for all
 * @param minOpenMs only those that have been open for longer; negative for all
 */
public record ListFilter(
    Set<TransactionStatus> statuses,
    Set<Long> producerIds,
    long minOpenMs,
    Predicate<String> transactionalIds) {

  public ListFilter {
    statuses = Set.copyOf(statuses);
    producerIds = Set.copyOf(producerIds);
  }
}
