package io.weir.broker.config;

import static io.weir.broker.config.SettingType.addressOrNone;
import static io.weir.broker.config.SettingType.bool;
import static io.weir.broker.config.SettingType.doubleBetween;
import static io.weir.broker.config.SettingType.intBetween;
import static io.weir.broker.config.SettingType.intFrom;
import static io.weir.broker.config.SettingType.list;
import static io.weir.broker.config.SettingType.longFrom;
import static io.weir.broker.config.SettingType.oneOf;
import static io.weir.broker.config.SettingType.only;
import static io.weir.broker.config.SettingType.text;

import io.weir.protocol.model.HostAndPort;
import io.weir.protocol.record.CompressionType;
import io.weir.protocol.record.TimestampType;
import io.weir.replication.compaction.core.CleanupPolicy;
import io.weir.replication.log.Durability;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The table of a node's settings. Names are Kafka's where the meaning is the same. Every row has an
 * effect: what cannot be honoured is not listed, or is listed with the one value that can.
 */
public final class BrokerSettings {
  private static final List<Setting<?>> ROWS = new ArrayList<>();
  private static final String CORES = Integer.toString(Runtime.getRuntime().availableProcessors());

  // Identity and addresses.

  public static final Setting<Integer> NODE_ID =
      row(
          Setting.required(
                  "node.id", intFrom(0), "The number of this node, its own in the cluster.")
              .alias("broker.id"));

  public static final Setting<String> BROKER_RACK =
      row(
          Setting.optional(
              "broker.rack", text(), "The rack of this node, for the placement of replicas."));

  public static final Setting<List<Listener>> LISTENERS =
      row(
          Setting.withDefault(
              "listeners",
              Listener.listType(),
              "PLAINTEXT://127.0.0.1:9092",
              "The addresses on which clients are served, NAME://host:port; an empty host is every interface."));

  public static final Setting<List<Listener>> ADVERTISED_LISTENERS =
      row(
          Setting.optional(
              "advertised.listeners",
              Listener.listType(),
              "The addresses that clients are told, by listener name; those of listeners where not given."));

  public static final Setting<List<String>> LISTENER_SECURITY_PROTOCOL_MAP =
      row(
          Setting.withDefault(
              "listener.security.protocol.map",
              list(),
              "PLAINTEXT:PLAINTEXT",
              "The security protocol of each listener name, NAME:PROTOCOL; only PLAINTEXT is supported yet."));

  public static final Setting<String> INTERNAL_LISTENER =
      row(
          Setting.optional(
              "internal.listener",
              text(),
              "host:port for the other nodes; where not given, the first listener's host and any free port."));

  public static final Setting<Optional<HostAndPort>> HTTP_LISTENER =
      row(
          Setting.withDefault(
              "http.listener",
              addressOrNone(),
              "127.0.0.1:0",
              "host:port for /metrics over HTTP, port 0 any free one, which the node's log names; empty: none."));

  public static final Setting<Integer> METRICS_MAX_SERIES =
      row(
          Setting.withDefault(
              "metrics.max.series",
              intFrom(1),
              "100000",
              "Series of groups in one answer of /metrics; weir_metrics_series_left_out counts the others."));

  public static final Setting<List<String>> LOG_DIRS =
      row(
          Setting.<List<String>>required(
                  "log.dirs",
                  list(),
                  "The directories that hold this node's data, best each on a disk of its own.")
              .alias("log.dir"));

  public static final Setting<Long> LOG_DIR_MIN_FREE_BYTES =
      row(
          Setting.withDefault(
              "log.dir.min.free.bytes",
              longFrom(-1),
              "-1",
              "Below so many free bytes on its volume a log directory takes no records from clients, who get a"
                  + " retriable error; -1: 256 MiB, or a twentieth of a smaller volume."));

  // Coordination.

  public static final Setting<String> ZOOKEEPER_CONNECT =
      row(
          Setting.required(
              "zookeeper.connect",
              text(),
              "The ZooKeeper servers, host:port,host:port with an optional /path."));

  public static final Setting<Integer> ZOOKEEPER_SESSION_TIMEOUT_MS =
      row(
          Setting.withDefault(
              "zookeeper.session.timeout.ms",
              intFrom(1),
              "9000",
              "How long ZooKeeper waits for a silent node before it forgets its registration."));

