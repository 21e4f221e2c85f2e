package io.weir.coordinator.grpc;

import io.weir.coordinator.NodeRegistration;
import io.weir.coordinator.metadata.BrokerImage;
import io.weir.coordinator.metadata.EndPoint;
import io.weir.coordinator.metadata.MetadataRecord;
import io.weir.coordinator.metadata.PartitionImage;
import io.weir.coordinator.metadata.TopicImage;
import io.weir.protocol.cluster.Address;
import io.weir.protocol.cluster.AttachNode;
import io.weir.protocol.cluster.ClientEndPoint;
import io.weir.protocol.cluster.Id;
import io.weir.protocol.cluster.LiveBroker;
import io.weir.protocol.cluster.LiveBrokers;
import io.weir.protocol.cluster.MetadataChange;
import io.weir.protocol.cluster.PartitionChange;
import io.weir.protocol.cluster.PartitionState;
import io.weir.protocol.cluster.ReplicaId;
import io.weir.protocol.cluster.TopicGone;
import io.weir.protocol.cluster.TopicState;
import io.weir.protocol.model.HostAndPort;
import io.weir.protocol.model.TopicIdPartition;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Between what nodes say to each other and what they mean. Stateless. */
final class ClusterCodec {
  private ClusterCodec() {}

  static Id write(UUID id) {
    return Id.newBuilder()
        .setHigh(id.getMostSignificantBits())
        .setLow(id.getLeastSignificantBits())
        .build();
  }

  static UUID read(Id id) {
    return new UUID(id.getHigh(), id.getLow());
  }

  static List<ReplicaId> write(Collection<TopicIdPartition> replicas) {
    return replicas.stream()
        .map(replica ->
            ReplicaId.newBuilder()
                .setTopicId(write(replica.topicId()))
                .setPartition(replica.partition())
                .build())
        .toList();
  }

  static List<TopicIdPartition> readReplicas(List<ReplicaId> replicas) {
    return replicas.stream()
        .map(replica -> new TopicIdPartition(read(replica.getTopicId()), replica.getPartition()))
        .toList();
  }

  static Address write(HostAndPort address) {
    return Address.newBuilder().setHost(address.host()).setPort(address.port()).build();
  }

  static HostAndPort read(Address address) {
    return new HostAndPort(address.getHost(), address.getPort());
  }

  private static ClientEndPoint write(EndPoint endPoint) {
    return ClientEndPoint.newBuilder()
        .setListener(endPoint.listener())
        .setSecurityProtocol(endPoint.securityProtocol())
        .setHost(endPoint.host())
        .setPort(endPoint.port())
        .build();
  }

  private static List<EndPoint> readEndPoints(List<ClientEndPoint> endPoints) {
    return endPoints.stream()
        .map(endPoint ->
            new EndPoint(
                endPoint.getListener(),
                endPoint.getSecurityProtocol(),
                endPoint.getHost(),
                endPoint.getPort()))
        .toList();
  }

  static AttachNode write(
      NodeRegistration node,
      long brokerEpoch,
      UUID controllerIncarnation,
      Collection<TopicIdPartition> offline) {
    AttachNode.Builder attach =
        AttachNode.newBuilder()
            .setNodeId(node.nodeId())
            .setStorageId(write(node.storageId()))
            .setIncarnation(write(node.incarnation()))
            .setBrokerEpoch(brokerEpoch)
            .setInternal(write(node.internal()))
            .setControllerIncarnation(write(controllerIncarnation))
            .addAllOffline(write(offline));
    node.endPoints().forEach(endPoint -> attach.addEndPoints(write(endPoint)));
    Optional.ofNullable(node.rack()).ifPresent(attach::setRack);
    return attach.build();
  }

  /**
   * The node that attaches.
   *
   * @throws IllegalArgumentException when it is none
   */
  static NodeRegistration read(AttachNode attach) {
    return new NodeRegistration(
        attach.getNodeId(),
        read(attach.getStorageId()),
        read(attach.getIncarnation()),
        readEndPoints(attach.getEndPointsList()),
        read(attach.getInternal()),
        attach.hasRack() ? attach.getRack() : null);
  }

