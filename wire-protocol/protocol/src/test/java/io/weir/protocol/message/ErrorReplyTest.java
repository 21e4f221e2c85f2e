package io.weir.protocol.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import io.netty.buffer.Unpooled;
import io.weir.protocol.message.Codec.Versioned;
import io.weir.protocol.model.ErrorCode;
import io.weir.protocol.record.BufferRecords;
import io.weir.protocol.wire.WireReader;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;
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

  /** Answers with no place for an error: that they are empty has to say it. */
  private static final Set<Versioned> SPEECHLESS =
      Set.of(
          new Versioned("DescribeLogDirsRequest", 1), new Versioned("DescribeLogDirsRequest", 2));

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
    assertThat(told).isEqualTo(!SPEECHLESS.contains(versioned));
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
  void partitionsOfSeveralTransactionsAreRefusedOneByOne() {
    AddPartitionsToTxnRequest request =
        AddPartitionsToTxnRequest.builder()
            .transactions(List.of(transaction("a", 0, 1), transaction("b", 2)))
            .build();

    AddPartitionsToTxnResponse reply =
        request.errorResponse(ErrorCode.CONCURRENT_TRANSACTIONS, null);

    assertThat(reply.errorCode()).isEqualTo(ErrorCode.CONCURRENT_TRANSACTIONS);
    assertThat(reply.resultsByTopicV3AndBelow()).isEmpty();
    assertThat(reply.resultsByTransaction())
        .extracting(
            AddPartitionsToTxnResponse.Transaction::transactionalId,
            result -> result.topicResults().getFirst().name(),
            result -> result.topicResults().getFirst().resultsByPartition())
        .containsExactly(
            tuple("a", "orders", List.of(refused(0), refused(1))),
            tuple("b", "orders", List.of(refused(2))));
    assertThat(Codec.write(reply, 5)).isNotEmpty();
  }

  @Test
  void theOneTransactionOfAnOldRequestIsRefusedByPartition() {
    AddPartitionsToTxnRequest request =
        AddPartitionsToTxnRequest.builder()
            .v3AndBelowTransactionalId("a")
            .v3AndBelowTopics(List.of(transactionTopic(4)))
            .build();

    AddPartitionsToTxnResponse reply =
        request.errorResponse(ErrorCode.CONCURRENT_TRANSACTIONS, null);

    assertThat(reply.resultsByTransaction()).isEmpty();
    assertThat(reply.resultsByTopicV3AndBelow().getFirst().resultsByPartition())
        .containsExactly(refused(4));
    assertThat(Codec.write(reply, 3)).isNotEmpty();
  }

  private static AddPartitionsToTxnRequest.Transaction transaction(
      String transactionalId, Integer... partitions) {
    return AddPartitionsToTxnRequest.Transaction.builder()
        .transactionalId(transactionalId)
        .topics(List.of(transactionTopic(partitions)))
        .build();
  }

  private static AddPartitionsToTxnRequest.Topic transactionTopic(Integer... partitions) {
    return AddPartitionsToTxnRequest.Topic.builder()
        .name("orders")
        .partitions(List.of(partitions))
        .build();
  }

  private static AddPartitionsToTxnResponse.Partition refused(int partition) {
    return AddPartitionsToTxnResponse.Partition.builder()
        .partitionIndex(partition)
        .partitionErrorCode(ErrorCode.CONCURRENT_TRANSACTIONS)
        .build();
  }

  @Test
  void offsetsInATransactionAreRefusedByNameOrById() {
    UUID id = new UUID(1, 2);
    TxnOffsetCommitRequest.Partition partition =
        TxnOffsetCommitRequest.Partition.builder().partitionIndex(3).committedOffset(5).build();
    TxnOffsetCommitRequest request =
        TxnOffsetCommitRequest.builder()
            .topics(
                List.of(
                    TxnOffsetCommitRequest.Topic.builder()
                        .name("orders")
                        .partitions(List.of(partition))
                        .build(),
                    TxnOffsetCommitRequest.Topic.builder()
                        .topicId(id)
                        .partitions(List.of(partition))
                        .build()))
            .build();

    assertThat(request.errorResponse(ErrorCode.NOT_COORDINATOR, null).topics())
        .extracting(
            TxnOffsetCommitResponse.Topic::name,
            TxnOffsetCommitResponse.Topic::topicId,
            topic -> topic.partitions().getFirst().partitionIndex(),
            topic -> topic.partitions().getFirst().errorCode())
        .containsExactly(
            tuple("orders", new UUID(0, 0), 3, ErrorCode.NOT_COORDINATOR),
            tuple("", id, 3, ErrorCode.NOT_COORDINATOR));
  }

  @Test
  void eachFilterOfEntriesToDeleteIsRefusedThoughTheAnswerDoesNotNameIt() {
    DeleteAclsRequest.Filter filter = DeleteAclsRequest.Filter.builder().build();
    DeleteAclsRequest request =
        DeleteAclsRequest.builder().filters(List.of(filter, filter)).build();

    assertThat(request.errorResponse(ErrorCode.NOT_CONTROLLER, "ask 2").filterResults())
        .extracting(
            DeleteAclsResponse.FilterResult::errorCode,
            DeleteAclsResponse.FilterResult::errorMessage,
            DeleteAclsResponse.FilterResult::matchingAcls)
        .containsExactly(
            tuple(ErrorCode.NOT_CONTROLLER, "ask 2", List.of()),
            tuple(ErrorCode.NOT_CONTROLLER, "ask 2", List.of()));
  }

  @Test
  void replicasToMoveAreNamedFromAllDirectories() {
    AlterReplicaLogDirsRequest request =
        AlterReplicaLogDirsRequest.builder()
            .dirs(List.of(dir("/a", "orders", 0), dir("/b", "orders", 1), dir("/b", "bills", 2)))
            .build();

    assertThat(request.errorResponse(ErrorCode.LOG_DIR_NOT_FOUND, null).results())
        .extracting(
            AlterReplicaLogDirsResponse.Topic::topicName,
            topic -> topic.partitions().getFirst().partitionIndex(),
            topic -> topic.partitions().getFirst().errorCode())
        .containsExactly(
            tuple("orders", 0, ErrorCode.LOG_DIR_NOT_FOUND),
            tuple("orders", 1, ErrorCode.LOG_DIR_NOT_FOUND),
            tuple("bills", 2, ErrorCode.LOG_DIR_NOT_FOUND));
  }

  private static AlterReplicaLogDirsRequest.Dir dir(String path, String topic, int partition) {
    return AlterReplicaLogDirsRequest.Dir.builder()
        .path(path)
        .topics(
            List.of(
                AlterReplicaLogDirsRequest.Topic.builder()
                    .name(topic)
                    .partitions(List.of(partition))
                    .build()))
        .build();
  }

  @Test
  void directoriesThatCannotBeToldAreAnErrorAtTheTopOrAnEmptyAnswer() {
    DescribeLogDirsResponse reply =
        DescribeLogDirsRequest.builder()
            .topics(null)
            .build()
            .errorResponse(ErrorCode.CLUSTER_AUTHORIZATION_FAILED, null);

    assertThat(reply.errorCode()).isEqualTo(ErrorCode.CLUSTER_AUTHORIZATION_FAILED);
    assertThat(reply.results()).isEmpty();
    assertThat(Codec.write(reply, 1)).containsOnly(0);
  }

  @Test
  void anElectionOfAllLeadersIsRefusedAtTheTopAndOneOfSomeForEachOfThem() {
    ElectLeadersRequest all = ElectLeadersRequest.builder().topicPartitions(null).build();
    ElectLeadersRequest some =
        ElectLeadersRequest.builder()
            .topicPartitions(
                List.of(
                    ElectLeadersRequest.Topic.builder()
                        .topic("orders")
                        .partitions(List.of(3))
                        .build()))
            .build();

    ElectLeadersResponse refusal = all.errorResponse(ErrorCode.NOT_CONTROLLER, "ask 2");
    assertThat(refusal.errorCode()).isEqualTo(ErrorCode.NOT_CONTROLLER);
    assertThat(refusal.replicaElectionResults()).isEmpty();
    assertThat(
            some.errorResponse(ErrorCode.NOT_CONTROLLER, "ask 2")
                .replicaElectionResults()
                .getFirst()
                .partitionResult())
        .extracting(
            ElectLeadersResponse.Partition::partitionId,
            ElectLeadersResponse.Partition::errorCode,
            ElectLeadersResponse.Partition::errorMessage)
        .containsExactly(tuple(3, ErrorCode.NOT_CONTROLLER, "ask 2"));
  }

  @Test
  void aUserWithSeveralCredentialsIsRefusedOnce() {
    AlterUserScramCredentialsRequest request =
        AlterUserScramCredentialsRequest.builder()
            .deletions(
                List.of(
                    AlterUserScramCredentialsRequest.Deletion.builder().name("alice").build(),
                    AlterUserScramCredentialsRequest.Deletion.builder().name("bob").build()))
            .upsertions(
                List.of(AlterUserScramCredentialsRequest.Upsertion.builder().name("alice").build()))
            .build();

    assertThat(request.errorResponse(ErrorCode.NOT_CONTROLLER, null).results())
        .extracting(AlterUserScramCredentialsResponse.Result::user)
        .containsExactly("alice", "bob");
  }

  @Test
  void eachGroupThatWasAskedForIsRefused() {
    ConsumerGroupDescribeResponse reply =
        ConsumerGroupDescribeRequest.builder()
            .groupIds(List.of("a", "b"))
            .build()
            .errorResponse(ErrorCode.NOT_COORDINATOR, "elsewhere");

    assertThat(reply.groups())
        .extracting(
            ConsumerGroupDescribeResponse.Group::groupId,
            ConsumerGroupDescribeResponse.Group::errorCode,
            ConsumerGroupDescribeResponse.Group::errorMessage)
        .containsExactly(
            tuple("a", ErrorCode.NOT_COORDINATOR, "elsewhere"),
            tuple("b", ErrorCode.NOT_COORDINATOR, "elsewhere"));
    assertThat(reply.groups())
        .allMatch(group -> group.members().isEmpty())
        .allMatch(group -> group.authorizedOperations() == Integer.MIN_VALUE);
  }

  @Test
  void offsetsOfAShareGroupAreRefusedForTheGroupAndEachPartitionItNames() {
    DescribeShareGroupOffsetsRequest.Group some =
        DescribeShareGroupOffsetsRequest.Group.builder()
            .groupId("some")
            .topics(
                List.of(
                    DescribeShareGroupOffsetsRequest.Topic.builder()
                        .topicName("orders")
                        .partitions(List.of(4, 2))
                        .build()))
            .build();
    DescribeShareGroupOffsetsRequest.Group all =
        DescribeShareGroupOffsetsRequest.Group.builder().groupId("all").topics(null).build();

    DescribeShareGroupOffsetsResponse reply =
        DescribeShareGroupOffsetsRequest.builder()
            .groups(List.of(some, all))
            .build()
            .errorResponse(ErrorCode.GROUP_AUTHORIZATION_FAILED, null);

    assertThat(reply.groups())
        .extracting(
            DescribeShareGroupOffsetsResponse.Group::groupId,
            DescribeShareGroupOffsetsResponse.Group::errorCode)
        .containsExactly(
            tuple("some", ErrorCode.GROUP_AUTHORIZATION_FAILED),
            tuple("all", ErrorCode.GROUP_AUTHORIZATION_FAILED));
    assertThat(reply.groups().get(1).topics()).isEmpty();
    DescribeShareGroupOffsetsResponse.Topic topic = reply.groups().getFirst().topics().getFirst();
    assertThat(topic.topicName()).isEqualTo("orders");
    assertThat(topic.partitions())
        .extracting(
            DescribeShareGroupOffsetsResponse.Partition::partitionIndex,
            DescribeShareGroupOffsetsResponse.Partition::errorCode,
            DescribeShareGroupOffsetsResponse.Partition::startOffset)
        .containsExactly(
            tuple(4, ErrorCode.GROUP_AUTHORIZATION_FAILED, -1L),
            tuple(2, ErrorCode.GROUP_AUTHORIZATION_FAILED, -1L));
  }

  @Test
  void aShareFetchThatFailsLeavesNoAcknowledgementLookingTaken() {
    UUID id = new UUID(1, 2);
    ShareFetchRequest request =
        ShareFetchRequest.builder()
            .topics(
                List.of(
                    ShareFetchRequest.Topic.builder()
                        .topicId(id)
                        .partitions(
                            List.of(
                                ShareFetchRequest.Partition.builder().partitionIndex(7).build()))
                        .build()))
            .build();

    ShareFetchResponse reply = request.errorResponse(ErrorCode.SHARE_SESSION_NOT_FOUND, "gone");

    assertThat(reply.errorCode()).isEqualTo(ErrorCode.SHARE_SESSION_NOT_FOUND);
    assertThat(reply.errorMessage()).isEqualTo("gone");
    assertThat(reply.responses().getFirst().topicId()).isEqualTo(id);
    assertThat(reply.responses().getFirst().partitions())
        .extracting(
            ShareFetchResponse.Partition::partitionIndex,
            ShareFetchResponse.Partition::errorCode,
            ShareFetchResponse.Partition::acknowledgeErrorCode,
            ShareFetchResponse.Partition::acknowledgeErrorMessage)
        .containsExactly(
            tuple(7, ErrorCode.SHARE_SESSION_NOT_FOUND, ErrorCode.SHARE_SESSION_NOT_FOUND, "gone"));
  }

  @Test
  void acknowledgementsAreRefusedForEachPartitionWithoutNamingALeader() {
    ShareAcknowledgeRequest request =
        ShareAcknowledgeRequest.builder()
            .topics(
                List.of(
                    ShareAcknowledgeRequest.Topic.builder()
                        .topicId(new UUID(1, 2))
                        .partitions(
                            List.of(
                                ShareAcknowledgeRequest.Partition.builder()
                                    .partitionIndex(7)
                                    .build()))
                        .build()))
            .build();

    ShareAcknowledgeResponse reply =
        request.errorResponse(ErrorCode.INVALID_SHARE_SESSION_EPOCH, null);

    assertThat(reply.errorCode()).isEqualTo(ErrorCode.INVALID_SHARE_SESSION_EPOCH);
    ShareAcknowledgeResponse.Partition partition =
        reply.responses().getFirst().partitions().getFirst();
    assertThat(partition.partitionIndex()).isEqualTo(7);
    assertThat(partition.errorCode()).isEqualTo(ErrorCode.INVALID_SHARE_SESSION_EPOCH);
    assertThat(partition.currentLeader().leaderId()).isEqualTo(-1);
  }

  @Test
  void eachFeatureIsRefusedInVersionsThatSaySo() {
    UpdateFeaturesRequest request =
        UpdateFeaturesRequest.builder()
            .featureUpdates(
                List.of(
                    UpdateFeaturesRequest.FeatureUpdate.builder().feature("group.version").build()))
            .build();

    UpdateFeaturesResponse reply = request.errorResponse(ErrorCode.NOT_CONTROLLER, "ask 2");

    assertThat(read(reply, 1).results())
        .extracting(
            UpdateFeaturesResponse.Result::feature,
            UpdateFeaturesResponse.Result::errorCode,
            UpdateFeaturesResponse.Result::errorMessage)
        .containsExactly(tuple("group.version", ErrorCode.NOT_CONTROLLER, "ask 2"));
    assertThat(read(reply, 2).results()).isEmpty();
    assertThat(read(reply, 2).errorCode()).isEqualTo(ErrorCode.NOT_CONTROLLER);
  }

  @Test
  void resourcesThatCannotBeListedAreNoResources() {
    ListConfigResourcesResponse reply =
        ListConfigResourcesRequest.builder()
            .resourceTypes(List.of((byte) 2))
            .build()
            .errorResponse(ErrorCode.CLUSTER_AUTHORIZATION_FAILED, "no");

    assertThat(reply.errorCode()).isEqualTo(ErrorCode.CLUSTER_AUTHORIZATION_FAILED);
    assertThat(reply.configResources()).isEmpty();
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

  private static UpdateFeaturesResponse read(UpdateFeaturesResponse reply, int version) {
    byte[] bytes = Codec.write(reply, version);
    return UpdateFeaturesResponse.read(new WireReader(Unpooled.wrappedBuffer(bytes)), version);
  }
}
