package io.weir.broker.handler;

import io.weir.coordinator.metadata.MetadataImage;
import io.weir.coordinator.transaction.TransactionCoordinator;
import io.weir.protocol.message.AddOffsetsToTxnRequest;
import io.weir.protocol.model.TopicNames;
import java.util.function.Supplier;

/**
 * AddOffsetsToTxn, versions 0 to 4. What is added is the partition that keeps the group's offsets,
 * so their topic is created when it is not there; should that fail, the coordinator finds no
 * partition and tells the client to come again.
 */
final class AddOffsetsToTxnHandler implements ApiHandler<AddOffsetsToTxnRequest> {
  private final Supplier<MetadataImage> metadata;
  private final TopicCreator creator;
  private final TransactionCoordinator coordinator;

  AddOffsetsToTxnHandler(
      Supplier<MetadataImage> metadata, TopicCreator creator, TransactionCoordinator coordinator) {
    this.metadata = metadata;
    this.creator = creator;
    this.coordinator = coordinator;
  }

  @Override
  public void handle(AddOffsetsToTxnRequest request, RequestContext context) {
    int version = context.version();
    context.answerWhenDone(
        request,
        metadata.get().topic(TopicNames.CONSUMER_OFFSETS) != null
            ? coordinator.addOffsets(request, version)
            : creator
                .create(TopicNames.CONSUMER_OFFSETS)
                .thenCompose(outcome -> coordinator.addOffsets(request, version)));
  }
}
