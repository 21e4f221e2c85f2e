package io.weir.coordinator.controller.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.coordinator.InSyncOutcome;
import io.weir.coordinator.controller.core.ControllerEffect.AnswerInSync;
import io.weir.coordinator.controller.core.ControllerEffect.EndSession;
import io.weir.coordinator.controller.core.ControllerEffect.Notice;
import io.weir.coordinator.controller.core.ControllerEffect.RemoveRegistration;
import io.weir.coordinator.controller.core.ControllerEffect.Severity;
import io.weir.coordinator.controller.core.ControllerEffect.TryAgain;
import io.weir.coordinator.controller.core.ControllerEvent.InSyncProposed;
import io.weir.coordinator.controller.core.ControllerEvent.NodeAttached;
import io.weir.coordinator.controller.core.ControllerEvent.Probed;
import io.weir.coordinator.controller.core.ControllerEvent.ProducerIdsRequested;
import io.weir.coordinator.controller.core.ControllerEvent.StreamEnded;
import io.weir.coordinator.controller.core.ControllerEvent.Ticked;
import io.weir.coordinator.metadata.PartitionImage;
import io.weir.protocol.message.DeleteTopicsRequest;
import io.weir.protocol.model.ErrorCode;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What becomes of leaders and in-sync sets, told as stories. */
class ControllerCoreTest {
  private static final List<Integer> ALL = List.of(1, 2, 3);

  private static World threeNodes() {
    World world = new World().with(1, 2, 3);
    world.topic("t", List.of(ALL));
    return world;
  }

  private static PartitionImage state(
      int leader, int leaderEpoch, int partitionEpoch, Integer... inSync) {
    return new PartitionImage(0, ALL, List.of(inSync), leader, leaderEpoch, partitionEpoch);
  }

  @Test
  void aNewTopicIsLedByItsPreferredReplicas() {
    assertThat(threeNodes().partition("t", 0)).isEqualTo(state(1, 0, 0, 1, 2, 3));
  }

  @Test
  void aDeadLeaderIsReplacedAndLeavesTheInSyncSetInOneStep() {
    World world = threeNodes();
    world.kill(1);
    assertThat(world.partition("t", 0)).isEqualTo(state(2, 1, 1, 2, 3));
    assertThat(world.image().brokers()).containsOnlyKeys(2, 3);
    assertThat(world.effects).contains(new RemoveRegistration(1, world.machine(1).incarnation));
  }

  @Test
  void aLeaderWhoseLogFailsIsReplacedAndLeavesTheInSyncSetWhileItsNodeLives() {
    World world = threeNodes();
    world.topic("u", List.of(ALL));
    world.logFails(1, "t", 0);
    assertThat(world.partition("t", 0)).isEqualTo(state(2, 1, 1, 2, 3));
    assertThat(world.partition("u", 0)).isEqualTo(state(1, 0, 0, 1, 2, 3));
    assertThat(world.image().brokers()).containsOnlyKeys(1, 2, 3);
    assertThat(Objects.requireNonNull(world.image().brokers().get(1)).offlineReplicas())
        .containsExactly(world.idOf("t", 0));
  }

  @Test
  void aReplicaWhoseLogFailedDoesNotComeBackIntoTheInSyncSet() {
    World world = threeNodes();
    world.logFails(3, "t", 0);
    assertThat(world.partition("t", 0)).isEqualTo(state(1, 0, 1, 1, 2));
    world.propose(1, "t", 0, 1, 2, 3);
    assertThat(world.partition("t", 0)).isEqualTo(state(1, 0, 1, 1, 2));
    world.pass(60_000);
    assertThat(world.partition("t", 0)).isEqualTo(state(1, 0, 1, 1, 2));
  }

  @Test
  void theLastInSyncReplicaStaysInTheSetWhenItsLogFailsAndLeadsWhenItsNodeRestartsWithIt() {
    World world = threeNodes();
    world.logFails(2, "t", 0);
    world.logFails(3, "t", 0);
    world.logFails(1, "t", 0);
    assertThat(world.partition("t", 0)).isEqualTo(state(-1, 1, 3, 1));
    world.replicaGone(2, "t", 0);
    assertThat(world.partition("t", 0)).isEqualTo(state(-1, 1, 3, 1));
    world.restart(1);
    world.attach(1);
    assertThat(world.partition("t", 0)).isEqualTo(state(1, 2, 4, 1));
  }

