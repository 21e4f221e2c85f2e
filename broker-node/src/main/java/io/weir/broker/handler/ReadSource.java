package io.weir.broker.handler;

import io.weir.replication.ReadRequest;
import io.weir.replication.Registration;

/** Where records are read. Thread-safe. */
@FunctionalInterface
public interface ReadSource {
  /** Starts a read; what it returns ends the wait for data, if there is one. */
  Registration read(ReadRequest request);
}
