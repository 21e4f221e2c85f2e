package io.weir.broker.handler;

import io.weir.replication.ReadUpTo;

/** What the protocol calls an isolation level: where a reader's view of a log ends. */
final class ReadIsolation {
  static final byte READ_COMMITTED = 1;

  private ReadIsolation() {}

  static ReadUpTo upTo(byte isolationLevel) {
    return isolationLevel == READ_COMMITTED ? ReadUpTo.LAST_STABLE : ReadUpTo.HIGH_WATERMARK;
  }
}
