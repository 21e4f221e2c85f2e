package io.weir.broker.handler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.weir.broker.handler.TopicCreator.StateTopic;
import io.weir.coordinator.metadata.MetadataImage;
import io.weir.coordinator.metadata.TopicImage;
import io.weir.protocol.message.ApiKey;
import io.weir.protocol.message.ApiResponse;
import io.weir.protocol.message.CreateTopicsRequest;
import io.weir.protocol.message.DescribeClusterRequest;
import io.weir.protocol.message.DescribeClusterResponse;
import io.weir.protocol.message.DescribeTopicPartitionsRequest;
import io.weir.protocol.message.DescribeTopicPartitionsResponse;
import io.weir.protocol.message.FindCoordinatorRequest;
import io.weir.protocol.message.FindCoordinatorResponse;
import io.weir.protocol.message.ListConfigResourcesRequest;
import io.weir.protocol.message.ListConfigResourcesResponse;
import io.weir.protocol.message.MetadataRequest;
import io.weir.protocol.message.MetadataResponse;
import io.weir.protocol.model.ErrorCode;
import io.weir.protocol.model.TopicNames;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What clients are told of the cluster, and the topics that come to be because they ask. */
class MetadataHandlersTest {
  private static final int NEWEST = 13;

  private final List<CreateTopicsRequest> created = new CopyOnWriteArrayList<>();
  private volatile MetadataImage image =
      Images.of(Images.topic("a", 3), Images.topic("b", 2), Images.topic("c", 1, 3, Map.of()));
  private volatile ErrorCode creation = ErrorCode.NONE;
  private final TopicCreator creator =
      new TopicCreator(
          (request, version, timeoutMs) -> create((CreateTopicsRequest) request),
          Map.of(
              TopicNames.CONSUMER_OFFSETS, new StateTopic(4, 3, 0, 1000),
              TopicNames.TRANSACTION_STATE, new StateTopic(6, 3, 2, 2000)));
  private final ServedApis apis =
      new ServedApis(
          new ApiRegistry.Builder()
              .serve(
                  ApiKey.METADATA,
                  MetadataRequest.class,
                  new MetadataHandler(() -> image, creator, true))
              .serve(
                  ApiKey.DESCRIBE_CLUSTER,
                  DescribeClusterRequest.class,
                  new DescribeClusterHandler(() -> image))
              .serve(
                  ApiKey.LIST_CONFIG_RESOURCES,
                  ListConfigResourcesRequest.class,
                  new ListConfigResourcesHandler(() -> image))
              .serve(
                  ApiKey.DESCRIBE_TOPIC_PARTITIONS,
                  DescribeTopicPartitionsRequest.class,
                  new DescribeTopicPartitionsHandler(() -> image, 4))
              .serve(
                  ApiKey.FIND_COORDINATOR,
                  FindCoordinatorRequest.class,
                  new FindCoordinatorHandler(() -> image, creator, group -> 0, id -> 5)));

  private CompletableFuture<ApiResponse> create(CreateTopicsRequest request) {
    created.add(request);
    CreateTopicsRequest.Topic topic = request.topics().getFirst();
    if (creation == ErrorCode.NONE) {
      TopicImage made = Images.topic(topic.name(), Math.max(1, topic.numPartitions()));
      image = Images.of(made, Images.topic("a", 3));
    }
    return CompletableFuture.completedFuture(request.errorResponse(creation, null));
  }

  @AfterEach
  void close() throws Exception {
    apis.close();
  }

  @Test
  void nodesAndPartitionsAreToldAsTheListenersClientsSeeThem() {
    MetadataResponse response = metadata(NEWEST, List.of(named("a"), named("c")), false);

    assertThat(response.brokers())
        .extracting(MetadataResponse.Broker::host, MetadataResponse.Broker::rack)
        .containsExactly(tuple("host1", "rack-a"), tuple("host2", null));
    assertThat(response.controllerId()).isEqualTo(2);
    assertThat(response.clusterId()).isEqualTo("a-cluster");
    MetadataResponse.Partition led = response.topics().getFirst().partitions().getFirst();
    assertThat(led.leaderId()).isEqualTo(1);
    assertThat(led.leaderEpoch()).isEqualTo(7);
    assertThat(led.offlineReplicas()).containsExactly(3);
    MetadataResponse.Partition orphan = response.topics().get(1).partitions().getFirst();
    assertThat(orphan.errorCode()).isEqualTo(ErrorCode.LEADER_NOT_AVAILABLE);
    assertThat(orphan.leaderId()).isEqualTo(-1);
  }

