package io.weir.broker.handler;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.coordinator.metadata.MetadataImage;
import io.weir.protocol.message.ApiKey;
import io.weir.protocol.message.DescribeProducersRequest;
import io.weir.protocol.message.DescribeProducersResponse;
import io.weir.protocol.model.ErrorCode;
import io.weir.protocol.model.TopicPartition;
import io.weir.replication.ProducersResult;
import io.weir.replication.log.ActiveProducer;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DescribeProducersHandlerTest {
  private final MetadataImage image = Images.of(Images.topic("t", 2));
  private final ServedApis apis =
      new ServedApis(
          new ApiRegistry.Builder()
              .serve(
                  ApiKey.DESCRIBE_PRODUCERS,
                  DescribeProducersRequest.class,
                  new DescribeProducersHandler(() -> image, DescribeProducersHandlerTest::lookUp)));

  @AfterEach
  void close() throws Exception {
    apis.close();
  }

  /** Partition 0 is led here and has an open transaction; the others are led elsewhere. */
  private static void lookUp(TopicPartition partition, Consumer<ProducersResult> onResult) {
    onResult.accept(
        partition.partition() == 0
            ? new ProducersResult(
                ErrorCode.NONE, List.of(new ActiveProducer(17, (short) 3, 99, 1_000, 4, 50)))
            : new ProducersResult(ErrorCode.NOT_LEADER_OR_FOLLOWER, List.of()));
  }

  @Test
  void aHangingTransactionIsSeenAtItsLeader() {
    DescribeProducersResponse response =
        apis.ask(
            DescribeProducersRequest.builder()
                .topics(
                    List.of(
                        DescribeProducersRequest.Topic.builder()
                            .name("t")
                            .partitionIndexes(List.of(0, 1, 2))
                            .build()))
                .build(),
            0,
            DescribeProducersResponse.class);

    List<DescribeProducersResponse.Partition> partitions =
        response.topics().getFirst().partitions();
    assertThat(partitions)
        .extracting(DescribeProducersResponse.Partition::errorCode)
        .containsExactly(
            ErrorCode.NONE, ErrorCode.NOT_LEADER_OR_FOLLOWER, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
    assertThat(partitions.getFirst().activeProducers())
        .containsExactly(
            DescribeProducersResponse.Producer.builder()
                .producerId(17)
                .producerEpoch(3)
                .lastSequence(99)
                .lastTimestamp(1_000)
                .coordinatorEpoch(4)
                .currentTxnStartOffset(50)
                .build());
  }
}
