package io.weir.broker.config;

/** The types that DescribeConfigs knows, with their numbers there. */
public enum WireType {
  BOOLEAN(1),
  STRING(2),
  INT(3),
  LONG(5),
  DOUBLE(6),
  LIST(7);

  private final byte code;

  WireType(int code) {
    this.code = (byte) code;
  }

  public byte code() {
    return code;
  }
}
