package io.weir.coordinator.transaction.core;

import static io.weir.coordinator.transaction.core.World.partition;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.coordinator.transaction.core.World.Asked;
import io.weir.coordinator.transaction.core.World.Marker;
import io.weir.protocol.model.ErrorCode;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What happens to transactions, told from the side of their producers. */
class TransactionStoriesTest {
  private static final int OLD = 0;
  private static final int NEW = 2;

  private final World world = new World();

  private static ErrorCode errorOf(Asked<ProducerResult> asked) {
    return asked.answer().error();
  }

  private static Producer next(Producer producer) {
    return new Producer(producer.id(), (short) (producer.epoch() + 1));
  }

  // ---- the plain course

  @Test
  void anOldClientCommitsAndKeepsItsEpoch() {
    Producer producer = world.start("tx");
    assertThat(world.add("tx", producer, OLD, 0, 1).answer()).isEqualTo(ErrorCode.NONE);
    assertThat(world.endOld("tx", producer, true).answer()).isEqualTo(ProducerResult.of(producer));
    assertThat(world.status("tx")).isEqualTo(TransactionStatus.COMPLETE_COMMIT);
    assertThat(world.markersIn(0)).containsExactly(new Marker(producer, true));
    assertThat(world.markersIn(1)).containsExactly(new Marker(producer, true));
    assertThat(world.add("tx", producer, OLD, 2).answer()).isEqualTo(ErrorCode.NONE);
    assertThat(world.state("tx").partitions()).containsExactly(partition(2));
  }

  @Test
  void aNewClientGoesOnWithTheNextEpochAfterEachEnd() {
    Producer producer = world.start("tx");
    world.add("tx", producer, NEW, 0);
    Producer second = world.endNew("tx", producer, false).answer().producer();
    assertThat(second).isEqualTo(next(producer));
    assertThat(world.markersIn(0)).containsExactly(new Marker(second, false));
    world.add("tx", second, NEW, 0);
    assertThat(world.endNew("tx", second, true).answer().producer()).isEqualTo(next(second));
  }

  @Test
  void theAnswerToAnEndWaitsForTheLogButNotForTheMarkers() {
    Producer producer = world.start("tx");
    world.add("tx", producer, OLD, 0);
    world.holdWrites().holdMarkers();
    Asked<ProducerResult> end = world.endOld("tx", producer, true);
    assertThat(end.isWaiting()).isTrue();
    assertThat(world.markersUnderWay).isEmpty();
    world.commitNext();
    assertThat(errorOf(end)).isEqualTo(ErrorCode.NONE);
    assertThat(world.markersUnderWay).hasSize(1);
    assertThat(world.status("tx")).isEqualTo(TransactionStatus.PREPARE_COMMIT);
  }

  @Test
  void whileOneThingIsUnderWayAllElseHasToWait() {
    Producer producer = world.start("tx");
    world.holdWrites();
    Asked<ErrorCode> first = world.add("tx", producer, OLD, 0);
    assertThat(world.add("tx", producer, OLD, 1).answer())
        .isEqualTo(ErrorCode.CONCURRENT_TRANSACTIONS);
    assertThat(errorOf(world.init("tx"))).isEqualTo(ErrorCode.CONCURRENT_TRANSACTIONS);
    assertThat(errorOf(world.endOld("tx", producer, true)))
        .isEqualTo(ErrorCode.CONCURRENT_TRANSACTIONS);
    world.commitNext();
    assertThat(first.answer()).isEqualTo(ErrorCode.NONE);
  }

  @Test
  void aRefusedWriteLeavesAllAsItWas() {
    Producer producer = world.start("tx");
    world.add("tx", producer, OLD, 0);
    world.holdWrites();
    Asked<ProducerResult> end = world.endOld("tx", producer, true);
    world.refuseNext(ErrorCode.NOT_ENOUGH_REPLICAS);
    assertThat(errorOf(end)).isEqualTo(ErrorCode.COORDINATOR_NOT_AVAILABLE);
    assertThat(world.status("tx")).isEqualTo(TransactionStatus.ONGOING);
    world.flow();
    assertThat(errorOf(world.endOld("tx", producer, true))).isEqualTo(ErrorCode.NONE);
  }

