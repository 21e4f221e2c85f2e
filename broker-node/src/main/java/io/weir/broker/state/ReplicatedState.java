package io.weir.broker.state;

import io.netty.buffer.ByteBuf;
import io.weir.coordinator.metadata.MetadataImage;
import io.weir.coordinator.metadata.TopicImage;
import io.weir.coordinator.state.LoopView;
import io.weir.coordinator.state.StatePartitions;
import io.weir.protocol.model.ErrorCode;
import io.weir.protocol.model.TopicPartition;
import io.weir.replication.AppendRequest;
import io.weir.replication.AppendResult;
import io.weir.replication.Replicas;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The partitions of a coordinator's topic, kept in the replicated log. Thread-safe. */
public final class ReplicatedState implements StatePartitions {
  private static final int ALL_IN_SYNC = -1;

  /**
   * Appended batches are committed some day, or the leadership ends: nobody is helped by giving up
   * before.
   */
  private static final long NO_TIMEOUT_MS = Duration.ofDays(365).toMillis();

  private final Replicas replicas;
  private final Supplier<MetadataImage> metadata;
  private final String topicName;

  /**
   * @param topicName the coordinator's topic
   */
  public ReplicatedState(Replicas replicas, Supplier<MetadataImage> metadata, String topicName) {
    this.replicas = replicas;
    this.metadata = metadata;
    this.topicName = topicName;
  }

  @Override
  public int count() {
    TopicImage topic = metadata.get().topic(topicName);
    return topic == null ? 0 : topic.partitions().size();
  }

  @Override
  public LoopView loop(int partition) {
    return new PartitionLoopView(replicas.loopOf(of(partition)));
  }

  @Override
  public void append(
      int partition, int leaderEpoch, ByteBuf batch, long guard, Consumer<ErrorCode> committed) {
    replicas.append(
        new AppendRequest(
            of(partition),
            batch,
            ALL_IN_SYNC,
            NO_TIMEOUT_MS,
            AppendRequest.Origin.COORDINATOR,
            leaderEpoch,
            guard,
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
    new StateLoad(replicas, of(partition), leaderEpoch, batches, done).start();
  }

  private TopicPartition of(int partition) {
    return new TopicPartition(topicName, partition);
  }
}
