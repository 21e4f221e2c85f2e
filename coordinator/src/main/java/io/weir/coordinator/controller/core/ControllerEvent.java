package io.weir.coordinator.controller.core;

import io.weir.coordinator.NodeRegistration;
import io.weir.protocol.message.ApiRequest;
import io.weir.protocol.model.TopicIdPartition;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * What the controller hears of. Sessions and requests are numbers that the shell gives out, each
 * once in a term; every request is answered by exactly one effect. Immutable.
 */
public sealed interface ControllerEvent {
  /** The term begins. The first event, and only the first. */
  record TookOver() implements ControllerEvent {}

  /**
   * A node opened a stream.
   *
   * @param session greater than 0
   * @param brokerEpoch of the registration that it made before
   * @param offline its replicas that cannot serve because of their disk
   */
  record NodeAttached(
      long session, NodeRegistration node, long brokerEpoch, List<TopicIdPartition> offline)
      implements ControllerEvent {}

  /**
   * A node's replicas cannot serve because of their disk, or are no longer among those that cannot.
   */
  record ReplicasReported(
      int nodeId, long session, List<TopicIdPartition> failed, List<TopicIdPartition> recovered)
      implements ControllerEvent {}

  /**
   * A node's stream ended.
   *
   * @param goodbye the node said so itself: it stops
   */
  record StreamEnded(int nodeId, UUID incarnation, long session, boolean goodbye)
      implements ControllerEvent {}

  /**
   * Somebody knocked at a node's internal port.
   *
   * @param refused nobody listens there; everything else, silence too, proves nothing
   */
  record Probed(int nodeId, UUID incarnation, boolean refused) implements ControllerEvent {}

  /**
   * Time passed. Comes several times within a lease.
   *
   * @param heard when each session was last heard of, by the clock that the events come with
   */
  record Ticked(Map<Long, Long> heard) implements ControllerEvent {}

  /** A leader wants another in-sync set; the parameters are those of {@code proposeInSync}. */
  record InSyncProposed(
      long request,
      int nodeId,
      UUID topicId,
      int partition,
      int leaderEpoch,
      int partitionEpoch,
      List<Integer> inSync)
      implements ControllerEvent {}

  /** A node is about to stop and wants its leaderships moved. */
  record LeaveRequested(long request, int nodeId, long session) implements ControllerEvent {}

  /**
   * A client wants topics or settings changed.
   *
   * @param version of the request's API
   * @param seed decides between equally good placements
   */
  record AdminRequested(long request, ApiRequest message, int version, long seed)
      implements ControllerEvent {}

  /** A node wants producer ids. */
  record ProducerIdsRequested(long request) implements ControllerEvent {}
}
