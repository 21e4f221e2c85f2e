package io.weir.coordinator.transaction.core;

import io.weir.protocol.model.ErrorCode;

/**
 * With which id and epoch a producer goes on, or why it does not. Immutable.
 *
 * @param producer NONE on an error
 */
public record ProducerResult(ErrorCode error, Producer producer) {
  static ProducerResult of(Producer producer) {
    return new ProducerResult(ErrorCode.NONE, producer);
  }

  public static ProducerResult refused(ErrorCode error) {
    return new ProducerResult(error, Producer.NONE);
  }
}
