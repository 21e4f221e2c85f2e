package io.weir.coordinator.controller.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import io.weir.coordinator.metadata.PartitionImage;
import io.weir.coordinator.metadata.TopicImage;
import io.weir.protocol.message.AlterConfigsRequest;
import io.weir.protocol.message.AlterConfigsResponse;
import io.weir.protocol.message.CreatePartitionsRequest;
import io.weir.protocol.message.CreatePartitionsResponse;
import io.weir.protocol.message.CreateTopicsRequest;
import io.weir.protocol.message.CreateTopicsResponse;
import io.weir.protocol.message.DeleteTopicsRequest;
import io.weir.protocol.message.DeleteTopicsResponse;
import io.weir.protocol.message.IncrementalAlterConfigsRequest;
import io.weir.protocol.message.IncrementalAlterConfigsResponse;
import io.weir.protocol.model.ErrorCode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What clients are told when they ask for topics and settings. */
class AdminRequestsTest {
  private static final byte TOPIC = 2;
  private static final byte NODE = 4;

  private final World world = new World().with(1, 2, 3);

  private static CreateTopicsRequest.Topic.Builder topic(String name, int count, int replicas) {
    return CreateTopicsRequest.Topic.builder()
        .name(name)
        .numPartitions(count)
        .replicationFactor((short) replicas);
  }

  private CreateTopicsResponse create(boolean validateOnly, CreateTopicsRequest.Topic... topics) {
    return (CreateTopicsResponse)
        world.admin(
            CreateTopicsRequest.builder()
                .topics(Arrays.asList(topics))
                .validateOnly(validateOnly)
                .build(),
            7);
  }

  private ErrorCode create(CreateTopicsRequest.Topic.Builder topic) {
    return create(false, topic.build()).topics().getFirst().errorCode();
  }

  private TopicImage image(String name) {
    return Objects.requireNonNull(world.image().topic(name));
  }

  @Test
  void theAnswerSaysWhatCameAbout() {
    CreateTopicsResponse.Topic made =
        create(
                false,
                topic("orders", -1, -1)
                    .configs(
                        List.of(
                            CreateTopicsRequest.Config.builder()
                                .name("retention.ms")
                                .value("5")
                                .build()))
                    .build())
            .topics()
            .getFirst();
    assertThat(made.errorCode()).isEqualTo(ErrorCode.NONE);
    assertThat(made.topicId()).isEqualTo(image("orders").id());
    assertThat(made.numPartitions()).isEqualTo(1);
    assertThat(made.replicationFactor()).isEqualTo((short) 3);
    assertThat(Objects.requireNonNull(made.configs()).getFirst().value()).isEqualTo("5");
  }

  @Test
  void leadersAndReplicasAreSpreadEvenly() {
    create(topic("orders", 9, 2));
    for (int node : List.of(1, 2, 3)) {
      assertThat(image("orders").partitions().stream().filter(p -> p.leader() == node)).hasSize(3);
      assertThat(
              image("orders").partitions().stream()
                  .map(PartitionImage::replicas)
                  .filter(replicas -> replicas.contains(node)))
          .hasSize(6);
    }
  }

  @Test
  void whatCannotBeIsRefusedWithItsOwnError() {
    create(topic("a.b", 1, 1));
    assertThat(create(topic("a.b", 1, 1))).isEqualTo(ErrorCode.TOPIC_ALREADY_EXISTS);
    assertThat(create(topic("a_b", 1, 1))).isEqualTo(ErrorCode.INVALID_TOPIC_EXCEPTION);
    assertThat(create(topic("a b", 1, 1))).isEqualTo(ErrorCode.INVALID_TOPIC_EXCEPTION);
    assertThat(create(topic("t", 0, 1))).isEqualTo(ErrorCode.INVALID_PARTITIONS);
    assertThat(create(topic("t", Integer.MAX_VALUE, 1))).isEqualTo(ErrorCode.INVALID_PARTITIONS);
    assertThat(create(topic("t", 1, 0))).isEqualTo(ErrorCode.INVALID_REPLICATION_FACTOR);
    assertThat(create(topic("t", 1, 4))).isEqualTo(ErrorCode.INVALID_REPLICATION_FACTOR);
    assertThat(create(topic("t", 1, 1).configs(List.of(config(null)))))
        .isEqualTo(ErrorCode.INVALID_CONFIG);
    assertThat(world.image().topicCount()).isEqualTo(1);
  }

