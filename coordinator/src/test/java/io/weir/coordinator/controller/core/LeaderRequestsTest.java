package io.weir.coordinator.controller.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.coordinator.controller.core.ControllerEffect.CountUncleanElections;
import io.weir.coordinator.controller.core.ControllerEffect.Notice;
import io.weir.coordinator.controller.core.ControllerEffect.Severity;
import io.weir.coordinator.metadata.PartitionImage;
import io.weir.protocol.message.ElectLeadersRequest;
import io.weir.protocol.message.ElectLeadersResponse;
import io.weir.protocol.message.IncrementalAlterConfigsRequest;
import io.weir.protocol.model.ErrorCode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Leaders that an operator asks for, and those that a topic's settings allow, told as stories. */
class LeaderRequestsTest {
  private static final byte PREFERRED = 0;
  private static final byte UNCLEAN = 1;
  private static final int VERSION = 2;

  private final World world = new World().with(1, 2, 3);

  private static ElectLeadersRequest of(byte type, String topic, Integer... partitions) {
    return ElectLeadersRequest.builder()
        .electionType(type)
        .topicPartitions(
            List.of(
                ElectLeadersRequest.Topic.builder()
                    .topic(topic)
                    .partitions(List.of(partitions))
                    .build()))
        .build();
  }

  private static ElectLeadersRequest ofAll(byte type) {
    return ElectLeadersRequest.builder().electionType(type).topicPartitions(null).build();
  }

  private ElectLeadersResponse answer(ElectLeadersRequest request) {
    return (ElectLeadersResponse) world.admin(request, VERSION);
  }

  private Map<String, ErrorCode> elect(ElectLeadersRequest request) {
    Map<String, ErrorCode> errors = new LinkedHashMap<>();
    for (ElectLeadersResponse.Topic topic : answer(request).replicaElectionResults()) {
      for (ElectLeadersResponse.Partition partition : topic.partitionResult()) {
        errors.put(topic.topic() + "-" + partition.partitionId(), partition.errorCode());
      }
    }
    return errors;
  }

  private void allowUnclean(String topic) {
    world.admin(
        IncrementalAlterConfigsRequest.builder()
            .resources(
                List.of(
                    IncrementalAlterConfigsRequest.Resource.builder()
                        .resourceType((byte) 2)
                        .resourceName(topic)
                        .configs(
                            List.of(
                                IncrementalAlterConfigsRequest.Config.builder()
                                    .name("unclean.leader.election.enable")
                                    .configOperation((byte) 0)
                                    .value("true")
                                    .build()))
                        .build()))
            .build(),
        1);
  }

  private void returns(int node) {
    world.restart(node);
    world.attach(node);
  }

  /** Node 1 leads t-0 alone and dies; 2 and 3 are alive and lack what it acknowledged. */
  private void theLastInSyncReplicaDies() {
    world.topic("t", List.of(List.of(1, 2, 3)));
    world.propose(1, "t", 0, 1);
    world.kill(1);
    assertThat(world.partition("t", 0).hasLeader()).isFalse();
  }

  @Test
  void thePreferredReplicaLeadsAgainWhenItIsBackInSync() {
    world.topic("t", List.of(List.of(1, 2, 3)));
    assertThat(elect(of(PREFERRED, "t", 0))).containsEntry("t-0", ErrorCode.ELECTION_NOT_NEEDED);
    world.kill(1);
    assertThat(elect(of(PREFERRED, "t", 0)))
        .containsEntry("t-0", ErrorCode.PREFERRED_LEADER_NOT_AVAILABLE);
    returns(1);
    assertThat(elect(of(PREFERRED, "t", 0)))
        .as("alive, but not in sync")
        .containsEntry("t-0", ErrorCode.PREFERRED_LEADER_NOT_AVAILABLE);
    world.propose(2, "t", 0, 1, 2, 3);
    PartitionImage before = world.partition("t", 0);
    assertThat(elect(of(PREFERRED, "t", 0))).containsEntry("t-0", ErrorCode.NONE);
    PartitionImage after = world.partition("t", 0);
    assertThat(after).isEqualTo(before.changedTo(1, before.inSyncReplicas()));
    assertThat(after.leaderEpoch()).isEqualTo(before.leaderEpoch() + 1);
  }

