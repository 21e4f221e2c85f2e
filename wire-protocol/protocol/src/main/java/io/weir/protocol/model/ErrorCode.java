package io.weir.protocol.model;

/**
 * How the Kafka protocol says what went wrong. Immutable.
 *
 * <p>An error is retriable when a client may send the same request again, perhaps after it has
 * looked up leaders or coordinators anew, and expect success.
 */
public enum ErrorCode {
  /** Something failed inside the broker that no other code describes. */
  UNKNOWN_SERVER_ERROR(-1),
  /** No error. */
  NONE(0),
  /** The offset lies outside what the partition's log holds. */
  OFFSET_OUT_OF_RANGE(1),
  /** A batch fails its checksum or cannot be what it claims to be. */
  CORRUPT_MESSAGE(2, true),
  /** This node has no such topic or partition. */
  UNKNOWN_TOPIC_OR_PARTITION(3, true),
  /** The fetch size is not acceptable. */
  INVALID_FETCH_SIZE(4),
  /** The partition has no leader at the moment. */
  LEADER_NOT_AVAILABLE(5, true),
  /** This node does not lead the partition, or holds no replica of it. */
  NOT_LEADER_OR_FOLLOWER(6, true),
  /** The answer did not come together in the time that was allowed. */
  REQUEST_TIMED_OUT(7, true),
  /** The broker is away. */
  BROKER_NOT_AVAILABLE(8),
  /** This node holds no usable replica of the partition. */
  REPLICA_NOT_AVAILABLE(9, true),
  /** A batch is larger than the topic allows. */
  MESSAGE_TOO_LARGE(10),
  /** The sender's controller epoch is older than the current one. */
  STALE_CONTROLLER_EPOCH(11),
  /** The metadata string of a committed offset is too long. */
  OFFSET_METADATA_TOO_LARGE(12),
  /** The connection broke before an answer came (made by clients, never sent). */
  NETWORK_EXCEPTION(13, true),
  /** The coordinator is still reading its state. */
  COORDINATOR_LOAD_IN_PROGRESS(14, true),
  /** There is no coordinator for this key at the moment. */
  COORDINATOR_NOT_AVAILABLE(15, true),
  /** This node does not coordinate this key. */
  NOT_COORDINATOR(16, true),
  /** The topic's name is not allowed, or the topic may not be used in this way. */
  INVALID_TOPIC_EXCEPTION(17),
  /** The batches together are larger than a segment. */
  RECORD_LIST_TOO_LARGE(18),
  /** Too few replicas are in sync; nothing was written. */
  NOT_ENOUGH_REPLICAS(19, true),
  /** Written, but too few replicas were in sync to call it safe. */
  NOT_ENOUGH_REPLICAS_AFTER_APPEND(20, true),
  /** The acks value is none of -1, 0 and 1. */
  INVALID_REQUIRED_ACKS(21),
  /** The generation is not the group's current one. */
  ILLEGAL_GENERATION(22),
  /** The member's assignment protocols or protocol type do not go with the group's. */
  INCONSISTENT_GROUP_PROTOCOL(23),
  /** The group id is not allowed. */
  INVALID_GROUP_ID(24),
  /** The group has no member of this id. */
  UNKNOWN_MEMBER_ID(25),
  /** The session time-out is outside what the broker allows. */
  INVALID_SESSION_TIMEOUT(26),
  /** The group is rebalancing: join again. */
  REBALANCE_IN_PROGRESS(27),
  /** The commit is too large to be stored. */
  INVALID_COMMIT_OFFSET_SIZE(28),
  /** Not authorized for the topic. */
  TOPIC_AUTHORIZATION_FAILED(29),
  /** Not authorized for the group. */
  GROUP_AUTHORIZATION_FAILED(30),
  /** Not authorized for the cluster. */
  CLUSTER_AUTHORIZATION_FAILED(31),
  /** A record's timestamp is too far from the broker's time. */
  INVALID_TIMESTAMP(32),
  /** The SASL mechanism is not offered here. */
  UNSUPPORTED_SASL_MECHANISM(33),
  /** The request does not fit the state of the SASL exchange. */
  ILLEGAL_SASL_STATE(34),
  /** The version of the request is not served. */
  UNSUPPORTED_VERSION(35),
  /** A topic of this name exists. */
  TOPIC_ALREADY_EXISTS(36),
  /** The number of partitions is not acceptable. */
  INVALID_PARTITIONS(37),
  /** The replication factor is below one, or above the number of live nodes. */
  INVALID_REPLICATION_FACTOR(38),
  /** The replica assignment is not acceptable. */
  INVALID_REPLICA_ASSIGNMENT(39),
  /** A setting's name or value is not acceptable. */
  INVALID_CONFIG(40),
  /** This node is not the controller. */
  NOT_CONTROLLER(41, true),
  /** The request makes no sense. */
  INVALID_REQUEST(42),
  /** The record format is not one that is kept here. */
  UNSUPPORTED_FOR_MESSAGE_FORMAT(43),
  /** A policy of the cluster forbids it. */
  POLICY_VIOLATION(44),
  /** A producer's sequence number leaves a gap. */
  OUT_OF_ORDER_SEQUENCE_NUMBER(45),
  /** A producer's sequence number was seen before, and is too old to be answered in full. */
  DUPLICATE_SEQUENCE_NUMBER(46),
  /** The producer's epoch is not the newest. */
  INVALID_PRODUCER_EPOCH(47),
  /** The transaction is not in a state that allows this. */
  INVALID_TXN_STATE(48),
  /** The producer id does not belong to the transactional id. */
  INVALID_PRODUCER_ID_MAPPING(49),
  /** The transaction time-out is larger than the broker allows. */
  INVALID_TRANSACTION_TIMEOUT(50),
  /** Another operation on the same transactional id has not ended yet. */
  CONCURRENT_TRANSACTIONS(51, true),
  /** The transaction coordinator that sent this is no longer the current one. */
  TRANSACTION_COORDINATOR_FENCED(52),
  /** Not authorized for the transactional id. */
  TRANSACTIONAL_ID_AUTHORIZATION_FAILED(53),
  /** Authorization is not switched on. */
  SECURITY_DISABLED(54),
  /** Not tried, because another part of the request failed. */
  OPERATION_NOT_ATTEMPTED(55),
  /** The disk under the log failed. */
  KAFKA_STORAGE_ERROR(56, true),
  /** The log directory does not exist on this node. */
  LOG_DIR_NOT_FOUND(57),
  /** The credentials were refused. */
  SASL_AUTHENTICATION_FAILED(58),
  /** Nothing is known of the producer id any more. */
  UNKNOWN_PRODUCER_ID(59),
  /** The partition's replicas are being moved. */
  REASSIGNMENT_IN_PROGRESS(60),
  /** Delegation tokens are not switched on. */
  DELEGATION_TOKEN_AUTH_DISABLED(61),
  /** The delegation token does not exist. */
  DELEGATION_TOKEN_NOT_FOUND(62),
  /** The delegation token belongs to someone else. */
  DELEGATION_TOKEN_OWNER_MISMATCH(63),
  /** Delegation tokens cannot be asked for over a connection of this kind. */
  DELEGATION_TOKEN_REQUEST_NOT_ALLOWED(64),
  /** Not authorized for the delegation token. */
  DELEGATION_TOKEN_AUTHORIZATION_FAILED(65),
  /** The delegation token has expired. */
  DELEGATION_TOKEN_EXPIRED(66),
  /** The kind of principal is not known. */
  INVALID_PRINCIPAL_TYPE(67),
  /** The group still has members. */
  NON_EMPTY_GROUP(68),
  /** The group does not exist. */
  GROUP_ID_NOT_FOUND(69),
  /** The fetch session does not exist. */
  FETCH_SESSION_ID_NOT_FOUND(70, true),
  /** The fetch session's epoch is not the expected one. */
  INVALID_FETCH_SESSION_EPOCH(71, true),
  /** The leader has no listener of the name that the client is using. */
  LISTENER_NOT_FOUND(72, true),
  /** Topics cannot be deleted on this cluster. */
  TOPIC_DELETION_DISABLED(73),
  /** The client's leader epoch is older than the partition's. */
  FENCED_LEADER_EPOCH(74, true),
  /** The client's leader epoch is newer than what this node knows. */
  UNKNOWN_LEADER_EPOCH(75, true),
  /** The client's version cannot carry the codec of the batches. */
  UNSUPPORTED_COMPRESSION_TYPE(76),
  /** The node has registered anew since. */
  STALE_BROKER_EPOCH(77),
  /** A new leader does not know its high watermark yet. */
  OFFSET_NOT_AVAILABLE(78, true),
  /** Join again, with the member id that comes with this answer. */
  MEMBER_ID_REQUIRED(79),
  /** The preferred leader cannot lead at the moment. */
  PREFERRED_LEADER_NOT_AVAILABLE(80, true),
  /** The group has as many members as are allowed. */
  GROUP_MAX_SIZE_REACHED(81),
  /** Another member now holds the instance id. */
  FENCED_INSTANCE_ID(82),
  /** No replica that may lead is alive. */
  ELIGIBLE_LEADERS_NOT_AVAILABLE(83, true),
  /** The partition already has the leader that was asked for. */
  ELECTION_NOT_NEEDED(84, true),
  /** The partition's replicas are not being moved. */
  NO_REASSIGNMENT_IN_PROGRESS(85),
  /** The group is subscribed to the topic, so its offsets stay. */
  GROUP_SUBSCRIBED_TO_TOPIC(86),
  /** A record is not acceptable to the topic. */
  INVALID_RECORD(87),
  /** A transaction that is still open holds offsets of the group. */
  UNSTABLE_OFFSET_COMMIT(88, true),
  /** A quota is used up; try later. */
  THROTTLING_QUOTA_EXCEEDED(89, true),
  /** A newer producer has taken over the transactional id. */
  PRODUCER_FENCED(90),
  /** What the request names does not exist. */
  RESOURCE_NOT_FOUND(91),
  /** The request names the same thing twice. */
  DUPLICATE_RESOURCE(92),
  /** The credential is not acceptable. */
  UNACCEPTABLE_CREDENTIAL(93),
  /** The set of voters is not the expected one. */
  INCONSISTENT_VOTER_SET(94),
  /** The update's version is not acceptable. */
  INVALID_UPDATE_VERSION(95),
  /** The features could not be changed. */
  FEATURE_UPDATE_FAILED(96),
  /** The principal of a forwarded request cannot be read. */
  PRINCIPAL_DESERIALIZATION_FAILURE(97),
  /** The snapshot does not exist. */
  SNAPSHOT_NOT_FOUND(98),
  /** The position lies outside the snapshot. */
  POSITION_OUT_OF_RANGE(99),
  /** This node has no topic of this id. */
  UNKNOWN_TOPIC_ID(100, true),
  /** A live node has this id. */
  DUPLICATE_BROKER_REGISTRATION(101),
  /** No node of this id is registered. */
  BROKER_ID_NOT_REGISTERED(102),
  /** The partition's log belongs to another topic id. */
  INCONSISTENT_TOPIC_ID(103, true),
  /** The request is meant for another cluster. */
  INCONSISTENT_CLUSTER_ID(104),
  /** The transactional id does not exist. */
  TRANSACTIONAL_ID_NOT_FOUND(105),
  /** A fetch session mixes topic names and topic ids. */
  FETCH_SESSION_TOPIC_ID_ERROR(106, true),
  /** A replica that may not be in sync was proposed for the in-sync set. */
  INELIGIBLE_REPLICA(107),
  /** The change was made, and with it the partition got another leader. */
  NEW_LEADER_ELECTED(108),
  /** The offset has moved to remote storage. */
  OFFSET_MOVED_TO_TIERED_STORAGE(109),
  /** The member's epoch is fenced: give up all partitions and join again. */
  FENCED_MEMBER_EPOCH(110),
  /** Another member holds the instance id and has to leave first. */
  UNRELEASED_INSTANCE_ID(111),
  /** The group does not know the assignor. */
  UNSUPPORTED_ASSIGNOR(112),
  /** The member's epoch is old: wait for the next heartbeat's answer. */
  STALE_MEMBER_EPOCH(113),
  /** The endpoint is of another kind than the request needs. */
  MISMATCHED_ENDPOINT_TYPE(114),
  /** Endpoints of this kind are not served. */
  UNSUPPORTED_ENDPOINT_TYPE(115),
  /** No controller of this id is known. */
  UNKNOWN_CONTROLLER_ID(116),
  /** The telemetry subscription is not the current one. */
  UNKNOWN_SUBSCRIPTION_ID(117),
  /** The telemetry is larger than the broker takes. */
  TELEMETRY_TOO_LARGE(118),
  /** The controller refuses the node's registration. */
  INVALID_REGISTRATION(119),
  /** The transaction has to be aborted; then its id can go on. */
  TRANSACTION_ABORTABLE(120),
  /** The record's delivery state does not allow the acknowledgement. */
  INVALID_RECORD_STATE(121),
  /** The share session does not exist. */
  SHARE_SESSION_NOT_FOUND(122, true),
  /** The share session's epoch is not the expected one. */
  INVALID_SHARE_SESSION_EPOCH(123, true),
  /** The state epoch is old. */
  FENCED_STATE_EPOCH(124),
  /** The voter's key is not this replica's. */
  INVALID_VOTER_KEY(125),
  /** The voter is a voter already. */
  DUPLICATE_VOTER(126),
  /** The voter is not among the voters. */
  VOTER_NOT_FOUND(127),
  /** The regular expression cannot be read. */
  INVALID_REGULAR_EXPRESSION(128),
  /** The client's knowledge of the cluster is useless: bootstrap again. */
  REBOOTSTRAP_REQUIRED(129),
  /** The streams topology is not acceptable. */
  STREAMS_INVALID_TOPOLOGY(130),
  /** The epoch of the streams topology is not acceptable. */
  STREAMS_INVALID_TOPOLOGY_EPOCH(131),
  /** The epoch of the streams topology is old. */
  STREAMS_TOPOLOGY_FENCED(132),
  /** There are as many share sessions as are allowed. */
  SHARE_SESSION_LIMIT_REACHED(133, true),
  /** The group could not be deleted; the message says why. */
  GROUP_DELETION_FAILED(134),
  /** The description of the streams topology could not be stored; the message says why. */
  STREAMS_TOPOLOGY_DESCRIPTION_UPDATE_FAILED(135),
  /** No controller of this id is registered. */
  CONTROLLER_ID_NOT_REGISTERED(136);

  private static final ErrorCode[] BY_CODE = byCode();

  private final short code;
  private final boolean retriable;

  ErrorCode(int code) {
    this(code, false);
  }

  ErrorCode(int code, boolean retriable) {
    this.code = (short) code;
    this.retriable = retriable;
  }

  /** The number on the wire. */
  public short code() {
    return code;
  }

  /** Whether the same request may succeed later. */
  public boolean retriable() {
    return retriable;
  }

  /**
   * The error of a number on the wire; a number that is not known here is {@link
   * #UNKNOWN_SERVER_ERROR}.
   */
  public static ErrorCode of(int code) {
    return code < 0 || code >= BY_CODE.length ? UNKNOWN_SERVER_ERROR : BY_CODE[code];
  }

  private static ErrorCode[] byCode() {
    ErrorCode[] all = values();
    ErrorCode[] byCode = new ErrorCode[all.length - 1];
    for (ErrorCode error : all) {
      if (error != UNKNOWN_SERVER_ERROR) {
        byCode[error.code] = error;
      }
    }
    return byCode;
  }
}