  public static final Setting<Integer> ZOOKEEPER_CONNECTION_TIMEOUT_MS =
      row(
          Setting.withDefault(
              "zookeeper.connection.timeout.ms",
              intFrom(1),
              "15000",
              "How long a starting node waits for ZooKeeper before it gives up."));

  public static final Setting<Integer> BROKER_LEASE_MS =
      row(
          Setting.withDefault(
                  "broker.lease.ms",
                  intFrom(50),
                  "2000",
                  "How long the controller waits for a silent node before its partitions get other leaders.")
              .alias("broker.session.timeout.ms"));

  public static final Setting<Boolean> AUTO_LEADER_REBALANCE_ENABLE =
      row(
          Setting.withDefault(
              "auto.leader.rebalance.enable",
              bool(),
              "true",
              "Whether leadership goes back to a partition's first replica by itself."));

  public static final Setting<Long> LEADER_IMBALANCE_CHECK_INTERVAL_SECONDS =
      row(
          Setting.withDefault(
              "leader.imbalance.check.interval.seconds",
              longFrom(1),
              "30",
              "How often the controller looks for leaderships to give back."));

  // Threads, sockets and memory.

  public static final Setting<Integer> NUM_NETWORK_THREADS =
      row(
          Setting.withDefault(
              "num.network.threads",
              intBetween(1, 1024),
              CORES,
              "Event loops that serve clients."));

  public static final Setting<Integer> NUM_PARTITION_LOOPS =
      row(
          Setting.withDefault(
              "num.partition.loops", intBetween(1, 1024), CORES, "Threads that own partitions."));

  public static final Setting<Integer> SOCKET_REQUEST_MAX_BYTES =
      row(
          Setting.withDefault(
              "socket.request.max.bytes",
              intFrom(1024),
              "104857600",
              "The largest request; a connection that announces a larger one is closed."));

  public static final Setting<Long> QUEUED_MAX_REQUEST_BYTES =
      row(
          Setting.withDefault(
              "queued.max.request.bytes",
              longFrom(1 << 20),
              Long.toString(Math.max(32L << 20, Runtime.getRuntime().maxMemory() / 4)),
              "Bytes of requests that the node holds at once; past them no socket is read."));

  public static final Setting<Integer> CONNECTION_MAX_REQUESTS =
      row(
          Setting.withDefault(
              "connection.max.inflight.requests",
              intFrom(1),
              "128",
              "Requests of one connection that may be unanswered; past them its socket is not read."));

  public static final Setting<Integer> CONNECTION_MAX_BYTES =
      row(
          Setting.withDefault(
              "connection.max.inflight.bytes",
              intFrom(1024),
              "33554432",
              "Bytes of one connection's unanswered requests; past them its socket is not read."));

  public static final Setting<Integer> SOCKET_SEND_BUFFER_BYTES =
      row(
          Setting.withDefault(
              "socket.send.buffer.bytes",
              intFrom(-1),
              "-1",
              "SO_SNDBUF of client connections; -1 leaves it to the operating system."));

  public static final Setting<Integer> SOCKET_RECEIVE_BUFFER_BYTES =
      row(
          Setting.withDefault(
              "socket.receive.buffer.bytes",
              intFrom(-1),
              "-1",
              "SO_RCVBUF of client connections; -1 leaves it to the operating system."));

  public static final Setting<Integer> SOCKET_LISTEN_BACKLOG_SIZE =
      row(
          Setting.withDefault(
              "socket.listen.backlog.size",
              intFrom(1),
              "50",
              "Connections that may wait to be accepted."));

  public static final Setting<Integer> MAX_CONNECTIONS =
      row(
          Setting.withDefault(
              "max.connections",
              intFrom(1),
              Integer.toString(Integer.MAX_VALUE),
              "Client connections at once; further ones are closed."));

  public static final Setting<Integer> MAX_CONNECTIONS_PER_IP =
      row(
          Setting.withDefault(
              "max.connections.per.ip",
              intFrom(1),
              Integer.toString(Integer.MAX_VALUE),
              "Client connections at once from one address; further ones are closed."));

  public static final Setting<Long> CONNECTIONS_MAX_IDLE_MS =
      row(
          Setting.withDefault(
              "connections.max.idle.ms",
              longFrom(1),
              "600000",
              "A connection without a whole request or an answer for so long is closed."));

