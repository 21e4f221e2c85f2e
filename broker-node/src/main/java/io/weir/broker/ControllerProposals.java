package io.weir.broker;

import io.weir.coordinator.Coordination;
import io.weir.coordinator.InSyncOutcome;
import io.weir.protocol.model.ErrorCode;
import io.weir.replication.InSyncAnswer;
import io.weir.replication.InSyncProposal;
import io.weir.replication.InSyncProposals;
import java.util.List;
import java.util.function.Consumer;

/** Takes leaders' proposals of in-sync sets to the controller. Thread-safe. */
record ControllerProposals(Coordination coordination) implements InSyncProposals {
  @Override
  public void propose(InSyncProposal proposal, Consumer<InSyncAnswer> onAnswer) {
    var _ =
        coordination
            .proposeInSync(
                proposal.topicId(),
                proposal.partition().partition(),
                proposal.leaderEpoch(),
                proposal.partitionEpoch(),
                proposal.inSyncReplicas())
            .whenComplete((outcome, failure) ->
                onAnswer.accept(failure == null ? answer(outcome) : new InSyncAnswer.Unknown()));
  }

  private static InSyncAnswer answer(InSyncOutcome outcome) {
    return switch (outcome) {
      case InSyncOutcome.Written(int partitionEpoch, List<Integer> inSync) ->
          new InSyncAnswer.Written(partitionEpoch, inSync);
      case InSyncOutcome.Refused(ErrorCode error) ->
          error == ErrorCode.NOT_CONTROLLER
              ? new InSyncAnswer.Unknown()
              : new InSyncAnswer.Refused();
    };
  }
}