  private static CreateTopicsRequest.Config config(@Nullable String value) {
    return CreateTopicsRequest.Config.builder().name("retention.ms").value(value).build();
  }

  @Test
  void aTopicThatIsNamedTwiceIsNotCreatedAndOthersAre() {
    CreateTopicsResponse response =
        create(
            false,
            topic("twice", 1, 1).build(),
            topic("once", 1, 1).build(),
            topic("twice", 2, 1).build());
    assertThat(response.topics())
        .extracting(CreateTopicsResponse.Topic::name, CreateTopicsResponse.Topic::errorCode)
        .containsExactly(tuple("twice", ErrorCode.INVALID_REQUEST), tuple("once", ErrorCode.NONE));
  }

  @Test
  void aTrialChangesNothing() {
    long before = world.image().version();
    assertThat(create(true, topic("t", 3, 3).build()).topics().getFirst().errorCode())
        .isEqualTo(ErrorCode.NONE);
    assertThat(world.image().version()).isEqualTo(before);
  }

  @Test
  void givenAssignmentsAreTakenAsTheyAreOrRefused() {
    assertThat(given(1, 3, List.of(2, 1))).isEqualTo(ErrorCode.INVALID_REQUEST);
    assertThat(given(-1, -1, List.of(2, 1), List.of(3)))
        .isEqualTo(ErrorCode.INVALID_REPLICA_ASSIGNMENT);
    assertThat(given(-1, -1, List.of(2, 2))).isEqualTo(ErrorCode.INVALID_REPLICA_ASSIGNMENT);
    assertThat(given(-1, -1, List.of(2, 9))).isEqualTo(ErrorCode.INVALID_REPLICA_ASSIGNMENT);
    assertThat(given(-1, -1, List.of())).isEqualTo(ErrorCode.INVALID_REPLICA_ASSIGNMENT);
    assertThat(given(-1, -1, List.of(3, 1), List.of(1, 2))).isEqualTo(ErrorCode.NONE);
    assertThat(image("given").partitions())
        .extracting(PartitionImage::replicas)
        .containsExactly(List.of(3, 1), List.of(1, 2));
  }

  @SafeVarargs
  private ErrorCode given(int count, int replicationFactor, List<Integer>... replicas) {
    CreateTopicsRequest.Topic.Builder topic = topic("given", count, replicationFactor);
    List<CreateTopicsRequest.Assignment> assignments = new ArrayList<>();
    for (List<Integer> one : replicas) {
      assignments.add(
          CreateTopicsRequest.Assignment.builder()
              .partitionIndex(assignments.size())
              .brokerIds(one)
              .build());
    }
    return create(topic.assignments(assignments));
  }

  @Test
  void topicsAreDeletedByNameOrById() {
    create(topic("by-name", 1, 1));
    create(topic("by-id", 1, 1));
    UUID id = image("by-id").id();
    DeleteTopicsResponse response =
        (DeleteTopicsResponse)
            world.admin(
                DeleteTopicsRequest.builder()
                    .topics(
                        List.of(
                            DeleteTopicsRequest.Topic.builder().name("by-name").build(),
                            DeleteTopicsRequest.Topic.builder().topicId(id).build(),
                            DeleteTopicsRequest.Topic.builder().name("nowhere").build(),
                            DeleteTopicsRequest.Topic.builder().topicId(new UUID(4, 4)).build(),
                            DeleteTopicsRequest.Topic.builder().build()))
                    .build(),
                6);
    assertThat(response.responses())
        .extracting(DeleteTopicsResponse.Result::errorCode)
        .containsExactly(
            ErrorCode.NONE,
            ErrorCode.NONE,
            ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
            ErrorCode.UNKNOWN_TOPIC_ID,
            ErrorCode.INVALID_REQUEST);
    assertThat(world.image().topicCount()).isZero();
  }