  @Test
  void aNewControllerHearsOfFailedLogsWhenTheNodeAttachesAndElectsNone() {
    World world = threeNodes();
    world.logFails(2, "t", 0);
    world.logFails(3, "t", 0);
    world.logFails(1, "t", 0);
    world.newController();
    world.attach(1);
    world.attach(2);
    world.attach(3);
    assertThat(world.partition("t", 0)).isEqualTo(state(-1, 1, 3, 1));
  }

  @Test
  void aNodeWhosePortAnswersKeepsWhatItLeadsForOneLease() {
    World world = threeNodes();
    world.streamBreaks(1);
    world.pass(World.LEASE_MS / 2);
    assertThat(world.partition("t", 0).leader()).isEqualTo(1);
    world.pass(World.LEASE_MS);
    assertThat(world.partition("t", 0)).isEqualTo(state(2, 1, 1, 2, 3));
    assertThat(world.effects).noneMatch(RemoveRegistration.class::isInstance);
  }

  @Test
  void aNodeThatFallsSilentOnAnOpenStreamIsDeadAfterOneLease() {
    World world = threeNodes();
    long session = world.machine(1).session;
    world.stop(1);
    world.pass(2 * World.LEASE_MS);
    assertThat(world.partition("t", 0).leader()).isEqualTo(2);
    assertThat(world.effects)
        .anyMatch(effect -> effect instanceof EndSession end && end.session() == session);
  }

  @Test
  void aControllerThatStoodStillItselfBlamesNobody() {
    World world = threeNodes();
    world.nowMs += 10L * World.LEASE_MS;
    world.tell(new Ticked(Map.of()));
    assertThat(world.image().brokers()).containsOnlyKeys(1, 2, 3);
    assertThat(world.partition("t", 0)).isEqualTo(state(1, 0, 0, 1, 2, 3));
  }

  @Test
  void theLastInSyncReplicaStaysInTheSetAndLeadsAgainWhenItReturns() {
    World world = threeNodes();
    world.kill(1);
    world.kill(2);
    world.kill(3);
    assertThat(world.partition("t", 0)).isEqualTo(state(-1, 3, 3, 3));
    world.restart(1);
    world.attach(1);
    assertThat(world.partition("t", 0).leader()).isEqualTo(-1);
    world.restart(3);
    world.attach(3);
    assertThat(world.partition("t", 0)).isEqualTo(state(3, 4, 4, 3));
  }

  @Test
  void aNodeThatRestartsFasterThanItsDeathIsNoticedHasDiedAllTheSame() {
    World world = threeNodes();
    long before = world.machine(1).session;
    world.restart(1);
    world.attach(1);
    assertThat(world.partition("t", 0)).isEqualTo(state(2, 1, 1, 2, 3));
    assertThat(world.effects)
        .anyMatch(effect -> effect instanceof EndSession end && end.session() == before);
  }

  @Test
  void aRestartWhileTheControllerChangesIsNoticedByTheNewOne() {
    World world = threeNodes();
    world.restart(1);
    world.newController();
    world.attach(1);
    world.attach(2);
    world.attach(3);
    assertThat(world.partition("t", 0)).isEqualTo(state(2, 1, 1, 2, 3));
  }

  @Test
  void theEndOfAnEarlierIncarnationDoesNothingToTheLaterOne() {
    World world = threeNodes();
    World.Machine earlier = world.machine(1);
    world.restart(1);
    world.attach(1);
    PartitionImage before = world.partition("t", 0);
    world.tell(new StreamEnded(1, earlier.incarnation, earlier.session, false));
    world.tell(new Probed(1, earlier.incarnation, true));
    world.pass(3 * World.LEASE_MS);
    assertThat(world.image().brokers()).containsOnlyKeys(1, 2, 3);
    assertThat(world.partition("t", 0)).isEqualTo(before);
  }

  @Test
  void anEarlierRegistrationThatAttachesLateIsTurnedAway() {
    World world = threeNodes();
    World.Machine earlier = world.machine(1);
    world.restart(1);
    world.attach(1);
    world.tell(new NodeAttached(99_999, earlier.registration(), earlier.brokerEpoch, List.of()));
    assertThat(world.effects)
        .anyMatch(effect -> effect instanceof EndSession end && end.session() == 99_999);
    assertThat(Objects.requireNonNull(world.core().node(1)).incarnation())
        .isEqualTo(world.machine(1).incarnation);
  }

