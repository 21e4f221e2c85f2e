package io.weir.broker.handler;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.coordinator.metadata.MetadataImage;
import io.weir.protocol.message.ApiKey;
import io.weir.protocol.message.DeleteRecordsRequest;
import io.weir.protocol.message.DeleteRecordsResponse;
import io.weir.protocol.model.ErrorCode;
import io.weir.replication.DeletionRequest;
import io.weir.replication.DeletionResult;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeleteRecordsHandlerTest {
  private final MetadataImage image =
      Images.of(Images.topic("t", 2), Images.topic("__consumer_offsets", 1));
  private final List<DeletionRequest> asked = new ArrayList<>();
  private final ServedApis apis =
      new ServedApis(
          new ApiRegistry.Builder()
              .serve(
                  ApiKey.DELETE_RECORDS,
                  DeleteRecordsRequest.class,
                  new DeleteRecordsHandler(() -> image, this::delete)));

  @AfterEach
  void close() throws Exception {
    apis.close();
  }

  /** Partition 0 is led here; the others are led elsewhere. */
  private void delete(DeletionRequest request) {
    asked.add(request);
    request
        .onResult()
        .accept(
            request.partition().partition() == 0
                ? new DeletionResult(ErrorCode.NONE, request.offset())
                : new DeletionResult(ErrorCode.NOT_LEADER_OR_FOLLOWER, -1));
  }

  private static DeleteRecordsRequest.Topic topic(String name, long offset, int partitions) {
    List<DeleteRecordsRequest.Partition> all = new ArrayList<>();
    for (int i = 0; i < partitions; i++) {
      all.add(DeleteRecordsRequest.Partition.builder().partitionIndex(i).offset(offset).build());
    }
    return DeleteRecordsRequest.Topic.builder().name(name).partitions(all).build();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void eachPartitionIsAnsweredForItselfAndInternalTopicsKeepTheirRecords(int version) {
    DeleteRecordsResponse response =
        apis.ask(
            DeleteRecordsRequest.builder()
                .topics(List.of(topic("t", 17, 3), topic("__consumer_offsets", 1, 1)))
                .timeoutMs(1_234)
                .build(),
            version,
            DeleteRecordsResponse.class);

    assertThat(response.topics().getFirst().partitions())
        .extracting(DeleteRecordsResponse.Partition::errorCode)
        .containsExactly(
            ErrorCode.NONE, ErrorCode.NOT_LEADER_OR_FOLLOWER, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
    assertThat(response.topics().getFirst().partitions())
        .extracting(DeleteRecordsResponse.Partition::lowWatermark)
        .containsExactly(17L, -1L, -1L);
    assertThat(response.topics().getLast().partitions().getFirst().errorCode())
        .isEqualTo(ErrorCode.INVALID_TOPIC_EXCEPTION);
    assertThat(asked).extracting(DeletionRequest::timeoutMs).containsOnly(1_234L);
    assertThat(asked).hasSize(2);
  }
}
