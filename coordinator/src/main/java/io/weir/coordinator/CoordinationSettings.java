package io.weir.coordinator;

/**
 * How a node takes part in the cluster. Immutable.
 *
 * @param zooKeeperConnect {@code zookeeper.connect}: {@code host:port,host:port/chroot}
 * @param sessionTimeoutMs {@code zookeeper.session.timeout.ms}
 * @param connectTimeoutMs {@code zookeeper.connection.timeout.ms}: how long a start waits for
 *     ZooKeeper
 * @param leaseMs {@code broker.lease.ms}: how long a silent node is held to be alive
 * @param rebalanceLeaders {@code auto.leader.rebalance.enable}
 * @param rebalanceIntervalMs {@code leader.imbalance.check.interval.seconds}, in milliseconds
 */
public record CoordinationSettings(
    String zooKeeperConnect,
    int sessionTimeoutMs,
    int connectTimeoutMs,
    int leaseMs,
    boolean rebalanceLeaders,
    long rebalanceIntervalMs,
    TopicDefaults topicDefaults) {
  public static final int DEFAULT_SESSION_TIMEOUT_MS = 9_000;
  public static final int DEFAULT_CONNECT_TIMEOUT_MS = 15_000;
  public static final int DEFAULT_LEASE_MS = 2_000;
  public static final long DEFAULT_REBALANCE_INTERVAL_MS = 30_000;

  public CoordinationSettings {
    if (leaseMs < 50 || sessionTimeoutMs < 1 || connectTimeoutMs < 1 || rebalanceIntervalMs < 1) {
      throw new IllegalArgumentException("a time-out of coordination is too small");
    }
  }

  public static CoordinationSettings defaults(String zooKeeperConnect, TopicDefaults topics) {
    return new CoordinationSettings(
        zooKeeperConnect,
        DEFAULT_SESSION_TIMEOUT_MS,
        DEFAULT_CONNECT_TIMEOUT_MS,
        DEFAULT_LEASE_MS,
        true,
        DEFAULT_REBALANCE_INTERVAL_MS,
        topics);
  }

  public CoordinationSettings withSessionTimeoutMs(int ms) {
    return new CoordinationSettings(
        zooKeeperConnect,
        ms,
        connectTimeoutMs,
        leaseMs,
        rebalanceLeaders,
        rebalanceIntervalMs,
        topicDefaults);
  }

  public CoordinationSettings withConnectTimeoutMs(int ms) {
    return new CoordinationSettings(
        zooKeeperConnect,
        sessionTimeoutMs,
        ms,
        leaseMs,
        rebalanceLeaders,
        rebalanceIntervalMs,
        topicDefaults);
  }

  public CoordinationSettings withLeaseMs(int ms) {
    return new CoordinationSettings(
        zooKeeperConnect,
        sessionTimeoutMs,
        connectTimeoutMs,
        ms,
        rebalanceLeaders,
        rebalanceIntervalMs,
        topicDefaults);
  }

  public CoordinationSettings withRebalance(boolean enabled, long intervalMs) {
    return new CoordinationSettings(
        zooKeeperConnect,
        sessionTimeoutMs,
        connectTimeoutMs,
        leaseMs,
        enabled,
        intervalMs,
        topicDefaults);
  }
}
