package io.weir.broker;

import io.weir.broker.config.BrokerConfig;
import io.weir.broker.config.BrokerSettings;
import io.weir.broker.grpc.LagCalls;
import io.weir.broker.metrics.LocalReadings;
import io.weir.broker.metrics.NodeMetrics;
import io.weir.broker.netty.HttpPage;
import io.weir.coordinator.Coordination;
import io.weir.coordinator.group.GroupCoordinator;
import io.weir.coordinator.transaction.TransactionCoordinator;
import io.weir.replication.Replicas;
import io.weir.replication.log.LogDirectories;
import io.weir.replication.log.LogDirectory;
import java.util.Map;

/** What a node shows over HTTP, on top of which of its parts. */
final class NodePages {
  private NodePages() {}

  /** By path. */
  static Map<String, HttpPage> of(NodeMetrics metrics) {
    return Map.of("/metrics", new HttpPage(NodeMetrics.CONTENT_TYPE, metrics::scrape));
  }

  /** Of a node's groups, whose lag this node knows or asks other nodes for, and transactions. */
  static NodeMetrics metrics(
      BrokerConfig config,
      Coordination coordination,
      Replicas replicas,
      LogDirectories directories,
      GroupCoordinator groups,
      TransactionCoordinator transactions) {
    LocalReadings here = new LocalReadings(replicas::read);
    LagCalls elsewhere = new LagCalls();
    int nodeId = config.nodeId();
    NodeMetrics metrics =
        new NodeMetrics(
            new MeasuredGroups(groups),
            coordination::image,
            (leader, positions) ->
                leader.id() == nodeId
                    ? here.of(positions)
                    : elsewhere.ask(leader.internal(), positions),
            config.get(BrokerSettings.METRICS_MAX_SERIES));
    metrics.showUncleanElections(coordination::uncleanElections);
    metrics.showTransactions(transactions::openTransactions, transactions::oldestOpenTransactionMs);
    for (LogDirectory directory : directories.all()) {
      metrics.showDirectory(
          directory.path().toString(), directory.space()::usableBytes, directory::isOnline);
    }
    metrics.showOpeningLogs(replicas::remainingLogsToOpen);
    return metrics;
  }
}
