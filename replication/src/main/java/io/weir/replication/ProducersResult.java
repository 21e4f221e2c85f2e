package io.weir.replication;

import io.weir.protocol.model.ErrorCode;
import io.weir.replication.log.ActiveProducer;
import java.util.List;

/** The producers that a partition's leader knows, or why it does not say. Immutable. */
public record ProducersResult(ErrorCode error, List<ActiveProducer> producers) {
  static ProducersResult failed(ErrorCode error) {
    return new ProducersResult(error, List.of());
  }
}
