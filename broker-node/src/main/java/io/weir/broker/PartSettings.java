package io.weir.broker;

import io.weir.broker.config.BrokerConfig;
import io.weir.broker.config.BrokerSettings;
import io.weir.broker.handler.TopicCreator.StateTopic;
import io.weir.broker.netty.ConnectionBounds;
import io.weir.broker.netty.ServerSettings;
import io.weir.coordinator.CoordinationSettings;
import io.weir.coordinator.TopicDefaults;
import io.weir.coordinator.group.core.ConsumerGroupSettings;
import io.weir.coordinator.group.core.GroupSettings;
import io.weir.coordinator.group.core.MigrationPolicy;
import io.weir.coordinator.transaction.core.TransactionSettings;
import io.weir.protocol.model.TopicNames;
import io.weir.replication.ReplicaSettings;
import io.weir.replication.compaction.CleanerSettings;
import java.time.Duration;
import java.util.Map;

/** What the node's configuration says to each of its parts. */
final class PartSettings {
  private static final long HIGH_WATERMARK_CHECKPOINT_INTERVAL_MS = 5_000;
  private static final int FOLLOWER_WINDOW_BYTES = 1 << 20;

  private PartSettings() {}

  static ServerSettings server(BrokerConfig config) {
    return new ServerSettings(
        new ConnectionBounds(
            config.get(BrokerSettings.SOCKET_REQUEST_MAX_BYTES),
            config.get(BrokerSettings.CONNECTION_MAX_REQUESTS),
            config.get(BrokerSettings.CONNECTION_MAX_BYTES),
            config.get(BrokerSettings.CONNECTIONS_MAX_IDLE_MS)),
        config.get(BrokerSettings.NUM_NETWORK_THREADS),
        config.get(BrokerSettings.QUEUED_MAX_REQUEST_BYTES),
        config.get(BrokerSettings.MAX_CONNECTIONS),
        config.get(BrokerSettings.MAX_CONNECTIONS_PER_IP),
        config.get(BrokerSettings.SOCKET_LISTEN_BACKLOG_SIZE),
        config.get(BrokerSettings.SOCKET_SEND_BUFFER_BYTES),
        config.get(BrokerSettings.SOCKET_RECEIVE_BUFFER_BYTES));
  }

  static ReplicaSettings replicas(BrokerConfig config) {
    return new ReplicaSettings(
        config.get(BrokerSettings.NUM_PARTITION_LOOPS),
        config.get(BrokerSettings.REPLICA_LAG_TIME_MAX_MS),
        config.get(BrokerSettings.LOG_RETENTION_CHECK_INTERVAL_MS),
        HIGH_WATERMARK_CHECKPOINT_INTERVAL_MS,
        config.get(BrokerSettings.PRODUCER_ID_EXPIRATION_MS),
        config.get(BrokerSettings.PRODUCER_ID_EXPIRATION_CHECK_INTERVAL_MS),
        FOLLOWER_WINDOW_BYTES,
        config.get(BrokerSettings.NUM_RECOVERY_THREADS_PER_DATA_DIR),
        new CleanerSettings(
            config.get(BrokerSettings.LOG_CLEANER_THREADS),
            config.get(BrokerSettings.LOG_CLEANER_DEDUPE_BUFFER_SIZE),
            config.get(BrokerSettings.LOG_CLEANER_IO_BUFFER_SIZE),
            config.get(BrokerSettings.LOG_CLEANER_IO_BUFFER_LOAD_FACTOR),
            config.get(BrokerSettings.LOG_CLEANER_IO_MAX_BYTES_PER_SECOND),
            config.get(BrokerSettings.LOG_CLEANER_BACKOFF_MS)));
  }

