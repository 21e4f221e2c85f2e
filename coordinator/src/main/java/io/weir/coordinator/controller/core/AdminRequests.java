package io.weir.coordinator.controller.core;

import io.weir.coordinator.TopicConfigs;
import io.weir.coordinator.TopicDefaults;
import io.weir.coordinator.controller.core.ControllerEffect.AnswerAdmin;
import io.weir.coordinator.controller.core.ControllerEvent.AdminRequested;
import io.weir.protocol.message.AlterConfigsRequest;
import io.weir.protocol.message.ApiResponse;
import io.weir.protocol.message.CreatePartitionsRequest;
import io.weir.protocol.message.CreateTopicsRequest;
import io.weir.protocol.message.DeleteTopicsRequest;
import io.weir.protocol.message.ElectLeadersRequest;
import io.weir.protocol.message.IncrementalAlterConfigsRequest;
import io.weir.protocol.model.ErrorCode;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * Decides clients' requests to change topics, settings and leaders. Confined to the controller's
 * thread.
 */
final class AdminRequests {
  private final Draft draft;
  private final TopicCreation creation;
  private final TopicDeletion deletion;
  private final PartitionCreation partitionCreation;
  private final ConfigChanges configChanges;
  private final LeaderRequests leaderRequests;

  AdminRequests(
      Draft draft,
      Roster roster,
      TopicDefaults defaults,
      TopicConfigs topicConfigs,
      Supplier<UUID> topicIds,
      UncleanElection uncleanElection) {
    this.draft = draft;
    ConfigRules rules = new ConfigRules(topicConfigs);
    this.creation = new TopicCreation(draft, roster, defaults, rules, topicIds);
    this.deletion = new TopicDeletion(draft);
    this.partitionCreation = new PartitionCreation(draft, roster);
    this.configChanges = new ConfigChanges(draft, rules, uncleanElection);
    this.leaderRequests = new LeaderRequests(draft, roster, uncleanElection);
  }

  void handle(AdminRequested request) {
    long before = draft.image().version();
    ApiResponse response =
        switch (request.message()) {
          case CreateTopicsRequest create -> creation.create(create, request.seed());
          case DeleteTopicsRequest delete -> deletion.delete(delete, request.version());
          case CreatePartitionsRequest create -> partitionCreation.create(create, request.seed());
          case AlterConfigsRequest alter -> configChanges.replace(alter);
          case IncrementalAlterConfigsRequest alter -> configChanges.change(alter);
          case ElectLeadersRequest elect -> leaderRequests.elect(elect);
          default ->
              request
                  .message()
                  .errorResponse(ErrorCode.INVALID_REQUEST, "this is nothing for the controller");
        };
    draft.effect(new AnswerAdmin(request.request(), response, draft.image().version() != before));
  }
}
