package io.weir.broker.transaction;

import io.weir.coordinator.metadata.BrokerImage;
import io.weir.protocol.model.ErrorCode;
import java.util.concurrent.CompletableFuture;

/**
 * The other nodes, for what they have to do with transactions. Thread-safe; nothing here waits. The
 * futures never fail, complete within a bounded time on any thread, and give NETWORK_EXCEPTION when
 * the node did not answer: what was asked may still have happened, or happen.
 */
public interface TransactionPeers {
  /** Has the node write a marker into a partition that it leads. */
  CompletableFuture<ErrorCode> write(BrokerImage leader, PartitionMarker marker);

  /** Asks the node about a transaction that it coordinates. */
  CompletableFuture<ErrorCode> ask(BrokerImage coordinator, PartitionQuestion question);
}
