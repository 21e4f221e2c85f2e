package io.weir.broker.handler;

import java.util.Set;

/** Kinds of things that have settings, with the numbers of the protocol. */
final class ConfigResource {
  static final byte TOPIC = 2;
  static final byte NODE = 4;
  static final byte NODE_LOGGER = 8;
  static final byte CLIENT_METRICS = 16;
  static final byte GROUP = 32;

  /** All that the protocol knows; here, only topics and nodes have settings. */
  static final Set<Byte> KINDS = Set.of(TOPIC, NODE, NODE_LOGGER, CLIENT_METRICS, GROUP);

  private ConfigResource() {}
}