  @Test
  void partitionsAreAddedButNeverTakenAway() {
    create(topic("t", 2, 2));
    assertThat(grow("t", 5)).isEqualTo(ErrorCode.NONE);
    assertThat(image("t").partitions()).hasSize(5);
    assertThat(grow("t", 5)).isEqualTo(ErrorCode.INVALID_PARTITIONS);
    assertThat(grow("t", 1)).isEqualTo(ErrorCode.INVALID_PARTITIONS);
    assertThat(grow("t", Integer.MAX_VALUE)).isEqualTo(ErrorCode.INVALID_PARTITIONS);
    assertThat(grow("nowhere", 5)).isEqualTo(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
  }

  private ErrorCode grow(String name, int count) {
    CreatePartitionsResponse response =
        (CreatePartitionsResponse)
            world.admin(
                CreatePartitionsRequest.builder()
                    .topics(
                        List.of(
                            CreatePartitionsRequest.Topic.builder()
                                .name(name)
                                .count(count)
                                .assignments(null)
                                .build()))
                    .build(),
                3);
    return response.results().getFirst().errorCode();
  }

  @Test
  void settingsAreChangedOneByOneOrAllAtOnce() {
    create(topic("t", 1, 1));
    assertThat(change(TOPIC, "t", (byte) 0, "5")).isEqualTo(ErrorCode.NONE);
    assertThat(image("t").config()).containsEntry("retention.ms", "5");
    assertThat(change(TOPIC, "t", (byte) 0, null)).isEqualTo(ErrorCode.INVALID_REQUEST);
    assertThat(change(TOPIC, "t", (byte) 2, "5")).isEqualTo(ErrorCode.INVALID_CONFIG);
    assertThat(change(TOPIC, "t", (byte) 9, "5")).isEqualTo(ErrorCode.INVALID_REQUEST);
    assertThat(change(TOPIC, "nowhere", (byte) 0, "5"))
        .isEqualTo(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
    assertThat(change(NODE, "1", (byte) 0, "5")).isEqualTo(ErrorCode.INVALID_REQUEST);
    assertThat(change(TOPIC, "t", (byte) 1, null)).isEqualTo(ErrorCode.NONE);
    assertThat(image("t").config()).isEmpty();
    change(TOPIC, "t", (byte) 0, "5");
    AlterConfigsResponse replaced =
        (AlterConfigsResponse)
            world.admin(
                AlterConfigsRequest.builder()
                    .resources(
                        List.of(
                            AlterConfigsRequest.Resource.builder()
                                .resourceType(TOPIC)
                                .resourceName("t")
                                .configs(List.of())
                                .build()))
                    .build(),
                2);
    assertThat(replaced.responses().getFirst().errorCode()).isEqualTo(ErrorCode.NONE);
    assertThat(image("t").config()).isEmpty();
  }

  private ErrorCode change(byte type, String name, byte operation, @Nullable String value) {
    IncrementalAlterConfigsResponse response =
        (IncrementalAlterConfigsResponse)
            world.admin(
                IncrementalAlterConfigsRequest.builder()
                    .resources(
                        List.of(
                            IncrementalAlterConfigsRequest.Resource.builder()
                                .resourceType(type)
                                .resourceName(name)
                                .configs(
                                    List.of(
                                        IncrementalAlterConfigsRequest.Config.builder()
                                            .name("retention.ms")
                                            .configOperation(operation)
                                            .value(value)
                                            .build()))
                                .build()))
                    .build(),
                1);
    return response.responses().getFirst().errorCode();
  }
}
