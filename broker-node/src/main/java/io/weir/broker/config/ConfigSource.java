package io.weir.broker.config;

/** Where a value comes from, with the numbers of DescribeConfigs. */
public enum ConfigSource {
  TOPIC(1),
  NODE_FILE(4),
  DEFAULT(5);

  private final byte code;

  ConfigSource(int code) {
    this.code = (byte) code;
  }

  public byte code() {
    return code;
  }
}
