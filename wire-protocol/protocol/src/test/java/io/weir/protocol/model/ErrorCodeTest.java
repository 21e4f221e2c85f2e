package io.weir.protocol.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.Test;

final class ErrorCodeTest {
  @Test
  void namesNumbersAndWhetherToRetryAreThoseOfKafka() {
    for (Errors theirs : Errors.values()) {
      ErrorCode ours = ErrorCode.of(theirs.code());
      assertThat(ours.name()).isEqualTo(theirs.name());
      assertThat(ours.code()).isEqualTo(theirs.code());
      assertThat(ours.retriable())
          .as("%s", ours)
          .isEqualTo(theirs.exception() instanceof RetriableException);
    }
  }

  @Test
  void thereIsNoneThatKafkaDoesNotHave() {
    assertThat(Arrays.stream(ErrorCode.values()).map(ErrorCode::name))
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(Errors.values()).map(Errors::name).toList());
  }

  @Test
  void aNumberFromTheFutureIsAnUnknownError() {
    assertThat(ErrorCode.of(30_000)).isEqualTo(ErrorCode.UNKNOWN_SERVER_ERROR);
    assertThat(ErrorCode.of(-2)).isEqualTo(ErrorCode.UNKNOWN_SERVER_ERROR);
    assertThat(ErrorCode.of(Integer.MAX_VALUE)).isEqualTo(ErrorCode.UNKNOWN_SERVER_ERROR);
    assertThat(ErrorCode.of(Integer.MIN_VALUE)).isEqualTo(ErrorCode.UNKNOWN_SERVER_ERROR);
  }
}