  @Test
  void nothingIsKnownOfAnIdThatCouldNotBeCreated() {
    world.holdProducerIds();
    Asked<ProducerResult> init = world.init("tx");
    assertThat(errorOf(world.init("tx"))).isEqualTo(ErrorCode.CONCURRENT_TRANSACTIONS);
    world.refuseNextProducerId();
    assertThat(errorOf(init)).isEqualTo(ErrorCode.COORDINATOR_NOT_AVAILABLE);
    world.flow();
    assertThat(errorOf(world.init("tx"))).isEqualTo(ErrorCode.NONE);
  }

  @Test
  void aTimeoutAboveTheGreatestOneIsRefused() {
    for (int timeoutMs : new int[] {0, -1, 900_001}) {
      Asked<ProducerResult> asked = new Asked<>();
      world
          .core()
          .initProducerId("tx", new InitRequested(Producer.NONE, timeoutMs), asked, world.now())
          .forEach(effect -> ((Effect.Answer<?>) effect).send());
      assertThat(errorOf(asked)).isEqualTo(ErrorCode.INVALID_TRANSACTION_TIMEOUT);
    }
  }

  @Test
  void endingWhatNeverBeganOnlyBumpsTheEpochOfANewClient() {
    Producer producer = world.start("tx");
    assertThat(errorOf(world.endOld("tx", producer, false))).isEqualTo(ErrorCode.INVALID_TXN_STATE);
    assertThat(errorOf(world.endNew("tx", producer, true))).isEqualTo(ErrorCode.INVALID_TXN_STATE);
    Producer second = world.endNew("tx", producer, false).answer().producer();
    assertThat(second).isEqualTo(next(producer));
    assertThat(world.status("tx")).isEqualTo(TransactionStatus.COMPLETE_ABORT);
    assertThat(world.endNew("tx", second, false).answer().producer()).isEqualTo(next(second));
  }

  // ---- fencing

  @Test
  void aZombieIsFencedByItsSuccessor() {
    Producer zombie = world.start("tx");
    world.add("tx", zombie, OLD, 0);
    assertThat(errorOf(world.init("tx"))).isEqualTo(ErrorCode.CONCURRENT_TRANSACTIONS);
    assertThat(world.markersIn(0)).containsExactly(new Marker(next(zombie), false));
    Producer successor = world.start("tx");
    assertThat(successor).isEqualTo(next(next(zombie)));

    world.add("tx", successor, OLD, 1);
    TransactionState before = world.state("tx");
    assertThat(world.add("tx", zombie, OLD, 0).answer()).isEqualTo(ErrorCode.PRODUCER_FENCED);
    for (boolean commit : new boolean[] {true, false}) {
      assertThat(errorOf(world.endOld("tx", zombie, commit))).isEqualTo(ErrorCode.PRODUCER_FENCED);
      assertThat(errorOf(world.endNew("tx", zombie, commit))).isEqualTo(ErrorCode.PRODUCER_FENCED);
    }
    assertThat(errorOf(world.init("tx", zombie))).isEqualTo(ErrorCode.PRODUCER_FENCED);
    assertThat(world.state("tx")).isEqualTo(before);
  }

  @Test
  void aZombieCannotTakeTheEpochThatFencedItForItsOwn() {
    Producer zombie = world.start("tx");
    world.add("tx", zombie, NEW, 0);
    world.init("tx");
    // The transaction is aborted with the next epoch, as if the zombie had done it.
    assertThat(errorOf(world.endNew("tx", zombie, false))).isEqualTo(ErrorCode.PRODUCER_FENCED);
    assertThat(errorOf(world.endNew("tx", zombie, true))).isEqualTo(ErrorCode.PRODUCER_FENCED);
  }

