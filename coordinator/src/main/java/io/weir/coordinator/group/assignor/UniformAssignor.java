package io.weir.coordinator.group.assignor;

import io.weir.protocol.model.TopicIdPartition;
import java.util.Map;
import java.util.Set;

/**
 * Gives members equally many partitions, as far as their subscriptions allow, and moves no
 * partition that need not move; what has to move goes near a replica where that costs no balance.
 * Stateless.
 *
 * <p>When all members want the same topics, no two differ by more than one partition. Otherwise no
 * chain of moves could make the shares more equal.
 */
public final class UniformAssignor implements Assignor {
  public static final String NAME = "uniform";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Map<String, Set<TopicIdPartition>> assign(AssignmentInput input) {
    Shares shares = new Shares(input);
    shares.keepPrevious();
    shares.giveOutTheRest();
    shares.balance();
    return shares.result();
  }
}