  public static final Setting<Integer> FETCH_MAX_BYTES =
      row(
          Setting.withDefault(
              "fetch.max.bytes",
              intFrom(1024),
              "57671680",
              "The most bytes of records in one answer to a Fetch."));

  // Topics.

  public static final Setting<Integer> NUM_PARTITIONS =
      row(
          Setting.withDefault(
              "num.partitions",
              intFrom(1),
              "1",
              "Partitions of a topic whose creator does not say how many."));

  public static final Setting<Integer> DEFAULT_REPLICATION_FACTOR =
      row(
          Setting.withDefault(
              "default.replication.factor",
              intBetween(1, Short.MAX_VALUE),
              "1",
              "Replicas of a topic whose creator does not say how many."));

  public static final Setting<Integer> MIN_INSYNC_REPLICAS =
      row(
          Setting.withDefault(
              "min.insync.replicas",
              intFrom(1),
              "1",
              "Replicas that must be in sync for records to be acknowledged and read; at most a topic's replicas."));

  public static final Setting<Boolean> AUTO_CREATE_TOPICS_ENABLE =
      row(
          Setting.withDefault(
              "auto.create.topics.enable",
              bool(),
              "true",
              "Whether asking for an unknown topic creates it."));

  public static final Setting<Boolean> DELETE_TOPIC_ENABLE =
      row(
          Setting.withDefault(
              "delete.topic.enable", bool(), "true", "Whether topics can be deleted."));

  public static final Setting<Integer> MAX_REQUEST_PARTITION_SIZE_LIMIT =
      row(
          Setting.withDefault(
              "max.request.partition.size.limit",
              intFrom(1),
              "2000",
              "Partitions in one answer to a DescribeTopicPartitions."));

  // The log: defaults of topics.

  public static final Setting<Integer> MESSAGE_MAX_BYTES =
      row(
          Setting.withDefault(
              "message.max.bytes", intFrom(0), "1048588", "The largest record batch."));

  public static final Setting<Integer> LOG_SEGMENT_BYTES =
      row(
          Setting.withDefault(
              "log.segment.bytes", intFrom(14), "1073741824", "The size of one segment file."));

  public static final Setting<Long> LOG_ROLL_MS =
      row(
          Setting.optional(
              "log.roll.ms",
              longFrom(1),
              "Time after which a new segment is begun; overrides log.roll.hours."));

  public static final Setting<Integer> LOG_ROLL_HOURS =
      row(
          Setting.withDefault(
              "log.roll.hours", intFrom(1), "168", "Hours after which a new segment is begun."));

  public static final Setting<Long> LOG_ROLL_JITTER_MS =
      row(
          Setting.optional(
              "log.roll.jitter.ms",
              longFrom(0),
              "Up to this much is taken off log.roll.ms, for each segment another part; overrides"
                  + " log.roll.jitter.hours."));

  public static final Setting<Integer> LOG_ROLL_JITTER_HOURS =
      row(
          Setting.withDefault(
              "log.roll.jitter.hours",
              intFrom(0),
              "0",
              "Up to so many hours are taken off log.roll.hours, for each segment another part."));

  public static final Setting<Long> LOG_RETENTION_MS =
      row(
          Setting.optional(
              "log.retention.ms",
              longFrom(-1),
              "How long records are kept, -1 = for ever; overrides log.retention.minutes."));

  public static final Setting<Integer> LOG_RETENTION_MINUTES =
      row(
          Setting.optional(
              "log.retention.minutes",
              intFrom(-1),
              "Minutes that records are kept, -1 = for ever; overrides log.retention.hours."));

  public static final Setting<Integer> LOG_RETENTION_HOURS =
      row(
          Setting.withDefault(
              "log.retention.hours",
              intFrom(-1),
              "168",
              "Hours that records are kept, -1 = for ever."));

  public static final Setting<Long> LOG_RETENTION_BYTES =
      row(
          Setting.withDefault(
              "log.retention.bytes",
              longFrom(-1),
              "-1",
              "Bytes of a partition that are kept, -1 = all."));

  public static final Setting<Long> LOG_RETENTION_CHECK_INTERVAL_MS =
      row(
          Setting.withDefault(
              "log.retention.check.interval.ms",
              longFrom(1),
              "300000",
              "How often old segments are looked for."));