  @Test
  void anotherProducersIdIsUnknownHere() {
    world.start("tx");
    Producer stranger = new Producer(7, (short) 0);
    assertThat(world.add("tx", stranger, OLD, 0).answer())
        .isEqualTo(ErrorCode.INVALID_PRODUCER_ID_MAPPING);
    assertThat(errorOf(world.endOld("tx", stranger, true)))
        .isEqualTo(ErrorCode.INVALID_PRODUCER_ID_MAPPING);
    assertThat(errorOf(world.endOld("nobody", stranger, true)))
        .isEqualTo(ErrorCode.INVALID_PRODUCER_ID_MAPPING);
    assertThat(world.core().verify("nobody", stranger, List.of(partition(0))))
        .containsExactly(ErrorCode.INVALID_PRODUCER_ID_MAPPING);
  }

  // ---- lost answers

  @Test
  void anOldClientThatMissedTheAnswerToItsEndAsksAgain() {
    Producer producer = world.start("tx");
    world.add("tx", producer, OLD, 0);
    world.holdMarkers();
    world.endOld("tx", producer, true);
    assertThat(errorOf(world.endOld("tx", producer, true)))
        .isEqualTo(ErrorCode.CONCURRENT_TRANSACTIONS);
    assertThat(errorOf(world.endOld("tx", producer, false))).isEqualTo(ErrorCode.INVALID_TXN_STATE);
    world.moveCoordinator();
    world.flow();
    assertThat(errorOf(world.endOld("tx", producer, true))).isEqualTo(ErrorCode.NONE);
    assertThat(errorOf(world.endOld("tx", producer, false))).isEqualTo(ErrorCode.INVALID_TXN_STATE);
  }

  @Test
  void aNewClientThatMissedTheAnswerToItsEndIsToldItsEpochAgain() {
    Producer producer = world.start("tx");
    world.add("tx", producer, NEW, 0);
    world.holdMarkers();
    world.endNew("tx", producer, true);
    assertThat(errorOf(world.endNew("tx", producer, true)))
        .isEqualTo(ErrorCode.CONCURRENT_TRANSACTIONS);
    world.moveCoordinator();
    world.flow();
    int records = world.log.size();
    assertThat(world.endNew("tx", producer, true).answer())
        .isEqualTo(ProducerResult.of(next(producer)));
    assertThat(errorOf(world.endNew("tx", producer, false))).isEqualTo(ErrorCode.INVALID_TXN_STATE);
    assertThat(world.log).hasSize(records);
  }

  @Test
  void aNewClientThatWasToldItsEpochWaitsForTheMarkersOfItsLastTransaction() {
    Producer producer = world.start("tx");
    world.add("tx", producer, NEW, 0);
    world.holdMarkers();
    Producer second = world.endNew("tx", producer, true).answer().producer();
    assertThat(world.add("tx", second, NEW, 1).answer())
        .isEqualTo(ErrorCode.CONCURRENT_TRANSACTIONS);
    assertThat(errorOf(world.endNew("tx", second, false)))
        .isEqualTo(ErrorCode.CONCURRENT_TRANSACTIONS);
    world.flow();
    assertThat(world.add("tx", second, NEW, 1).answer()).isEqualTo(ErrorCode.NONE);
  }

  @Test
  void aProducerGoesOnWithANewEpochAndMayAskTwice() {
    Producer producer = world.start("tx");
    Producer second = world.init("tx", producer).answer().producer();
    assertThat(second).isEqualTo(next(producer));
    assertThat(world.init("tx", producer).answer().producer()).isEqualTo(second);
    world.moveCoordinator();
    assertThat(world.init("tx", producer).answer().producer()).isEqualTo(second);

    world.add("tx", second, OLD, 0);
    assertThat(errorOf(world.init("tx", producer)))
        .as("that request is long past")
        .isEqualTo(ErrorCode.PRODUCER_FENCED);
    assertThat(world.status("tx")).isEqualTo(TransactionStatus.ONGOING);
  }