  @Test
  void aNodeThatOnlyLostItsStreamGoesOnLeading() {
    World world = threeNodes();
    world.streamBreaks(1);
    world.attach(1);
    world.probe(1);
    world.pass(3 * World.LEASE_MS);
    assertThat(world.partition("t", 0)).isEqualTo(state(1, 0, 0, 1, 2, 3));
  }

  @Test
  void aWipedReplicaLeavesTheInSyncSet() {
    World world = threeNodes();
    world.wipe(2);
    world.attach(2);
    assertThat(world.partition("t", 0)).isEqualTo(state(1, 0, 1, 1, 3));
  }

  @Test
  void aWipedReplicaIsNeverElectedNotEvenAsTheLast() {
    World world = threeNodes();
    world.kill(1);
    world.kill(2);
    world.kill(3);
    world.wipe(3);
    world.attach(3);
    assertThat(world.partition("t", 0).leader()).isEqualTo(-1);
    assertThat(world.partition("t", 0).inSyncReplicas()).isEmpty();
    assertThat(world.effects)
        .anyMatch(effect ->
            effect instanceof Notice(Severity severity, String text)
                && severity == Severity.ERROR
                && text.contains("t-0 (was in sync: [3])"));
    world.restart(3);
    world.attach(3);
    assertThat(world.partition("t", 0).leader()).isEqualTo(-1);
  }

  @Test
  void aClusterThatLostAllNodesFindsItsLeadersInWhateverOrderTheyReturn() {
    World world = threeNodes();
    for (int node : ALL) {
      world.stop(node);
    }
    world.restart(3);
    world.newController();
    world.probe(1);
    world.probe(2);
    world.attach(3);
    assertThat(world.partition("t", 0).leader()).isEqualTo(3);
    assertThat(world.partition("t", 0).inSyncReplicas()).containsExactly(3);
    world.restart(1);
    world.attach(1);
    world.restart(2);
    world.attach(2);
    world.propose(3, "t", 0, 1, 2, 3);
    assertThat(world.partition("t", 0).inSyncReplicas()).containsExactly(1, 2, 3);
  }

  @Test
  void nodesThatReturnTogetherKeepTheWholeInSyncSet() {
    World world = threeNodes();
    ALL.forEach(world::restart);
    world.newController();
    ALL.forEach(world::attach);
    assertThat(world.partition("t", 0)).isEqualTo(state(1, 1, 1, 1, 2, 3));
  }

  @Test
  void aNewControllerWaitsOneLeaseForNodesThatWereAliveButAreNotRegistered() {
    World world = threeNodes();
    world.sessionExpires(2);
    world.sessionExpires(3);
    world.newController();
    world.attach(1);
    world.pass(World.LEASE_MS / 2);
    assertThat(world.tell(new InSyncProposed(7, 1, UUID.randomUUID(), 0, 0, 0, ALL)).effects())
        .containsExactly(new TryAgain(7));
    world.attach(2);
    world.attach(3);
    assertThat(world.partition("t", 0)).isEqualTo(state(1, 0, 0, 1, 2, 3));
    assertThat(world.image().brokers()).containsOnlyKeys(1, 2, 3);
  }

  @Test
  void ofThoseThatDoNotComeInThatTimeItTakesLeave() {
    World world = threeNodes();
    world.sessionExpires(1);
    world.stop(1);
    world.newController();
    world.attach(2);
    world.attach(3);
    world.pass(World.LEASE_MS + 500);
    assertThat(world.partition("t", 0)).isEqualTo(state(2, 1, 1, 2, 3));
  }

  @Test
  void ofTwoProposalsOnTheSameEpochTheSecondIsRefused() {
    World world = threeNodes();
    assertThat(outcome(world.proposeOn(1, "t", 0, 0, 0, 1, 2)))
        .isEqualTo(new InSyncOutcome.Written(1, List.of(1, 2)));
    assertThat(outcome(world.proposeOn(1, "t", 0, 0, 0, 1, 3)))
        .isEqualTo(new InSyncOutcome.Refused(ErrorCode.INVALID_UPDATE_VERSION));
  }