  @Test
  void topicsAndNodesHaveSettingsAndNothingElse() {
    assertThat(configResources(1)).containsExactly("2 a", "2 b", "2 c", "4 1", "4 2");
    assertThat(configResources(1, 4)).containsExactly("4 1", "4 2");
    assertThat(configResources(1, 8, 16, 32)).isEmpty();
    assertThat(configResources(0)).as("client metrics are all that version 0 asks for").isEmpty();
  }

  @Test
  void aKindOfSettingsThatNobodyKnowsIsRefused() {
    ListConfigResourcesRequest request =
        ListConfigResourcesRequest.builder().resourceTypes(List.of((byte) 2, (byte) 99)).build();

    ListConfigResourcesResponse response = apis.ask(request, 1, ListConfigResourcesResponse.class);

    assertThat(response.errorCode()).isEqualTo(ErrorCode.UNSUPPORTED_VERSION);
    assertThat(response.configResources()).isEmpty();
  }

  @Test
  void whatMeansAllTopicsDependsOnTheVersion() {
    assertThat(metadata(0, List.of(), true).topics()).hasSize(3);
    assertThat(metadata(1, null, true).topics()).hasSize(3);
    assertThat(metadata(1, List.of(), true).topics()).isEmpty();
  }

  @Test
  void topicsAreFoundByIdToo() {
    MetadataRequest.Topic known =
        MetadataRequest.Topic.builder().topicId(Images.idOf("b")).name(null).build();
    MetadataRequest.Topic unknown =
        MetadataRequest.Topic.builder().topicId(Images.idOf("x")).name(null).build();

    MetadataResponse response = metadata(NEWEST, List.of(known, unknown), true);

    assertThat(response.topics())
        .extracting(MetadataResponse.Topic::name, MetadataResponse.Topic::errorCode)
        .containsExactly(tuple("b", ErrorCode.NONE), tuple(null, ErrorCode.UNKNOWN_TOPIC_ID));
    assertThat(created).isEmpty();
  }