  static MetadataChange write(MetadataRecord record) {
    MetadataChange.Builder change = MetadataChange.newBuilder();
    switch (record) {
      case MetadataRecord.Brokers brokers -> change.setBrokers(write(brokers));
      case MetadataRecord.TopicWritten(TopicImage topic) -> change.setTopic(write(topic));
      case MetadataRecord.TopicDeleted(UUID id, String name) ->
          change.setTopicGone(TopicGone.newBuilder().setId(write(id)).setName(name));
      case MetadataRecord.PartitionWritten(UUID topicId, PartitionImage partition) ->
          change.setPartition(
              PartitionChange.newBuilder()
                  .setTopicId(write(topicId))
                  .setIndex(partition.partition())
                  .setPartition(write(partition)));
    }
    return change.build();
  }

  /**
   * A change of the metadata.
   *
   * @throws IllegalArgumentException when it is of a kind that this node does not know
   */
  static MetadataRecord read(MetadataChange change) {
    return switch (change.getChangeCase()) {
      case BROKERS -> read(change.getBrokers());
      case TOPIC -> new MetadataRecord.TopicWritten(read(change.getTopic()));
      case TOPIC_GONE ->
          new MetadataRecord.TopicDeleted(
              read(change.getTopicGone().getId()), change.getTopicGone().getName());
      case PARTITION ->
          new MetadataRecord.PartitionWritten(
              read(change.getPartition().getTopicId()),
              read(change.getPartition().getIndex(), change.getPartition().getPartition()));
      case CHANGE_NOT_SET ->
          throw new IllegalArgumentException("a change of metadata of an unknown kind");
    };
  }

  private static LiveBrokers write(MetadataRecord.Brokers brokers) {
    LiveBrokers.Builder live = LiveBrokers.newBuilder().setControllerId(brokers.controllerId());
    for (BrokerImage broker : brokers.live()) {
      LiveBroker.Builder one =
          LiveBroker.newBuilder()
              .setId(broker.id())
              .setBrokerEpoch(broker.brokerEpoch())
              .setInternal(write(broker.internal()))
              .addAllOffline(write(broker.offlineReplicas()));
      broker.endPoints().forEach(endPoint -> one.addEndPoints(write(endPoint)));
      Optional.ofNullable(broker.rack()).ifPresent(one::setRack);
      live.addLive(one);
    }
    return live.build();
  }

  private static MetadataRecord.Brokers read(LiveBrokers brokers) {
    return new MetadataRecord.Brokers(
        brokers.getControllerId(),
        brokers.getLiveList().stream()
            .map(broker ->
                new BrokerImage(
                    broker.getId(),
                    broker.getBrokerEpoch(),
                    readEndPoints(broker.getEndPointsList()),
                    read(broker.getInternal()),
                    broker.hasRack() ? broker.getRack() : null,
                    Set.copyOf(readReplicas(broker.getOfflineList()))))
            .toList());
  }

  private static TopicState write(TopicImage topic) {
    TopicState.Builder state =
        TopicState.newBuilder()
            .setId(write(topic.id()))
            .setName(topic.name())
            .putAllConfig(topic.config());
    topic.partitions().forEach(partition -> state.addPartitions(write(partition)));
    return state.build();
  }

  private static TopicImage read(TopicState state) {
    List<PartitionImage> partitions = new ArrayList<>(state.getPartitionsCount());
    for (PartitionState partition : state.getPartitionsList()) {
      partitions.add(read(partitions.size(), partition));
    }
    return new TopicImage(read(state.getId()), state.getName(), state.getConfigMap(), partitions);
  }

  private static PartitionState write(PartitionImage partition) {
    return PartitionState.newBuilder()
        .addAllReplicas(partition.replicas())
        .addAllInSync(partition.inSyncReplicas())
        .setLeader(partition.leader())
        .setLeaderEpoch(partition.leaderEpoch())
        .setPartitionEpoch(partition.partitionEpoch())
        .build();
  }

  private static PartitionImage read(int index, PartitionState state) {
    return new PartitionImage(
        index,
        state.getReplicasList(),
        state.getInSyncList(),
        state.getLeader(),
        state.getLeaderEpoch(),
        state.getPartitionEpoch());
  }
}
