package io.weir.broker.config;

/** Where the timestamp of a record comes from; the names are those of the settings' values. */
public enum TimestampSource {
  CreateTime,
  LogAppendTime
}