  @Test
  void anUnknownTopicIsCreatedWhereTheClientAllowsIt() {
    assertThat(error(metadata(NEWEST, List.of(named("new")), false)))
        .isEqualTo(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
    assertThat(created).isEmpty();

    assertThat(error(metadata(NEWEST, List.of(named("new")), true))).isEqualTo(ErrorCode.NONE);
    assertThat(created).hasSize(1);
    assertThat(created.getFirst().topics().getFirst().numPartitions()).isEqualTo(-1);
  }

  @Test
  void aNameThatIsNotAllowedIsNotCreated() {
    assertThat(error(metadata(NEWEST, List.of(named("not allowed")), true)))
        .isEqualTo(ErrorCode.INVALID_TOPIC_EXCEPTION);
    assertThat(created).isEmpty();
  }

  @Test
  void whyATopicCannotBeCreatedIsTold() {
    creation = ErrorCode.INVALID_REPLICATION_FACTOR;

    assertThat(error(metadata(NEWEST, List.of(named("new")), true)))
        .isEqualTo(ErrorCode.INVALID_REPLICATION_FACTOR);
  }

  @Test
  void theOffsetsTopicIsMadeWithItsOwnSettingsWhenAGroupLooksForItsCoordinator() {
    FindCoordinatorResponse response =
        apis.ask(
            FindCoordinatorRequest.builder().coordinatorKeys(List.of("g")).build(),
            4,
            FindCoordinatorResponse.class);

    assertThat(response.coordinators().getFirst().errorCode()).isEqualTo(ErrorCode.NONE);
    assertThat(response.coordinators().getFirst().host()).isEqualTo("host1");
    CreateTopicsRequest.Topic topic = created.getFirst().topics().getFirst();
    assertThat(topic.name()).isEqualTo(TopicNames.CONSUMER_OFFSETS);
    assertThat(topic.numPartitions()).isEqualTo(4);
    assertThat(topic.replicationFactor()).isEqualTo((short) 3);
    assertThat(topic.configs())
        .extracting(CreateTopicsRequest.Config::name, CreateTopicsRequest.Config::value)
        .contains(tuple("cleanup.policy", "compact"));
  }

  @Test
  void untilThereIsACoordinatorGroupsAreToldToComeAgain() {
    creation = ErrorCode.INVALID_REPLICATION_FACTOR;

    FindCoordinatorResponse response =
        apis.ask(
            FindCoordinatorRequest.builder().key("g").build(), 0, FindCoordinatorResponse.class);

    assertThat(response.errorCode()).isEqualTo(ErrorCode.COORDINATOR_NOT_AVAILABLE);
  }

  @Test
  void theStateOfTransactionsHasATopicWithSettingsOfItsOwn() {
    FindCoordinatorResponse response =
        apis.ask(
            FindCoordinatorRequest.builder().key("tx").keyType((byte) 1).build(),
            2,
            FindCoordinatorResponse.class);

    assertThat(response.errorCode()).isEqualTo(ErrorCode.NONE);
    assertThat(response.host()).isEqualTo("host1");
    CreateTopicsRequest.Topic topic = created.getFirst().topics().getFirst();
    assertThat(topic.name()).isEqualTo(TopicNames.TRANSACTION_STATE);
    assertThat(topic.numPartitions()).isEqualTo(6);
    assertThat(topic.configs())
        .extracting(CreateTopicsRequest.Config::name, CreateTopicsRequest.Config::value)
        .contains(tuple("min.insync.replicas", "2"), tuple("segment.bytes", "2000"));
  }

  @Test
  void otherKeysHaveNoCoordinator() {
    FindCoordinatorResponse response =
        apis.ask(
            FindCoordinatorRequest.builder().key("share").keyType((byte) 2).build(),
            2,
            FindCoordinatorResponse.class);

    assertThat(response.errorCode()).isEqualTo(ErrorCode.INVALID_REQUEST);
    assertThat(created).isEmpty();
  }

  @Test
  void theClusterIsDescribedToThoseWhoAskForItsBrokers() {
    DescribeClusterResponse brokers = describeCluster(1);
    DescribeClusterResponse controllers = describeCluster(2);

    assertThat(brokers.clusterId()).isEqualTo("a-cluster");
    assertThat(brokers.controllerId()).isEqualTo(2);
    assertThat(brokers.brokers()).hasSize(2);
    assertThat(controllers.errorCode()).isEqualTo(ErrorCode.MISMATCHED_ENDPOINT_TYPE);
  }

  @Test
  void partitionsAreDescribedPageByPage() {
    DescribeTopicPartitionsResponse first = page(100, null);
    assertThat(described(first)).containsExactly("a-0", "a-1", "a-2", "b-0");
    DescribeTopicPartitionsResponse.Cursor next = next(first);
    assertThat(next.topicName()).isEqualTo("b");
    assertThat(next.partitionIndex()).isEqualTo(1);

    DescribeTopicPartitionsResponse second =
        page(
            100,
            DescribeTopicPartitionsRequest.Cursor.builder()
                .topicName(next.topicName())
                .partitionIndex(next.partitionIndex())
                .build());
    assertThat(described(second)).containsExactly("b-1", "c-0");
    assertThat(second.nextCursor()).isNull();
  }

  @Test
  void aPageIsNoLargerThanTheClientWants() {
    DescribeTopicPartitionsResponse page = page(3, null);

    assertThat(described(page)).containsExactly("a-0", "a-1", "a-2");
    assertThat(next(page).topicName()).isEqualTo("b");
    assertThat(next(page).partitionIndex()).isZero();
  }

  private MetadataResponse metadata(
      int version, @Nullable List<MetadataRequest.Topic> topics, boolean create) {
    MetadataRequest request =
        MetadataRequest.builder().topics(topics).allowAutoTopicCreation(create).build();
    return apis.ask(request, version, MetadataResponse.class);
  }

  private static MetadataRequest.Topic named(String name) {
    return MetadataRequest.Topic.builder().name(name).build();
  }

  private static ErrorCode error(MetadataResponse response) {
    return response.topics().getFirst().errorCode();
  }

  private DescribeClusterResponse describeCluster(int endpointType) {
    return apis.ask(
        DescribeClusterRequest.builder().endpointType((byte) endpointType).build(),
        1,
        DescribeClusterResponse.class);
  }

  private DescribeTopicPartitionsResponse page(
      int limit, DescribeTopicPartitionsRequest.@Nullable Cursor cursor) {
    return apis.ask(
        DescribeTopicPartitionsRequest.builder()
            .responsePartitionLimit(limit)
            .cursor(cursor)
            .build(),
        0,
        DescribeTopicPartitionsResponse.class);
  }

  private static DescribeTopicPartitionsResponse.Cursor next(DescribeTopicPartitionsResponse page) {
    return Objects.requireNonNull(page.nextCursor(), "this is the last page");
  }

  /** Kind and name, sorted. */
  private List<String> configResources(int version, int... kinds) {
    List<Byte> types = IntStream.of(kinds).mapToObj(kind -> (byte) kind).toList();
    ListConfigResourcesRequest request =
        ListConfigResourcesRequest.builder().resourceTypes(types).build();
    return apis.ask(request, version, ListConfigResourcesResponse.class).configResources().stream()
        .map(resource -> resource.resourceType() + " " + resource.resourceName())
        .sorted()
        .toList();
  }

  private static List<String> described(DescribeTopicPartitionsResponse page) {
    return page.topics().stream()
        .flatMap(t -> t.partitions().stream().map(p -> t.name() + "-" + p.partitionIndex()))
        .toList();
  }
}