  @Test
  void aLeaderThatProposesWhatIsThereMakesEarlierProposalsTooLate() {
    World world = threeNodes();
    assertThat(outcome(world.proposeOn(1, "t", 0, 0, 0, 1, 2, 3)))
        .isEqualTo(new InSyncOutcome.Written(1, List.of(1, 2, 3)));
    assertThat(outcome(world.proposeOn(1, "t", 0, 0, 0, 1, 2)))
        .isEqualTo(new InSyncOutcome.Refused(ErrorCode.INVALID_UPDATE_VERSION));
  }

  @Test
  void onlyTheLeaderOfTheEpochMayPropose() {
    World world = threeNodes();
    assertThat(outcome(world.propose(2, "t", 0, 2, 3)))
        .isEqualTo(new InSyncOutcome.Refused(ErrorCode.NOT_LEADER_OR_FOLLOWER));
    assertThat(outcome(world.proposeOn(1, "t", 0, 4, 0, 1, 2)))
        .isEqualTo(new InSyncOutcome.Refused(ErrorCode.FENCED_LEADER_EPOCH));
    assertThat(outcome(world.propose(1, "t", 0, 2, 3)))
        .isEqualTo(new InSyncOutcome.Refused(ErrorCode.INVALID_REQUEST));
    assertThat(outcome(world.propose(1, "t", 0, 1, 4)))
        .isEqualTo(new InSyncOutcome.Refused(ErrorCode.INVALID_REQUEST));
  }

  @Test
  void aDeadOrLeavingReplicaCannotJoinTheInSyncSet() {
    World world = threeNodes();
    world.kill(3);
    assertThat(outcome(world.propose(1, "t", 0, 1, 2, 3)))
        .isEqualTo(new InSyncOutcome.Refused(ErrorCode.INELIGIBLE_REPLICA));
    world.restart(3);
    world.attach(3);
    world.leave(3);
    assertThat(outcome(world.propose(1, "t", 0, 1, 2, 3)))
        .isEqualTo(new InSyncOutcome.Refused(ErrorCode.INELIGIBLE_REPLICA));
  }

  private static InSyncOutcome outcome(ControllerEffect effect) {
    return ((AnswerInSync) effect).outcome();
  }

  @Test
  void aNodeThatLeavesHandsOverAndLeavesTheInSyncSetWhileEnoughRemain() {
    World world = threeNodes();
    world.leave(1);
    assertThat(world.partition("t", 0)).isEqualTo(state(2, 1, 1, 2, 3));
    world.leave(2);
    assertThat(world.partition("t", 0)).isEqualTo(state(3, 2, 2, 2, 3));
    world.leave(3);
    assertThat(world.partition("t", 0)).isEqualTo(state(3, 2, 2, 2, 3));
  }

  @Test
  void leadershipReturnsToThePreferredReplicaWhenItIsInSyncAndHasBeenThereForAWhile() {
    World world = threeNodes();
    world.kill(1);
    world.restart(1);
    world.attach(1);
    world.pass(40_000);
    assertThat(world.partition("t", 0).leader()).isEqualTo(2);
    world.propose(2, "t", 0, 1, 2, 3);
    world.pass(40_000);
    assertThat(world.partition("t", 0).leader()).isEqualTo(1);
    assertThat(world.partition("t", 0).leaderEpoch()).isEqualTo(2);
  }

  @Test
  void aTopicThatIsDeletedAndMadeAgainIsAnotherOne() {
    World world = threeNodes();
    UUID first = Objects.requireNonNull(world.image().topic("t")).id();
    world.admin(DeleteTopicsRequest.builder().topicNames(List.of("t")).build(), 5);
    world.topic("t", List.of(ALL));
    UUID second = Objects.requireNonNull(world.image().topic("t")).id();
    assertThat(second).isNotEqualTo(first);
    assertThat(
            outcome(
                world
                    .tell(new InSyncProposed(8, 1, first, 0, 0, 0, List.of(1)))
                    .effects()
                    .getFirst()))
        .isEqualTo(new InSyncOutcome.Refused(ErrorCode.UNKNOWN_TOPIC_ID));
  }

  @Test
  void producerIdsGoOnWhereTheLastControllerStopped() {
    World world = threeNodes();
    world.tell(new ProducerIdsRequested(5));
    world.newController();
    assertThat(world.tell(new ProducerIdsRequested(6)).effects().toString())
        .contains("first=1000, count=1000");
  }

  @Test
  void metadataVersionsGrowFromOneControllerToTheNext() {
    World world = threeNodes();
    long before = world.image().version();
    world.newController();
    assertThat(world.image().version()).isGreaterThan(before);
  }
}
