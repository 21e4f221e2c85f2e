package io.weir.broker.config;

/**
 * Why some values that Kafka knows are refused: ends of sentences, for brokers' and topics'
 * settings alike.
 */
final class Unsupported {
  static final String NO_CLEANER = "because the coordinators' topics would grow for ever";
  static final String TIERED_STORAGE = "because there is no remote storage";
  static final String THROTTLING = "because this version does not throttle replication";

  private Unsupported() {}
}