  public static final Setting<Integer> NUM_RECOVERY_THREADS_PER_DATA_DIR =
      row(
          Setting.withDefault(
              "num.recovery.threads.per.data.dir",
              intFrom(1),
              "2",
              "Logs of a directory that are opened, and checked after an unclean stop, at a time."));

  public static final Setting<Integer> LOG_INDEX_INTERVAL_BYTES =
      row(
          Setting.withDefault(
              "log.index.interval.bytes",
              intFrom(0),
              "4096",
              "Bytes of log between two entries of its index."));

  public static final Setting<Integer> LOG_INDEX_SIZE_MAX_BYTES =
      row(
          Setting.withDefault(
              "log.index.size.max.bytes",
              intFrom(4),
              "10485760",
              "A new segment is begun before the entries of one index file would take more."));

  public static final Setting<Long> LOG_SEGMENT_DELETE_DELAY_MS =
      row(
          Setting.withDefault(
              "log.segment.delete.delay.ms",
              longFrom(0),
              "60000",
              "How long the files of a removed segment stay, renamed to .deleted."));

  public static final Setting<TimestampType> LOG_MESSAGE_TIMESTAMP_TYPE =
      row(
          Setting.withDefault(
              "log.message.timestamp.type",
              SettingType.timestampType(),
              "CreateTime",
              "Whether a record's timestamp is its producer's or the time of its arrival."));

  public static final Setting<Long> LOG_MESSAGE_TIMESTAMP_BEFORE_MAX_MS =
      row(
          Setting.withDefault(
              "log.message.timestamp.before.max.ms",
              longFrom(0),
              Long.toString(Long.MAX_VALUE),
              "How far behind the clock of the node a producer's timestamp may be."));

  public static final Setting<Long> LOG_MESSAGE_TIMESTAMP_AFTER_MAX_MS =
      row(
          Setting.withDefault(
              "log.message.timestamp.after.max.ms",
              longFrom(0),
              "3600000",
              "How far ahead of the clock of the node a producer's timestamp may be."));

  public static final Setting<CleanupPolicy> LOG_CLEANUP_POLICY =
      row(
          Setting.withDefault(
              "log.cleanup.policy",
              SettingType.cleanupPolicy(),
              "delete",
              "What happens to old records: delete = they go by age and size, compact = the last of each key is kept."));

  // Compaction.

  public static final Setting<String> LOG_CLEANER_ENABLE =
      row(
          Setting.withDefault(
              "log.cleaner.enable",
              only(WireType.BOOLEAN, "true", Unsupported.NO_CLEANER),
              "true",
              "Whether logs are compacted."));

  public static final Setting<Integer> LOG_CLEANER_THREADS =
      row(
          Setting.withDefault(
              "log.cleaner.threads", intFrom(1), "1", "Threads that compact logs."));

  public static final Setting<Double> LOG_CLEANER_IO_MAX_BYTES_PER_SECOND =
      row(
          Setting.withDefault(
              "log.cleaner.io.max.bytes.per.second",
              doubleBetween(1, Double.MAX_VALUE),
              Double.toString(Double.MAX_VALUE),
              "Bytes that compaction reads and writes in a second, over all its threads."));

  public static final Setting<Long> LOG_CLEANER_DEDUPE_BUFFER_SIZE =
      row(
          Setting.withDefault(
              "log.cleaner.dedupe.buffer.size",
              longFrom(1024),
              "134217728",
              "Bytes outside the heap for the keys of logs that are being compacted, over all threads; taken as needed."));

  public static final Setting<Integer> LOG_CLEANER_IO_BUFFER_SIZE =
      row(
          Setting.withDefault(
              "log.cleaner.io.buffer.size",
              intFrom(0),
              "524288",
              "Bytes that are read at once from logs that are being compacted, over all threads."));

  public static final Setting<Double> LOG_CLEANER_IO_BUFFER_LOAD_FACTOR =
      row(
          Setting.withDefault(
              "log.cleaner.io.buffer.load.factor",
              doubleBetween(0.01, 0.99),
              "0.9",
              "How full a map of keys may get."));

  public static final Setting<Long> LOG_CLEANER_BACKOFF_MS =
      row(
          Setting.withDefault(
              "log.cleaner.backoff.ms",
              longFrom(0),
              "15000",
              "How long a thread rests that found no log to compact."));

