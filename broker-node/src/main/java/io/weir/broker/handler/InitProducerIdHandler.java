package io.weir.broker.handler;

import io.weir.coordinator.transaction.TransactionCoordinator;
import io.weir.protocol.message.InitProducerIdRequest;
import io.weir.protocol.message.InitProducerIdResponse;
import io.weir.protocol.model.ErrorCode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * InitProducerId, versions 0 to 5. For an idempotent producer a new id with epoch 0 each time, also
 * where the client asks to go on with its old one; for a transactional id, which must not be empty,
 * what its coordinator says.
 */
public final class InitProducerIdHandler implements ApiHandler<InitProducerIdRequest> {
  private static final Logger LOG = LoggerFactory.getLogger(InitProducerIdHandler.class);

  private static final short FIRST_EPOCH = 0;

  private final ProducerIds ids;
  private final TransactionCoordinator transactions;

  public InitProducerIdHandler(ProducerIds ids, TransactionCoordinator transactions) {
    this.ids = ids;
    this.transactions = transactions;
  }

  @Override
  public void handle(InitProducerIdRequest request, RequestContext context) {
    String transactionalId = request.transactionalId();
    if (transactionalId == null) {
      giveId(request, context);
    } else if (transactionalId.isEmpty()) {
      context.answer(request.errorResponse(ErrorCode.INVALID_REQUEST, null));
    } else {
      context.answerWhenDone(request, transactions.initProducerId(request, context.version()));
    }
  }

  private void giveId(InitProducerIdRequest request, RequestContext context) {
    var _ =
        ids.next()
            .whenComplete((id, failure) -> {
              if (failure == null) {
                context.answer(
                    InitProducerIdResponse.builder()
                        .producerId(id)
                        .producerEpoch(FIRST_EPOCH)
                        .build());
              } else {
                LOG.warn("no producer id for {}: {}", context.clientId(), failure.toString());
                context.answer(request.errorResponse(ErrorCode.COORDINATOR_NOT_AVAILABLE, null));
              }
            });
  }
}
