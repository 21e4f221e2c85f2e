package io.weir.protocol.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import io.netty.buffer.Unpooled;
import io.weir.protocol.message.Codec.Versioned;
import io.weir.protocol.model.ErrorCode;
import io.weir.protocol.record.BufferRecords;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.AbstractResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A request that cannot be served is answered in its own terms, so that each client understands.
 */
final class ErrorReplyTest {
  private static final long SEED = Long.getLong("seed", 1);
  private static final Reference KAFKA = new KafkaReference();

  static Stream<Versioned> requests() {
    return Codec.all()
        .filter(versioned -> versioned.message().endsWith("Request"))
        .filter(versioned -> KAFKA.has(versioned.message(), versioned.version()));
  }

  @ParameterizedTest
  @MethodSource("requests")
  void theReplyFitsTheVersionOfTheRequestAndSaysTheError(Versioned versioned) {
    boolean told = false;
    for (long seed = SEED; seed < SEED + 20; seed++) {
      int version = versioned.version();
      ApiRequest request =
          (ApiRequest) Codec.read(versioned, KAFKA.random(versioned.message(), version, seed));
      ApiResponse reply = request.errorResponse(ErrorCode.REQUEST_TIMED_OUT, "too late");

      byte[] bytes = Codec.write(reply, version);

      AbstractResponse theirs =
          AbstractResponse.parseResponse(
              ApiKeys.forId(request.apiKey().key()),
              new ByteBufferAccessor(ByteBuffer.wrap(bytes)),
              (short) version);
      assertThat(theirs.errorCounts().keySet())
          .as("%s, -Dseed=%d", versioned, seed)
          .isSubsetOf(Errors.REQUEST_TIMED_OUT, Errors.NONE);
      told |= theirs.errorCounts().containsKey(Errors.REQUEST_TIMED_OUT);
      request.releaseRecords();
    }
    assertThat(told).isTrue();
  }

  @Test
  void aProduceIsRefusedForEachPartition() {
    ProduceRequest.Partition first =
        ProduceRequest.Partition.builder().index(3).records(BufferRecords.EMPTY).build();
    ProduceRequest.Partition second = first.toBuilder().index(5).build();
    ProduceRequest request =
        ProduceRequest.builder()
            .topicData(
                List.of(
                    ProduceRequest.Topic.builder()
                        .name("orders")
                        .partitionData(List.of(first, second))
                        .build()))
            .build();

    ProduceResponse reply = request.errorResponse(ErrorCode.NOT_ENOUGH_REPLICAS, "only one");

    ProduceResponse.Topic topic = reply.responses().getFirst();
    assertThat(topic.name()).isEqualTo("orders");
    assertThat(topic.partitionResponses())
        .extracting(ProduceResponse.Partition::index, ProduceResponse.Partition::errorCode)
        .containsExactly(
            tuple(3, ErrorCode.NOT_ENOUGH_REPLICAS), tuple(5, ErrorCode.NOT_ENOUGH_REPLICAS));
    assertThat(topic.partitionResponses())
        .allMatch(partition -> partition.baseOffset() == -1)
        .allMatch(partition -> "only one".equals(partition.errorMessage()));
  }

  @Test
  void topicsToDeleteAreNamedAsTheyWereByNameOrById() {
    UUID id = new UUID(1, 2);
    DeleteTopicsRequest old = DeleteTopicsRequest.builder().topicNames(List.of("a", "b")).build();
    DeleteTopicsRequest recent =
        DeleteTopicsRequest.builder()
            .topics(List.of(DeleteTopicsRequest.Topic.builder().topicId(id).build()))
            .build();

    assertThat(old.errorResponse(ErrorCode.NOT_CONTROLLER, null).responses())
        .extracting(DeleteTopicsResponse.Result::name)
        .containsExactly("a", "b");
    assertThat(recent.errorResponse(ErrorCode.NOT_CONTROLLER, null).responses())
        .extracting(DeleteTopicsResponse.Result::topicId, DeleteTopicsResponse.Result::errorCode)
        .containsExactly(tuple(id, ErrorCode.NOT_CONTROLLER));
  }

  @Test
  void anErrorAtTheTopIsEnoughWhereThereIsOne() {
    JoinGroupResponse reply =
        JoinGroupRequest.builder()
            .groupId("g")
            .build()
            .errorResponse(ErrorCode.COORDINATOR_LOAD_IN_PROGRESS, "soon");

    assertThat(reply.errorCode()).isEqualTo(ErrorCode.COORDINATOR_LOAD_IN_PROGRESS);
    assertThat(reply.generationId()).isEqualTo(-1);
    assertThat(reply.members()).isEmpty();
    assertThat(Unpooled.wrappedBuffer(Codec.write(reply, 9)).isReadable()).isTrue();
  }
}