  public static final Setting<Double> LOG_CLEANER_MIN_CLEANABLE_RATIO =
      row(
          Setting.withDefault(
              "log.cleaner.min.cleanable.ratio",
              doubleBetween(0, 1),
              "0.5",
              "The share of uncompacted bytes from which a log is compacted."));

  public static final Setting<Long> LOG_CLEANER_DELETE_RETENTION_MS =
      row(
          Setting.withDefault(
              "log.cleaner.delete.retention.ms",
              longFrom(0),
              "86400000",
              "How long a compacted log keeps the marks of deleted keys."));

  public static final Setting<Long> LOG_CLEANER_MIN_COMPACTION_LAG_MS =
      row(
          Setting.withDefault(
              "log.cleaner.min.compaction.lag.ms",
              longFrom(0),
              "0",
              "The shortest time that a record stays uncompacted."));

  public static final Setting<Long> LOG_CLEANER_MAX_COMPACTION_LAG_MS =
      row(
          Setting.withDefault(
              "log.cleaner.max.compaction.lag.ms",
              longFrom(1),
              Long.toString(Long.MAX_VALUE),
              "The longest time that a record stays uncompacted."));

  public static final Setting<Optional<CompressionType>> COMPRESSION_TYPE =
      row(
          Setting.withDefault(
              "compression.type",
              SettingType.compressionType(),
              "producer",
              "How batches are stored: producer = as they come; else uncompressed, gzip, snappy, lz4 or"
                  + " zstd, into which all others are compressed anew."));

  public static final Setting<Integer> COMPRESSION_GZIP_LEVEL =
      compressionLevel(CompressionType.GZIP);

  public static final Setting<Integer> COMPRESSION_LZ4_LEVEL =
      compressionLevel(CompressionType.LZ4);

  public static final Setting<Integer> COMPRESSION_ZSTD_LEVEL =
      compressionLevel(CompressionType.ZSTD);

  public static final Setting<Boolean> UNCLEAN_LEADER_ELECTION_ENABLE =
      row(
          Setting.withDefault(
              "unclean.leader.election.enable",
              bool(),
              "false",
              "Whether a replica that is not in sync leads when no other is left: records may be lost."));

  public static final Setting<Durability> DURABILITY =
      row(
          Setting.withDefault(
              "durability",
              SettingType.durability(),
              "replicated",
              "What an acknowledgement means: replicated = the in-sync replicas hold it, fsync = they have it on disk."));

  public static final Setting<Long> LOG_FLUSH_INTERVAL_MESSAGES =
      row(
          Setting.withDefault(
              "log.flush.interval.messages",
              longFrom(1),
              Long.toString(Long.MAX_VALUE),
              "Records after which a log is put on disk in the background; 1 = acknowledgements wait for it, as durability=fsync."));

  public static final Setting<Long> LOG_FLUSH_INTERVAL_MS =
      row(
          Setting.withDefault(
              "log.flush.interval.ms",
              longFrom(0),
              Long.toString(Long.MAX_VALUE),
              "Time after which a log is put on disk in the background, within half a second."));

  // Replication.

  public static final Setting<Long> REPLICA_LAG_TIME_MAX_MS =
      row(
          Setting.withDefault(
              "replica.lag.time.max.ms",
              longFrom(1),
              "10000",
              "A follower that has not caught up for so long leaves the in-sync set."));

  public static final Setting<Integer> PRODUCER_ID_EXPIRATION_MS =
      row(
          Setting.withDefault(
              "producer.id.expiration.ms",
              intFrom(1),
              "86400000",
              "How long the sequence numbers of a silent idempotent producer are remembered."));

  public static final Setting<Integer> PRODUCER_ID_EXPIRATION_CHECK_INTERVAL_MS =
      row(
          Setting.withDefault(
              "producer.id.expiration.check.interval.ms",
              intFrom(1),
              "600000",
              "How often idempotent producers that have been silent for too long are looked for."));

  // Groups.

  public static final Setting<Integer> OFFSETS_TOPIC_REPLICATION_FACTOR =
      row(
          Setting.withDefault(
              "offsets.topic.replication.factor",
              intBetween(1, Short.MAX_VALUE),
              "3",
              "Replicas of the topic that holds the groups' offsets; it is created once so many nodes are there."));

