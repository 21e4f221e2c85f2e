package io.weir.broker.group;

import io.netty.buffer.ByteBuf;
import io.weir.coordinator.group.LoopView;
import io.weir.coordinator.group.OffsetsPartitions;
import io.weir.coordinator.metadata.MetadataImage;
import io.weir.coordinator.metadata.TopicImage;
import io.weir.protocol.model.ErrorCode;
import io.weir.protocol.model.TopicNames;
import io.weir.protocol.model.TopicPartition;
import io.weir.replication.AppendRequest;
import io.weir.replication.AppendResult;
import io.weir.replication.Replicas;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The partitions of __consumer_offsets, kept in the replicated log. Thread-safe. */
public final class ReplicatedOffsets implements OffsetsPartitions {
  private static final int ALL_IN_SYNC = -1;

  /**
   * Appended batches are committed some day, or the leadership ends: nobody is helped by giving up
   * before.
   */
  private static final long NO_TIMEOUT_MS = Duration.ofDays(365).toMillis();

  private final Replicas replicas;
  private final Supplier<MetadataImage> metadata;

  public ReplicatedOffsets(Replicas replicas, Supplier<MetadataImage> metadata) {
    this.replicas = replicas;
    this.metadata = metadata;
  }

  @Override
  public int count() {
    TopicImage topic = metadata.get().topic(TopicNames.CONSUMER_OFFSETS);
    return topic == null ? 0 : topic.partitions().size();
  }

  @Override
  public LoopView loop(int partition) {
    return new PartitionLoopView(replicas.loopOf(of(partition)));
  }

  @Override
  public void append(int partition, int leaderEpoch, ByteBuf batch, Consumer<ErrorCode> committed) {
    replicas.append(
        new AppendRequest(
            of(partition),
            batch,
            ALL_IN_SYNC,
            NO_TIMEOUT_MS,
            AppendRequest.Origin.COORDINATOR,
            leaderEpoch,
            result ->
                committed.accept(
                    switch (result) {
                      case AppendResult.Appended _ -> ErrorCode.NONE;
                      case AppendResult.Refused(ErrorCode error, _) -> error;
                    })));
  }

  @Override
  public void load(
      int partition, int leaderEpoch, Consumer<ByteBuf> batches, Consumer<ErrorCode> done) {
    new OffsetsLoad(replicas, of(partition), leaderEpoch, batches, done).start();
  }

  private static TopicPartition of(int partition) {
    return new TopicPartition(TopicNames.CONSUMER_OFFSETS, partition);
  }
}
