package io.weir.broker.handler;

import io.weir.protocol.message.InitProducerIdRequest;
import io.weir.protocol.message.InitProducerIdResponse;
import io.weir.protocol.model.ErrorCode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * InitProducerId, versions 0 to 5, for idempotent producers: a new id with epoch 0 each time, also
 * where the client asks to go on with its old one. Transactions come with a later issue; a
 * transactional id is refused with TRANSACTIONAL_ID_AUTHORIZATION_FAILED, the one error on which
 * both the Java client and librdkafka give up at once rather than ask again.
 */
public final class InitProducerIdHandler implements ApiHandler<InitProducerIdRequest> {
  private static final Logger LOG = LoggerFactory.getLogger(InitProducerIdHandler.class);

  private static final short FIRST_EPOCH = 0;

  private final ProducerIds ids;

  public InitProducerIdHandler(ProducerIds ids) {
    this.ids = ids;
  }

  @Override
  public void handle(InitProducerIdRequest request, RequestContext context) {
    if (request.transactionalId() != null) {
      context.answer(request.errorResponse(ErrorCode.TRANSACTIONAL_ID_AUTHORIZATION_FAILED, null));
      return;
    }
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
