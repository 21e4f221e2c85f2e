package io.weir.broker;

import io.weir.broker.config.BrokerConfig;
import io.weir.broker.config.BrokerSettings;
import io.weir.broker.grpc.TransactionChannels;
import io.weir.broker.grpc.TransactionService;
import io.weir.broker.handler.ProducerIds;
import io.weir.broker.handler.TransactionVerifier;
import io.weir.broker.state.ReplicatedState;
import io.weir.broker.transaction.MarkerWriter;
import io.weir.broker.transaction.MarkersToLeaders;
import io.weir.broker.transaction.QuestionDesk;
import io.weir.broker.transaction.QuestionsToCoordinators;
import io.weir.broker.transaction.WithoutVerification;
import io.weir.coordinator.Coordination;
import io.weir.coordinator.group.GroupCoordinator;
import io.weir.coordinator.metadata.MetadataImage;
import io.weir.coordinator.transaction.TransactionCoordinator;
import io.weir.protocol.model.TopicNames;
import io.weir.replication.Replicas;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The coordinators of a node with what joins them to its logs and to other nodes. Immutable.
 *
 * <pre>
 *   TransactionCoordinator ── MarkersToLeaders ──┬── MarkerWriter ──┬── Replicas
 *                                                │                  └── GroupCoordinator
 *                                                └── TransactionChannels ── TransactionService of
 *   handlers ── verifier ──┬── QuestionDesk ── TransactionCoordinator             another node
 *                          └── TransactionChannels
 * </pre>
 *
 * @param markers writes markers where this node leads
 * @param verifier asks the coordinator of a transaction, wherever that is
 * @param service what this node does for the transactions of others
 */
record Coordinators(
    GroupCoordinator groups,
    TransactionCoordinator transactions,
    ProducerIds producerIds,
    MarkerWriter markers,
    TransactionVerifier verifier,
    TransactionService service) {

  static Coordinators of(
      BrokerConfig config,
      Coordination coordination,
      Replicas replicas,
      TransactionChannels channels) {
    Supplier<MetadataImage> metadata = coordination::image;
    ProducerIds producerIds = new ProducerIds(coordination::allocateProducerIds);
    GroupCoordinator groups =
        new GroupCoordinator(
            new ReplicatedState(replicas, metadata, TopicNames.CONSUMER_OFFSETS),
            new ImageTopicNames(metadata),
            metadata,
            PartSettings.groups(config));
    MarkerWriter markers = new MarkerWriter(replicas::writeMarker, groups::onTransactionEnd);
    TransactionCoordinator transactions =
        new TransactionCoordinator(
            new ReplicatedState(replicas, metadata, TopicNames.TRANSACTION_STATE),
            new MarkersToLeaders(config.nodeId(), metadata, markers, channels),
            producerIds,
            groups::partitionOf,
            PartSettings.transactions(config));
    QuestionDesk desk =
        new QuestionDesk(request -> transactions.addPartitions(request, QuestionDesk.VERSION));
    TransactionVerifier asking =
        new QuestionsToCoordinators(
            config.nodeId(), metadata, transactions::partitionOf, desk, channels);
    TransactionVerifier verifier =
        config.get(BrokerSettings.TRANSACTION_PARTITION_VERIFICATION_ENABLE)
            ? asking
            : new WithoutVerification(asking);
    return new Coordinators(
        groups,
        transactions,
        producerIds,
        markers,
        verifier,
        new TransactionService(markers, desk));
  }

  /** They hear from now on of the partitions that this node leads. */
  void listenTo(CoordinatorLeadership leadership) {
    leadership.tell(
        Map.of(
            TopicNames.CONSUMER_OFFSETS, new Groups(groups),
            TopicNames.TRANSACTION_STATE, new Transactions(transactions)));
  }

  private record Groups(GroupCoordinator coordinator) implements CoordinatorLeadership.Coordinator {
    @Override
    public void onLeading(int partition, int leaderEpoch) {
      coordinator.onLeading(partition, leaderEpoch);
    }

    @Override
    public void onResigned(int partition) {
      coordinator.onResigned(partition);
    }
  }

  private record Transactions(TransactionCoordinator coordinator)
      implements CoordinatorLeadership.Coordinator {
    @Override
    public void onLeading(int partition, int leaderEpoch) {
      coordinator.onLeading(partition, leaderEpoch);
    }

    @Override
    public void onResigned(int partition) {
      coordinator.onResigned(partition);
    }
  }
}
