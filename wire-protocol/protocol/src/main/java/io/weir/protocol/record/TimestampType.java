package io.weir.protocol.record;

/** Who decides a record's timestamp: the producer, or the leader at the moment it appends. */
public enum TimestampType {
  CREATE_TIME,
  LOG_APPEND_TIME
}