  static CoordinationSettings coordination(BrokerConfig config) {
    return new CoordinationSettings(
        config.get(BrokerSettings.ZOOKEEPER_CONNECT),
        config.get(BrokerSettings.ZOOKEEPER_SESSION_TIMEOUT_MS),
        config.get(BrokerSettings.ZOOKEEPER_CONNECTION_TIMEOUT_MS),
        config.get(BrokerSettings.BROKER_LEASE_MS),
        config.get(BrokerSettings.AUTO_LEADER_REBALANCE_ENABLE),
        Duration.ofSeconds(config.get(BrokerSettings.LEADER_IMBALANCE_CHECK_INTERVAL_SECONDS))
            .toMillis(),
        new TopicDefaults(
            config.get(BrokerSettings.NUM_PARTITIONS),
            config.get(BrokerSettings.DEFAULT_REPLICATION_FACTOR),
            config.get(BrokerSettings.MIN_INSYNC_REPLICAS),
            config.get(BrokerSettings.UNCLEAN_LEADER_ELECTION_ENABLE)));
  }

  static GroupSettings groups(BrokerConfig config) {
    return new GroupSettings(
        config.get(BrokerSettings.GROUP_MIN_SESSION_TIMEOUT_MS),
        config.get(BrokerSettings.GROUP_MAX_SESSION_TIMEOUT_MS),
        config.get(BrokerSettings.GROUP_MAX_SIZE),
        config.get(BrokerSettings.GROUP_INITIAL_REBALANCE_DELAY_MS),
        config.get(BrokerSettings.OFFSET_METADATA_MAX_BYTES),
        Duration.ofMinutes(config.get(BrokerSettings.OFFSETS_RETENTION_MINUTES)).toMillis(),
        config.get(BrokerSettings.OFFSETS_RETENTION_CHECK_INTERVAL_MS),
        config.get(BrokerSettings.OFFSETS_COMMIT_TIMEOUT_MS),
        consumerGroups(config));
  }

  private static ConsumerGroupSettings consumerGroups(BrokerConfig config) {
    return new ConsumerGroupSettings(
        config.get(BrokerSettings.GROUP_CONSUMER_SESSION_TIMEOUT_MS),
        config.get(BrokerSettings.GROUP_CONSUMER_HEARTBEAT_INTERVAL_MS),
        config.get(BrokerSettings.GROUP_CONSUMER_MAX_SIZE),
        config.get(BrokerSettings.GROUP_CONSUMER_ASSIGNORS),
        MigrationPolicy.of(config.get(BrokerSettings.GROUP_CONSUMER_MIGRATION_POLICY)));
  }

  static TransactionSettings transactions(BrokerConfig config) {
    return new TransactionSettings(
        config.get(BrokerSettings.TRANSACTION_MAX_TIMEOUT_MS),
        config.get(BrokerSettings.TRANSACTION_ABORT_CLEANUP_INTERVAL_MS),
        config.get(BrokerSettings.TRANSACTIONAL_ID_EXPIRATION_MS),
        config.get(BrokerSettings.TRANSACTION_REMOVE_CLEANUP_INTERVAL_MS));
  }

  /** The topics that keep the coordinators' state, by name. */
  static Map<String, StateTopic> stateTopics(BrokerConfig config) {
    return Map.of(
        TopicNames.CONSUMER_OFFSETS,
        new StateTopic(
            config.get(BrokerSettings.OFFSETS_TOPIC_NUM_PARTITIONS),
            config.get(BrokerSettings.OFFSETS_TOPIC_REPLICATION_FACTOR),
            StateTopic.CLUSTER_MIN_IN_SYNC,
            config.get(BrokerSettings.OFFSETS_TOPIC_SEGMENT_BYTES)),
        TopicNames.TRANSACTION_STATE,
        new StateTopic(
            config.get(BrokerSettings.TRANSACTION_STATE_LOG_NUM_PARTITIONS),
            config.get(BrokerSettings.TRANSACTION_STATE_LOG_REPLICATION_FACTOR),
            config.get(BrokerSettings.TRANSACTION_STATE_LOG_MIN_ISR),
            config.get(BrokerSettings.TRANSACTION_STATE_LOG_SEGMENT_BYTES)));
  }
}
