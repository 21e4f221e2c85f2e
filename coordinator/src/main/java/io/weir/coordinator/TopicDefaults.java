package io.weir.coordinator;

/**
 * What a topic gets when its creator does not say. Immutable.
 *
 * @param partitions {@code num.partitions}
 * @param replicationFactor {@code default.replication.factor}
 * @param minInSyncReplicas {@code min.insync.replicas}
 * @param uncleanLeaderElection {@code unclean.leader.election.enable}
 */
public record TopicDefaults(
    int partitions, int replicationFactor, int minInSyncReplicas, boolean uncleanLeaderElection) {
  public TopicDefaults {
    if (partitions < 1 || replicationFactor < 1 || minInSyncReplicas < 1) {
      throw new IllegalArgumentException("defaults of topics must be at least 1");
    }
  }
}
