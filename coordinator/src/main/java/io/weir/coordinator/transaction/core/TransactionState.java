package io.weir.coordinator.transaction.core;

import io.weir.protocol.model.TopicPartition;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * What the log says of a transactional id, and which states can follow. Immutable.
 *
 * @param producer the rightful one; in PREPARE_* the one that the markers carry
 * @param previousProducerId set when the producer's own request moved it on: its id before that, so
 *     that the request is recognised when it comes again; else -1
 * @param next with which the producer goes on after PREPARE_*, when its epoch is used up; else NONE
 * @param partitions those in the transaction; empty in states other than ONGOING and PREPARE_*
 * @param updatedMs when this state began, in wall time
 * @param startedMs when the last transaction began, in wall time; -1 when none did
 * @param clientVersion version of transactions that the producer uses
 */
public record TransactionState(
    Producer producer,
    long previousProducerId,
    Producer next,
    int timeoutMs,
    TransactionStatus status,
    Set<TopicPartition> partitions,
    long updatedMs,
    long startedMs,
    int clientVersion) {
  static final long NO_PRODUCER_ID = -1;

  /** From this version on each end bumps the epoch. */
  static final int BUMPS_EPOCH = 2;

  public TransactionState {
    // In the order of insertion, so that the same seed sends the same markers.
    partitions = Collections.unmodifiableSet(new LinkedHashSet<>(partitions));
  }

  /** A producer that has just been given its id and epoch. */
  static TransactionState initialized(
      Producer producer, long previousProducerId, int timeoutMs, long wallMs) {
    return new TransactionState(
        producer,
        previousProducerId,
        Producer.NONE,
        timeoutMs,
        TransactionStatus.EMPTY,
        Set.of(),
        wallMs,
        -1,
        0);
  }

  /** With these partitions in the transaction, which begins if it has not. */
  TransactionState with(Collection<TopicPartition> added, int version, long wallMs) {
    Set<TopicPartition> all = new LinkedHashSet<>(partitions);
    all.addAll(added);
    return new TransactionState(
        producer,
        NO_PRODUCER_ID,
        Producer.NONE,
        timeoutMs,
        TransactionStatus.ONGOING,
        all,
        wallMs,
        status == TransactionStatus.ONGOING ? startedMs : wallMs,
        version);
  }

  /**
   * Decided by its producer, which keeps its epoch: so it is none of version 2, whatever it was
   * taken for when it added partitions.
   */
  TransactionState prepared(boolean commit, long wallMs) {
    int version = Math.min(clientVersion, BUMPS_EPOCH - 1);
    return prepared(commit, producer, NO_PRODUCER_ID, Producer.NONE, version, wallMs);
  }

  /** Decided by its producer, which goes on with the next epoch, or as {@code next} if given. */
  TransactionState preparedAndBumped(boolean commit, Producer next, long wallMs) {
    return prepared(commit, producer.bumped(), producer.id(), next, BUMPS_EPOCH, wallMs);
  }

  /**
   * Aborted, and the producer is fenced.
   *
   * @param pardoned whether the producer may go on all the same if it asks; not when its epochs are
   *     used up
   */
  TransactionState fenced(boolean pardoned, long wallMs) {
    long previous = pardoned && !producer.isExhausted() ? producer.id() : NO_PRODUCER_ID;
    return prepared(false, producer.bumped(), previous, Producer.NONE, clientVersion, wallMs);
  }

  private TransactionState prepared(
      boolean commit,
      Producer ofMarkers,
      long previous,
      Producer goesOnAs,
      int version,
      long wallMs) {
    return new TransactionState(
        ofMarkers,
        previous,
        goesOnAs,
        timeoutMs,
        commit ? TransactionStatus.PREPARE_COMMIT : TransactionStatus.PREPARE_ABORT,
        partitions,
        wallMs,
        status == TransactionStatus.ONGOING ? startedMs : wallMs,
        version);
  }

  /** All markers of a PREPARE_* are in place. */
  TransactionState completed(long wallMs) {
    return new TransactionState(
        successor(),
        previousProducerId,
        Producer.NONE,
        timeoutMs,
        status == TransactionStatus.PREPARE_COMMIT
            ? TransactionStatus.COMPLETE_COMMIT
            : TransactionStatus.COMPLETE_ABORT,
        Set.of(),
        wallMs,
        startedMs,
        clientVersion);
  }

  /** Whether the epoch of this PREPARE_* is known to be above that of the transaction's records. */
  boolean raisesEpoch() {
    return clientVersion >= BUMPS_EPOCH;
  }

  /** With which id and epoch the producer goes on. */
  Producer successor() {
    return next.isNone() ? producer : next;
  }

  /** Whether it is the rightful producer, or will be it when this end is complete. */
  boolean isCurrent(Producer candidate) {
    return candidate.equals(producer) || (!next.isNone() && candidate.equals(next));
  }

  /** Whether it is the rightful producer as it was before its own last request. */
  boolean isPrevious(Producer candidate) {
    if (candidate.isNone() || candidate.id() != previousProducerId) {
      return false;
    }
    return candidate.id() == producer.id()
        ? candidate.epoch() == producer.epoch() - 1
        : producer.epoch() == 0 && candidate.epoch() == Producer.LAST_EPOCH;
  }
}