  @Test
  void onceAnotherInstanceHasComeNoEarlierRequestIsRecognised() {
    Producer producer = world.start("tx");
    world.init("tx", producer);
    world.start("tx");
    assertThat(errorOf(world.init("tx", producer))).isEqualTo(ErrorCode.PRODUCER_FENCED);
    assertThat(errorOf(world.init("tx", next(producer)))).isEqualTo(ErrorCode.PRODUCER_FENCED);
  }

  // ---- epochs are used up

  private Producer withLastEpoch() {
    Producer last = new Producer(5, Producer.LAST_EPOCH);
    TransactionState state = TransactionState.initialized(last, -1, World.TIMEOUT_MS, 0);
    world.log.add(new TransactionRecord("tx", state));
    world.moveCoordinator();
    return last;
  }

  @Test
  void whenItsEpochsAreUsedUpANewClientGoesOnWithAnotherId() {
    Producer last = withLastEpoch();
    world.add("tx", last, NEW, 0);
    world.holdMarkers();
    Producer renewed = world.endNew("tx", last, true).answer().producer();
    assertThat(renewed).isEqualTo(new Producer(1_000, (short) 0));
    assertThat(world.add("tx", renewed, NEW, 0).answer())
        .as("while the markers of the old id are on their way")
        .isEqualTo(ErrorCode.CONCURRENT_TRANSACTIONS);
    world.moveCoordinator();
    world.flow();
    assertThat(world.markersIn(0)).containsExactly(new Marker(next(last), true));
    assertThat(world.endNew("tx", last, true).answer()).isEqualTo(ProducerResult.of(renewed));
    assertThat(world.add("tx", renewed, NEW, 0).answer()).isEqualTo(ErrorCode.NONE);
  }

  @Test
  void whenItsEpochsAreUsedUpAProducerThatStartsAgainGetsAnotherId() {
    Producer last = withLastEpoch();
    Producer renewed = world.init("tx", last).answer().producer();
    assertThat(renewed.id()).isNotEqualTo(last.id());
    assertThat(renewed.epoch()).isZero();
    assertThat(world.init("tx", last).answer().producer()).isEqualTo(renewed);
  }

  @Test
  void theLastProducerOfAnIdCanBeFencedToo() {
    Producer last = withLastEpoch();
    world.add("tx", last, NEW, 0);
    world.init("tx");
    assertThat(world.markersIn(0)).containsExactly(new Marker(next(last), false));
    assertThat(world.start("tx").id()).isNotEqualTo(last.id());
  }

  // ---- time

  @Test
  void aTransactionThatStaysOpenForTooLongIsAborted() {
    Producer producer = world.start("tx");
    world.add("tx", producer, OLD, 0);
    world.pass(World.TIMEOUT_MS - 1);
    assertThat(world.status("tx")).isEqualTo(TransactionStatus.ONGOING);
    world.pass(world.settings.timeoutCheckIntervalMs() + 1);
    assertThat(world.markersIn(0)).containsExactly(new Marker(next(producer), false));
    assertThat(errorOf(world.endOld("tx", producer, true))).isEqualTo(ErrorCode.PRODUCER_FENCED);
    assertThat(errorOf(world.init("tx", producer))).isEqualTo(ErrorCode.PRODUCER_FENCED);
  }

  @Test
  void aNewClientWhoseTransactionTimedOutCannotCommitItButAbortsAndGoesOn() {
    Producer producer = world.start("tx");
    world.add("tx", producer, NEW, 0);
    world.pass(2 * World.TIMEOUT_MS);
    assertThat(errorOf(world.endNew("tx", producer, true))).isEqualTo(ErrorCode.PRODUCER_FENCED);
    assertThat(world.endNew("tx", producer, false).answer())
        .isEqualTo(ProducerResult.of(next(producer)));
  }