  @Test
  void aNodeThatLeavesGetsNoLeadershipBack() {
    world.topic("t", List.of(List.of(1, 2, 3)));
    world.leave(1);
    assertThat(elect(of(PREFERRED, "t", 0)))
        .containsEntry("t-0", ErrorCode.PREFERRED_LEADER_NOT_AVAILABLE);
    assertThat(world.partition("t", 0).leader()).isEqualTo(2);
  }

  @Test
  void whoAsksForAllHearsOfThoseThatNeededALeader() {
    world.topic("a", List.of(List.of(1, 2), List.of(2, 3)));
    world.topic("b", List.of(List.of(1, 3)));
    world.kill(1);
    returns(1);
    world.propose(2, "a", 0, 1, 2);
    assertThat(elect(ofAll(PREFERRED)))
        .containsOnly(
            Map.entry("a-0", ErrorCode.NONE),
            Map.entry("b-0", ErrorCode.PREFERRED_LEADER_NOT_AVAILABLE));
    assertThat(world.partition("a", 0).leader()).isEqualTo(1);
    assertThat(elect(ofAll(UNCLEAN))).isEmpty();
  }

  @Test
  void whatIsNotThereIsRefused() {
    world.topic("t", List.of(List.of(1, 2)));
    assertThat(elect(of(PREFERRED, "t", -1, 1, 1, Integer.MAX_VALUE)))
        .containsOnly(
            Map.entry("t--1", ErrorCode.UNKNOWN_TOPIC_OR_PARTITION),
            Map.entry("t-1", ErrorCode.UNKNOWN_TOPIC_OR_PARTITION),
            Map.entry("t-" + Integer.MAX_VALUE, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION));
    assertThat(elect(of(UNCLEAN, "nowhere", 0)))
        .containsEntry("nowhere-0", ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
    assertThat(answer(of((byte) 2, "t", 0)).errorCode()).isEqualTo(ErrorCode.INVALID_REQUEST);
  }

  @Test
  void aReplicaThatIsNotInSyncLeadsOnlyWhenAskedForAndLoudly() {
    theLastInSyncReplicaDies();
    assertThat(elect(of(PREFERRED, "t", 0)))
        .containsEntry("t-0", ErrorCode.PREFERRED_LEADER_NOT_AVAILABLE);
    PartitionImage before = world.partition("t", 0);
    world.effects.clear();
    assertThat(elect(of(UNCLEAN, "t", 0))).containsEntry("t-0", ErrorCode.NONE);
    assertThat(world.partition("t", 0)).isEqualTo(before.electing(2, List.of(2)));
    assertThat(world.effects).contains(new CountUncleanElections(1));
    assertThat(world.effects)
        .anySatisfy(effect -> {
          assertThat(effect).isInstanceOf(Notice.class);
          assertThat(((Notice) effect).severity()).isEqualTo(Severity.ERROR);
          assertThat(((Notice) effect).text()).contains("t-0 (led by 2, was in sync: [1])");
        });
    assertThat(elect(of(UNCLEAN, "t", 0))).containsEntry("t-0", ErrorCode.ELECTION_NOT_NEEDED);

    returns(1);
    assertThat(world.partition("t", 0).inSyncReplicas())
        .as("what the old leader had is not in sync with the new one")
        .containsExactly(2);
  }

  @Test
  void nobodyIsElectedUncleanlyWhenNobodyIsThere() {
    world.topic("t", List.of(List.of(1)));
    world.kill(1);
    assertThat(elect(of(UNCLEAN, "t", 0)))
        .containsEntry("t-0", ErrorCode.ELIGIBLE_LEADERS_NOT_AVAILABLE);
    assertThat(world.partition("t", 0).hasLeader()).isFalse();
  }

  @Test
  void aTopicThatAllowsItIsNotWithoutALeader() {
    world.topic("t", List.of(List.of(1, 2, 3)));
    allowUnclean("t");
    world.propose(1, "t", 0, 1);
    world.streamBreaks(1);
    assertThat(world.partition("t", 0).leader()).as("it may be back").isEqualTo(1);
    world.kill(1);
    assertThat(world.partition("t", 0).leader()).isEqualTo(2);
    assertThat(world.partition("t", 0).inSyncReplicas()).containsExactly(2);
    assertThat(world.effects).contains(new CountUncleanElections(1));
  }

  @Test
  void aTopicThatIsAllowedItLaterGetsItsLeaderThen() {
    theLastInSyncReplicaDies();
    allowUnclean("t");
    assertThat(world.partition("t", 0).leader()).isEqualTo(2);
    assertThat(world.effects).contains(new CountUncleanElections(1));
  }

  @Test
  void aReplicaWithSomeRecordsIsPreferredToOneWithAnEmptyDisk() {
    theLastInSyncReplicaDies();
    world.wipe(1);
    world.attach(1);
    assertThat(world.partition("t", 0).inSyncReplicas()).isEmpty();
    assertThat(elect(of(UNCLEAN, "t", 0))).containsEntry("t-0", ErrorCode.NONE);
    assertThat(world.partition("t", 0).leader()).isEqualTo(2);
  }

  @Test
  void anEmptyDiskIsRememberedByTheNextController() {
    world.topic("t", List.of(List.of(1, 2, 3)));
    world.propose(1, "t", 0, 1);
    world.wipe(1);
    world.attach(1);
    world.newController();
    List.of(1, 2, 3).forEach(world::attach);
    returns(1);
    assertThat(elect(of(UNCLEAN, "t", 0))).containsEntry("t-0", ErrorCode.NONE);
    assertThat(world.partition("t", 0).leader()).isEqualTo(2);
  }

  @Test
  void aDiskThatIsFilledAgainCountsAsAnyOther() {
    theEmptiedNodeCatchesUpWithT();
    world.propose(2, "u", 0, 1, 2);
    world.pass(1_000);
    nobodyInSyncIsLeft();
    assertThat(world.partition("t", 0).leader()).isEqualTo(1);
  }

  @Test
  void aDiskThatIsFilledInPartDoesNot() {
    theEmptiedNodeCatchesUpWithT();
    world.pass(1_000);
    nobodyInSyncIsLeft();
    assertThat(world.partition("t", 0).leader()).isEqualTo(3);
  }

  /** Node 1 loses its disk, and node 2 leads t-0 and u-0; 1 gets in sync with the former. */
  private void theEmptiedNodeCatchesUpWithT() {
    world.topic("t", List.of(List.of(1, 2, 3)));
    world.topic("u", List.of(List.of(1, 2)));
    world.wipe(1);
    world.attach(1);
    world.propose(2, "t", 0, 1, 2, 3);
  }

  /** Node 2 leads t-0 alone and dies; an operator asks for a leader. */
  private void nobodyInSyncIsLeft() {
    world.propose(2, "t", 0, 2);
    world.kill(2);
    assertThat(elect(of(UNCLEAN, "t", 0))).containsEntry("t-0", ErrorCode.NONE);
  }

  @Test
  void aReplicaWhoseDiskFailedIsNeitherWaitedForNorElected() {
    world.topic("t", List.of(List.of(1, 2, 3)));
    world.propose(1, "t", 0, 1);
    world.logFails(1, "t", 0);
    world.logFails(2, "t", 0);
    assertThat(world.partition("t", 0).hasLeader()).isFalse();
    assertThat(elect(of(UNCLEAN, "t", 0))).containsEntry("t-0", ErrorCode.NONE);
    assertThat(world.partition("t", 0).leader()).isEqualTo(3);
  }

  @Test
  void aTopicThatAllowsItOutlivesTheDiskOfItsLastInSyncReplica() {
    world.topic("t", List.of(List.of(1, 2)));
    allowUnclean("t");
    world.propose(1, "t", 0, 1);
    world.logFails(1, "t", 0);
    assertThat(world.partition("t", 0).leader()).isEqualTo(2);
  }

  @Test
  void whoIsNamedTwiceIsElectedOnce() {
    theLastInSyncReplicaDies();
    world.effects.clear();
    ElectLeadersRequest.Topic named =
        ElectLeadersRequest.Topic.builder().topic("t").partitions(List.of(0, 0)).build();
    ElectLeadersResponse answer =
        answer(
            ElectLeadersRequest.builder()
                .electionType(UNCLEAN)
                .topicPartitions(List.of(named, named))
                .build());
    assertThat(answer.replicaElectionResults()).hasSize(1);
    assertThat(answer.replicaElectionResults().getFirst().partitionResult()).hasSize(1);
    assertThat(world.effects).contains(new CountUncleanElections(1));
  }
}
