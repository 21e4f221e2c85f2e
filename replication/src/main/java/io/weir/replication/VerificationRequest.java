package io.weir.replication;

import io.weir.protocol.model.TopicPartition;
import java.util.function.Consumer;

/**
 * Asks the leader, before a transactional batch is appended, whether the transaction coordinator is
 * to be asked about its transaction first.
 *
 * @param firstSequence of the batch; -1 for one without sequence numbers
 * @param beginsAtZero whether a producer begins each transaction in an epoch of its own, so at
 *     sequence 0 (transactions of version 2)
 * @param onResult runs exactly once, on the partition's loop, and must not block
 */
public record VerificationRequest(
    TopicPartition partition,
    long producerId,
    short producerEpoch,
    int firstSequence,
    boolean beginsAtZero,
    Consumer<Verification> onResult) {}
