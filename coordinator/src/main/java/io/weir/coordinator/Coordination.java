package io.weir.coordinator;

import io.weir.coordinator.grpc.ControlServices;
import io.weir.coordinator.metadata.MetadataImage;
import io.weir.coordinator.metadata.MetadataListener;
import io.weir.protocol.message.ApiRequest;
import io.weir.protocol.message.ApiResponse;
import io.weir.protocol.model.TopicIdPartition;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * A node's part in the cluster: it is registered, may be elected controller, hears of metadata and
 * asks for changes of it. Thread-safe.
 *
 * <p>Order of a start: connect; open the log directory with {@link #clusterId()}; start the
 * internal gRPC server with {@link #services()}; {@link #listen}; {@link #start}. Order of a stop:
 * {@link #leave()}, stop serving, {@link #close()}.
 *
 * <p>Futures complete on threads of coordination: what is chained to them must not block. They
 * complete exceptionally only when this object is closed or a bug shows, with {@link
 * CoordinationException}; refusals are values.
 */
public interface Coordination extends AutoCloseable {
  /**
   * Connects to ZooKeeper. Blocks.
   *
   * @param topicConfigs what settings topics may have, for when this node is controller
   * @throws ZooKeeperUnavailableException when ZooKeeper does not answer in time
   */
  static Coordination connect(CoordinationSettings settings, TopicConfigs topicConfigs) {
    return ClusterCoordination.connect(settings, topicConfigs);
  }

  /** 22 characters, the same on all nodes for ever. */
  String clusterId();

  /** What the internal gRPC server must offer; may be called, and served, before {@link #start}. */
  ControlServices services();

  /**
   * Registers this node, joins the election and looks for the controller. Returns when the node is
   * registered; the first metadata comes to the listeners as soon as there is a controller.
   *
   * @throws NodeIdInUseException when another machine is registered under this node id
   * @throws ZooKeeperUnavailableException when ZooKeeper does not answer in time
   */
  void start(NodeRegistration registration);

  /** The latest metadata; {@link MetadataImage#EMPTY} before the first. Costs nothing. */
  MetadataImage image();

  /** Adds a listener. One that is added after metadata came gets its first call soon. */
  void listen(MetadataListener listener);

  /**
   * A client's request to change topics or settings: CreateTopics, DeleteTopics, CreatePartitions,
   * AlterConfigs, IncrementalAlterConfigs, ElectLeaders. Done by the controller, wherever it is;
   * tried again while it moves. When an answer is lost on the way the request is sent again, and
   * the client gets what that finds. The answer comes when the change is written and, within a
   * second, all live nodes know of it.
   *
   * @param version of the request's API, in which the answer will be written
   * @param timeoutMs past which the answer is the API's own error reply, NOT_CONTROLLER or
   *     REQUEST_TIMED_OUT
   */
  CompletableFuture<ApiResponse> admin(ApiRequest request, int version, long timeoutMs);

  /**
   * Proposes an in-sync set for a partition that this node leads.
   *
   * @param leaderEpoch in which this node leads it
   * @param partitionEpoch on which the proposal builds
   * @param inSync node ids, this node's among them
   */
  CompletableFuture<InSyncOutcome> proposeInSync(
      UUID topicId, int partition, int leaderEpoch, int partitionEpoch, List<Integer> inSync);

  /**
   * A replica of this node cannot serve because of its disk, for good: the controller is told, now
   * and whenever there is another one, and elects others. Nothing happens before {@link #start}.
   */
  void replicaFailed(TopicIdPartition replica);

  /** A replica that failed is gone from this node, or open again. */
  void replicaRecovered(TopicIdPartition replica);

  /**
   * How many partitions this node, as controller, gave to a leader that was not in sync, since its
   * process began.
   */
  long uncleanElections();

  /** A block of producer ids; tried again inside while the controller moves. */
  CompletableFuture<ProducerIdBlock> allocateProducerIds();

  /**
   * Asks the controller to move this node's leaderships away and completes when that is done and
   * the others know, or when the controller cannot be reached for a few seconds. From here on the
   * node gets no new leaderships.
   */
  CompletableFuture<Void> leave();

  /** Ends the registration and all else. A controller steps down at once. */
  @Override
  void close();
}
