package io.weir.coordinator.controller.core;

import io.weir.coordinator.InSyncOutcome;
import io.weir.coordinator.ProducerIdBlock;
import io.weir.protocol.message.ApiResponse;
import io.weir.protocol.model.HostAndPort;
import java.util.UUID;

/**
 * What the controller wants done. The shell carries effects out in order, and only after the
 * records of the same decision are written and published. Immutable.
 */
public sealed interface ControllerEffect {
  /** Knock at a node's internal port, off the controller's thread, and say what came of it. */
  record Probe(int nodeId, UUID incarnation, HostAndPort address) implements ControllerEffect {}

  /** The process behind this registration is gone: remove what it left. */
  record RemoveRegistration(int nodeId, UUID incarnation) implements ControllerEffect {}

  /** From here on the session gets metadata, beginning with all there is now. */
  record AcceptSession(long session) implements ControllerEffect {}

  record EndSession(long session, String reason) implements ControllerEffect {}

  /**
   * Answers a client; with {@code awaitNodes} when all nodes serve from the new metadata, or soon.
   */
  record AnswerAdmin(long request, ApiResponse response, boolean awaitNodes)
      implements ControllerEffect {}

  record AnswerInSync(long request, InSyncOutcome outcome) implements ControllerEffect {}

  record AnswerProducerIds(long request, ProducerIdBlock block) implements ControllerEffect {}

  /** The node may go as soon as all others know. */
  record AnswerLeave(long request) implements ControllerEffect {}

  /** The controller does not yet know who is there; the caller is to ask again. */
  record TryAgain(long request) implements ControllerEffect {}

  /** So many partitions got a leader that was not in sync: for the metrics. */
  record CountUncleanElections(int partitions) implements ControllerEffect {}

  /** For the log. */
  record Notice(Severity severity, String text) implements ControllerEffect {}

  /** How loud a {@link Notice} is. */
  enum Severity {
    INFO,
    WARN,
    ERROR
  }
}