  @Test
  void aCommitThatComesWhileTheTimeoutIsBeingWrittenIsTooLate() {
    Producer producer = world.start("tx");
    world.add("tx", producer, OLD, 0);
    world.holdWrites();
    world.pass(2 * World.TIMEOUT_MS);
    assertThat(errorOf(world.endOld("tx", producer, true)))
        .isEqualTo(ErrorCode.CONCURRENT_TRANSACTIONS);
    world.flow();
    assertThat(errorOf(world.endOld("tx", producer, true))).isEqualTo(ErrorCode.PRODUCER_FENCED);
    assertThat(world.markersIn(0)).containsExactly(new Marker(next(producer), false));
  }

  @Test
  void aTimeoutThatComesWhileTheCommitIsBeingWrittenIsTooLate() {
    Producer producer = world.start("tx");
    world.add("tx", producer, OLD, 0);
    world.holdWrites();
    Asked<ProducerResult> end = world.endOld("tx", producer, true);
    world.pass(2 * World.TIMEOUT_MS);
    world.flow();
    assertThat(errorOf(end)).isEqualTo(ErrorCode.NONE);
    assertThat(world.markersIn(0)).containsExactly(new Marker(producer, true));
  }

  @Test
  void aSuccessorGoesOnCountingWhereTheTransactionBegan() {
    Producer producer = world.start("tx");
    world.add("tx", producer, OLD, 0);
    world.pass(World.TIMEOUT_MS - 5_000);
    world.moveCoordinator();
    assertThat(world.now().monotonicMs() - world.core().oldestStartMs())
        .isEqualTo(World.TIMEOUT_MS - 5_000);
    world.pass(world.settings.timeoutCheckIntervalMs());
    assertThat(world.status("tx")).isEqualTo(TransactionStatus.COMPLETE_ABORT);
  }

  @Test
  void anIdThatNobodyUsesIsForgottenButNotWhileItsTransactionIsOpen() {
    world.start("idle");
    world.start("late");
    world.pass(world.settings.idExpirationMs() - 2 * world.settings.expirationCheckIntervalMs());
    world.start("late");
    world.pass(3 * world.settings.expirationCheckIntervalMs());
    assertThat(world.core().describe("idle")).isNull();
    assertThat(world.log.getLast()).isEqualTo(new TransactionRecord("idle", null));
    assertThat(world.status("late")).isEqualTo(TransactionStatus.EMPTY);
    world.moveCoordinator();
    assertThat(world.core().describe("idle")).isNull();
  }

  // ---- markers

  @Test
  void theCoordinatorDiesBetweenTheDecisionAndItsMarkersAndItsSuccessorFinishes() {
    Producer producer = world.start("tx");
    world.add("tx", producer, OLD, 0, 1);
    world.holdMarkers();
    assertThat(errorOf(world.endOld("tx", producer, true))).isEqualTo(ErrorCode.NONE);
    world.answerNextMarker(ErrorCode.NONE);
    world.moveCoordinator();
    assertThat(world.status("tx")).isEqualTo(TransactionStatus.PREPARE_COMMIT);
    world.flow();
    assertThat(world.status("tx")).isEqualTo(TransactionStatus.COMPLETE_COMMIT);
    assertThat(world.markersIn(1)).containsExactly(new Marker(producer, true));
    assertThat(Set.copyOf(world.markersIn(0))).containsExactly(new Marker(producer, true));
  }

