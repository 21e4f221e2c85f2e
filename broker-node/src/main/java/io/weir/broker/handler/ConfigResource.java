package io.weir.broker.handler;

/**
 * What has settings, with the numbers of the protocol; there are more kinds, which no node here
 * has.
 */
final class ConfigResource {
  static final byte TOPIC = 2;
  static final byte NODE = 4;
  static final byte NODE_LOGGER = 8;

  private ConfigResource() {}
}