  public static final Setting<Integer> OFFSETS_TOPIC_NUM_PARTITIONS =
      row(
          Setting.withDefault(
              "offsets.topic.num.partitions",
              intFrom(1),
              "50",
              "Partitions of the topic that holds the groups' offsets."));

  public static final Setting<Integer> OFFSETS_TOPIC_SEGMENT_BYTES =
      row(
          Setting.withDefault(
              "offsets.topic.segment.bytes",
              intFrom(14),
              "104857600",
              "The size of a segment of the topic that holds the groups' offsets."));

  public static final Setting<Integer> OFFSET_METADATA_MAX_BYTES =
      row(
          Setting.withDefault(
              "offset.metadata.max.bytes",
              intFrom(0),
              "4096",
              "The longest metadata of a committed offset."));

  public static final Setting<Integer> OFFSETS_RETENTION_MINUTES =
      row(
          Setting.withDefault(
              "offsets.retention.minutes",
              intFrom(1),
              "10080",
              "How long the offsets of a group without members are kept."));

  public static final Setting<Long> OFFSETS_RETENTION_CHECK_INTERVAL_MS =
      row(
          Setting.withDefault(
              "offsets.retention.check.interval.ms",
              longFrom(1),
              "600000",
              "How often old offsets are looked for."));

  public static final Setting<Integer> OFFSETS_COMMIT_TIMEOUT_MS =
      row(
          Setting.withDefault(
              "offsets.commit.timeout.ms",
              intFrom(1),
              "5000",
              "How long a client waits for its offsets to be replicated."));

  public static final Setting<Integer> GROUP_INITIAL_REBALANCE_DELAY_MS =
      row(
          Setting.withDefault(
              "group.initial.rebalance.delay.ms",
              intFrom(0),
              "3000",
              "How long an empty group waits for more members before its first rebalance."));

  public static final Setting<Integer> GROUP_MIN_SESSION_TIMEOUT_MS =
      row(
          Setting.withDefault(
              "group.min.session.timeout.ms",
              intFrom(1),
              "6000",
              "The shortest session time-out of a member."));

  public static final Setting<Integer> GROUP_MAX_SESSION_TIMEOUT_MS =
      row(
          Setting.withDefault(
              "group.max.session.timeout.ms",
              intFrom(1),
              "1800000",
              "The longest session time-out of a member."));

  public static final Setting<Integer> GROUP_MAX_SIZE =
      row(
          Setting.withDefault(
              "group.max.size",
              intFrom(1),
              Integer.toString(Integer.MAX_VALUE),
              "Members of one group."));

  public static final Setting<Integer> GROUP_CONSUMER_SESSION_TIMEOUT_MS =
      row(
          Setting.withDefault(
              "group.consumer.session.timeout.ms",
              intFrom(1),
              "45000",
              "How long a member of the consumer protocol may stay silent."));

  public static final Setting<Integer> GROUP_CONSUMER_MIN_SESSION_TIMEOUT_MS =
      row(
          Setting.withDefault(
              "group.consumer.min.session.timeout.ms",
              intFrom(1),
              "45000",
              "The shortest that group.consumer.session.timeout.ms may be."));

  public static final Setting<Integer> GROUP_CONSUMER_MAX_SESSION_TIMEOUT_MS =
      row(
          Setting.withDefault(
              "group.consumer.max.session.timeout.ms",
              intFrom(1),
              "60000",
              "The longest that group.consumer.session.timeout.ms may be."));

  public static final Setting<Integer> GROUP_CONSUMER_HEARTBEAT_INTERVAL_MS =
      row(
          Setting.withDefault(
              "group.consumer.heartbeat.interval.ms",
              intFrom(1),
              "5000",
              "How often a member of the consumer protocol is to be heard of."));

  public static final Setting<Integer> GROUP_CONSUMER_MIN_HEARTBEAT_INTERVAL_MS =
      row(
          Setting.withDefault(
              "group.consumer.min.heartbeat.interval.ms",
              intFrom(1),
              "5000",
              "The shortest that group.consumer.heartbeat.interval.ms may be."));

  public static final Setting<Integer> GROUP_CONSUMER_MAX_HEARTBEAT_INTERVAL_MS =
      row(
          Setting.withDefault(
              "group.consumer.max.heartbeat.interval.ms",
              intFrom(1),
              "15000",
              "The longest that group.consumer.heartbeat.interval.ms may be."));

