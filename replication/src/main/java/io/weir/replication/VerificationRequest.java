package io.weir.replication;

import io.weir.protocol.model.TopicPartition;
import java.util.function.Consumer;

/**
 * Asks the leader, before a transactional batch is appended, whether the transaction coordinator is
 * to be asked about its transaction first.
 *
 * @param onResult runs exactly once, on the partition's loop, and must not block
 */
public record VerificationRequest(
    TopicPartition partition,
    long producerId,
    short producerEpoch,
    Consumer<Verification> onResult) {}
