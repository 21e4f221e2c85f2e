package io.weir.broker.handler;

/**
 * The features that clients steer by (KIP-584), and up to which level they are there. Level 0 is
 * the protocol without the feature: it is always there, and is never listed among the finalized
 * ones.
 *
 * <p>The levels are those of Apache Kafka, because clients know their meaning: a Java producer
 * leaves the adding of partitions to the broker where transaction.version is 2, for example.
 * metadata.version is missing on purpose: it numbers the formats of a KRaft metadata log, which no
 * node of this cluster has.
 */
enum Feature {
  /** Level 1: the consumer group protocol of KIP-848. */
  GROUP_VERSION("group.version", 1),
  /** Level 2: an epoch for each transaction (KIP-890). */
  TRANSACTION_VERSION("transaction.version", 2),
  /** Level 1: share groups (KIP-932). */
  SHARE_VERSION("share.version", 0),
  /** Level 1: streams groups (KIP-1071). */
  STREAMS_VERSION("streams.version", 0);

  private final String featureName;
  private final int level;

  Feature(String featureName, int level) {
    this.featureName = featureName;
    this.level = level;
  }

  /** The name in the protocol. */
  String featureName() {
    return featureName;
  }

  /** The highest level that is there, and in use. */
  int level() {
    return level;
  }
}