  @Test
  void theCoordinatorDiesBeforeItsDecisionIsCommittedAndSoThereWasNone() {
    Producer producer = world.start("tx");
    world.add("tx", producer, OLD, 0);
    world.holdWrites();
    Asked<ProducerResult> end = world.endOld("tx", producer, true);
    world.moveCoordinator();
    assertThat(errorOf(end)).isEqualTo(ErrorCode.NOT_COORDINATOR);
    world.flow();
    assertThat(world.status("tx")).isEqualTo(TransactionStatus.ONGOING);
    assertThat(errorOf(world.endOld("tx", producer, false))).isEqualTo(ErrorCode.NONE);
    assertThat(world.markersIn(0)).containsExactly(new Marker(producer, false));
  }

  @Test
  void aMarkerIsSentUntilItIsInPlaceAndNobodyElseWaitsForIt() {
    Producer producer = world.start("tx");
    world.add("tx", producer, OLD, 0);
    world.holdMarkers();
    world.endOld("tx", producer, true);
    for (int i = 0; i < 30; i++) {
      world.answerNextMarker(ErrorCode.NOT_LEADER_OR_FOLLOWER);
      assertThat(world.markersUnderWay).isEmpty();
      assertThat(world.add("tx", producer, OLD, 1).answer())
          .isEqualTo(ErrorCode.CONCURRENT_TRANSACTIONS);
      world.pass(1_000);
      assertThat(world.markersUnderWay).hasSize(1);
    }
    assertThat(errorOf(world.init("other"))).isEqualTo(ErrorCode.NONE);
    world.answerNextMarker(ErrorCode.NONE);
    assertThat(world.status("tx")).isEqualTo(TransactionStatus.COMPLETE_COMMIT);
  }