  public static final Setting<Integer> GROUP_CONSUMER_MAX_SIZE =
      row(
          Setting.withDefault(
              "group.consumer.max.size",
              intFrom(1),
              "2147483647",
              "Members of one group of the consumer protocol."));

  public static final Setting<List<String>> GROUP_CONSUMER_ASSIGNORS =
      row(
          Setting.withDefault(
              "group.consumer.assignors",
              list(),
              "uniform,range",
              "Assignors that members may ask for, the default first."));

  public static final Setting<String> GROUP_CONSUMER_MIGRATION_POLICY =
      row(
          Setting.withDefault(
              "group.consumer.migration.policy",
              oneOf("disabled", "upgrade", "downgrade", "bidirectional"),
              "bidirectional",
              "Whether a group with members may change to the consumer protocol (upgrade), to the"
                  + " classic one (downgrade), either way, or not."));

  // Transactions.

  public static final Setting<Integer> TRANSACTION_STATE_LOG_REPLICATION_FACTOR =
      row(
          Setting.withDefault(
              "transaction.state.log.replication.factor",
              intBetween(1, Short.MAX_VALUE),
              "3",
              "Replicas of the topic that holds the state of transactions; it is created once so many nodes are there."));

  public static final Setting<Integer> TRANSACTION_STATE_LOG_NUM_PARTITIONS =
      row(
          Setting.withDefault(
              "transaction.state.log.num.partitions",
              intFrom(1),
              "50",
              "Partitions of the topic that holds the state of transactions."));

  public static final Setting<Integer> TRANSACTION_STATE_LOG_MIN_ISR =
      row(
          Setting.withDefault(
              "transaction.state.log.min.isr",
              intFrom(1),
              "2",
              "The min.insync.replicas of the topic that holds the state of transactions."));

  public static final Setting<Integer> TRANSACTION_STATE_LOG_SEGMENT_BYTES =
      row(
          Setting.withDefault(
              "transaction.state.log.segment.bytes",
              intFrom(14),
              "104857600",
              "The size of a segment of the topic that holds the state of transactions."));

  public static final Setting<Integer> TRANSACTION_MAX_TIMEOUT_MS =
      row(
          Setting.withDefault(
              "transaction.max.timeout.ms",
              intFrom(1),
              "900000",
              "The longest time that a producer may ask to keep a transaction open."));

  public static final Setting<Integer> TRANSACTIONAL_ID_EXPIRATION_MS =
      row(
          Setting.withDefault(
              "transactional.id.expiration.ms",
              intFrom(1),
              "604800000",
              "How long a transactional id without an open transaction is remembered."));

  public static final Setting<Integer> TRANSACTION_ABORT_CLEANUP_INTERVAL_MS =
      row(
          Setting.withDefault(
              "transaction.abort.timed.out.transaction.cleanup.interval.ms",
              intFrom(1),
              "10000",
              "How often transactions that are open for too long are looked for."));

  public static final Setting<Integer> TRANSACTION_REMOVE_CLEANUP_INTERVAL_MS =
      row(
          Setting.withDefault(
              "transaction.remove.expired.transaction.cleanup.interval.ms",
              intFrom(1),
              "3600000",
              "How often transactional ids to forget are looked for."));

  public static final Setting<Boolean> TRANSACTION_PARTITION_VERIFICATION_ENABLE =
      row(
          Setting.withDefault(
              "transaction.partition.verification.enable",
              bool(),
              "true",
              "Whether a transaction's first write to a partition is checked with its coordinator."));

  /** All of them, in the order in which they are documented. */
  public static final List<Setting<?>> ALL = List.copyOf(ROWS);

  private BrokerSettings() {}

  private static Setting<Integer> compressionLevel(CompressionType type) {
    String codec = type.name().toLowerCase(Locale.ROOT);
    return row(
        Setting.withDefault(
            "compression." + codec + ".level",
            SettingType.compressionLevel(type),
            Integer.toString(type.defaultLevel()),
            "The level at which batches are compressed to "
                + codec
                + " where compression.type asks for it."));
  }

  private static <T> Setting<T> row(Setting<T> setting) {
    ROWS.add(setting);
    return setting;
  }
}