  @Test
  void aPartitionThatStaysUnknownIsTakenForDeleted() {
    Producer producer = world.start("tx");
    world.add("tx", producer, OLD, 0);
    world.holdMarkers();
    world.endOld("tx", producer, true);
    long startedMs = world.now().monotonicMs();
    world.answerNextMarker(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
    world.pass(1_000);
    world.answerNextMarker(ErrorCode.NOT_LEADER_OR_FOLLOWER);
    while (world.status("tx") == TransactionStatus.PREPARE_COMMIT) {
      world.pass(1_000);
      world.answerNextMarker(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
    }
    assertThat(world.status("tx")).isEqualTo(TransactionStatus.COMPLETE_COMMIT);
    assertThat(world.now().monotonicMs() - startedMs).isGreaterThan(5_000);
  }

  @Test
  void theRecordOfTheEndIsWrittenAgainWhenTheLogRefusesIt() {
    Producer producer = world.start("tx");
    world.add("tx", producer, OLD, 0);
    world.holdMarkers();
    world.endOld("tx", producer, true);
    world.holdWrites();
    world.answerNextMarker(ErrorCode.NONE);
    world.refuseNext(ErrorCode.NOT_ENOUGH_REPLICAS);
    assertThat(world.status("tx")).isEqualTo(TransactionStatus.PREPARE_COMMIT);
    world.flow();
    world.pass(1_000);
    assertThat(world.status("tx")).isEqualTo(TransactionStatus.COMPLETE_COMMIT);
  }

  @Test
  void onlyMarkersOfVersionTwoAreSaidToRaiseTheEpochAlsoByASuccessor() {
    world.holdMarkers();
    for (boolean bumps : new boolean[] {false, true}) {
      String id = "tx of " + bumps;
      Producer producer = world.start(id);
      // Nodes that add for a client take it for one of version 2.
      world.add(id, producer, NEW, 0);
      world.end(id, new EndRequested(producer, true, bumps));
      assertThat(world.markersUnderWay.getLast().raisesEpoch()).isEqualTo(bumps);
    }
    world.moveCoordinator();
    assertThat(world.markersUnderWay)
        .hasSize(2)
        .allMatch(order -> order.raisesEpoch() == order.transactionalId().endsWith("true"));
  }

  @Test
  void theAbortOfATimeOutRaisesTheEpochForClientsOfVersionTwo() {
    world.holdMarkers();
    for (int version : new int[] {OLD, NEW}) {
      world.add("tx" + version, world.start("tx" + version), version, 0);
    }
    world.pass(2L * World.TIMEOUT_MS);
    assertThat(world.markersUnderWay)
        .hasSize(2)
        .allMatch(order -> order.raisesEpoch() == order.transactionalId().equals("tx" + NEW));
  }

  // ---- partitions

  @Test
  void partitionsThatComeAfterTheDecisionAreNotInTheTransaction() {
    Producer producer = world.start("tx");
    world.add("tx", producer, NEW, 0);
    world.holdMarkers();
    world.endNew("tx", producer, true);
    assertThat(world.add("tx", producer, NEW, 1).answer()).isEqualTo(ErrorCode.PRODUCER_FENCED);
    world.flow();
    assertThat(world.add("tx", producer, NEW, 1).answer()).isEqualTo(ErrorCode.PRODUCER_FENCED);
    assertThat(world.status("tx")).isEqualTo(TransactionStatus.COMPLETE_COMMIT);
    assertThat(world.markersIn(1)).isEmpty();
  }

  @Test
  void aNodeCanAskWhetherAPartitionIsInTheTransaction() {
    Producer producer = world.start("tx");
    world.add("tx", producer, OLD, 0);
    assertThat(world.core().verify("tx", producer, List.of(partition(0), partition(1))))
        .containsExactly(ErrorCode.NONE, ErrorCode.TRANSACTION_ABORTABLE);
    assertThat(world.core().verify("tx", next(producer), List.of(partition(0))))
        .containsExactly(ErrorCode.PRODUCER_FENCED);
    world.holdWrites();
    world.endOld("tx", producer, true);
    assertThat(world.core().verify("tx", producer, List.of(partition(0))))
        .containsExactly(ErrorCode.CONCURRENT_TRANSACTIONS);
    world.flow();
    assertThat(world.core().verify("tx", producer, List.of(partition(0))))
        .containsExactly(ErrorCode.TRANSACTION_ABORTABLE);
  }

  // ---- what is shown

  @Test
  void openTransactionsAreCountedAndTheOldestIsKnown() {
    Producer producer = world.start("a");
    world.start("b");
    assertThat(world.core().openTransactions()).isZero();
    assertThat(world.core().oldestStartMs()).isEqualTo(Long.MAX_VALUE);
    world.add("a", producer, OLD, 0);
    long startedMs = world.now().monotonicMs();
    world.pass(500);
    world.add("a", producer, OLD, 1);
    assertThat(world.core().openTransactions()).isEqualTo(1);
    assertThat(world.core().oldestStartMs()).isEqualTo(startedMs);
    world.endOld("a", producer, true);
    assertThat(world.core().openTransactions()).isZero();
  }

  @Test
  void aListIsFilteredByStateProducerAgeAndName() {
    Producer producer = world.start("a");
    world.start("b");
    world.add("a", producer, OLD, 0);
    world.pass(500);
    assertThat(names(Set.of(), Set.of(), -1)).containsExactly("a", "b");
    assertThat(names(Set.of(TransactionStatus.EMPTY), Set.of(), -1)).containsExactly("b");
    assertThat(names(Set.of(), Set.of(producer.id()), -1)).containsExactly("a");
    assertThat(names(Set.of(), Set.of(), 499)).containsExactly("a");
    assertThat(names(Set.of(), Set.of(), 500)).isEmpty();
    ListFilter named = new ListFilter(Set.of(), Set.of(), -1, "b"::equals);
    assertThat(world.core().list(named, world.now()))
        .extracting(TransactionListing::transactionalId)
        .containsExactly("b");
  }

  private List<String> names(Set<TransactionStatus> statuses, Set<Long> producerIds, long openMs) {
    return world
        .core()
        .list(new ListFilter(statuses, producerIds, openMs, name -> true), world.now())
        .stream()
        .map(TransactionListing::transactionalId)
        .toList();
  }
}
