package io.weir.coordinator.zookeeper;

import io.weir.coordinator.metadata.PartitionImage;
import io.weir.protocol.model.TopicIdPartition;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The states of all partitions, packed into a fixed number of buckets. Confined to one thread.
 *
 * <p>A bucket: one byte of version, then per partition 16 bytes of topic id and, as variable-length
 * integers, partition, leader + 1, leader epoch, partition epoch, number of in-sync replicas and
 * their ids.
 */
final class PartitionStates {
  static final int BUCKETS = 256;

  private static final byte VERSION = 1;

  /** What changes of a partition; its assignment lies with the topic. Immutable. */
  record State(int leader, int leaderEpoch, int partitionEpoch, List<Integer> inSync) {
    static State of(PartitionImage partition) {
      return new State(
          partition.leader(),
          partition.leaderEpoch(),
          partition.partitionEpoch(),
          partition.inSyncReplicas());
    }
  }

  private final List<Map<TopicIdPartition, State>> buckets = new ArrayList<>(BUCKETS);

  PartitionStates() {
    for (int i = 0; i < BUCKETS; i++) {
      buckets.add(new HashMap<>());
    }
  }

  /** Which bucket a partition lies in; must never change. */
  static int bucketOf(TopicIdPartition partition) {
    UUID id = partition.topicId();
    long mixed =
        (id.getMostSignificantBits() ^ Long.rotateLeft(id.getLeastSignificantBits(), 29))
            + partition.partition() * 0x9E3779B97F4A7C15L;
    mixed = (mixed ^ (mixed >>> 33)) * 0xFF51AFD7ED558CCDL;
    return (int) (mixed >>> 56);
  }

  @Nullable State get(TopicIdPartition partition) {
    return buckets.get(bucketOf(partition)).get(partition);
  }

  /** Whether that changed anything. */
  boolean put(TopicIdPartition partition, State state) {
    return !Objects.equals(buckets.get(bucketOf(partition)).put(partition, state), state);
  }

  /** Whether that changed anything. */
  boolean remove(TopicIdPartition partition) {
    return buckets.get(bucketOf(partition)).remove(partition) != null;
  }

  byte[] write(int bucket) {
    Map<TopicIdPartition, State> states = buckets.get(bucket);
    int bound = 1;
    for (State state : states.values()) {
      bound += 16 + 5 * (5 + state.inSync().size());
    }
    ByteBuffer out = ByteBuffer.allocate(bound);
    out.put(VERSION);
    states.forEach((partition, state) -> {
      out.putLong(partition.topicId().getMostSignificantBits());
      out.putLong(partition.topicId().getLeastSignificantBits());
      writeInt(out, partition.partition());
      writeInt(out, state.leader() + 1);
      writeInt(out, state.leaderEpoch());
      writeInt(out, state.partitionEpoch());
      writeInt(out, state.inSync().size());
      state.inSync().forEach(replica -> writeInt(out, replica));
    });
    byte[] bytes = new byte[out.position()];
    out.flip().get(bytes);
    return bytes;
  }

  /** Takes up what an earlier controller wrote for a bucket. */
  void read(int bucket, byte[] data) {
    String what = "the partition states of bucket " + bucket;
    ByteBuffer in = ByteBuffer.wrap(data);
    try {
      byte version = in.get();
      if (version != VERSION) {
        throw new StoredDataException(
            what + " in ZooKeeper have version " + version + ", which this node does not know");
      }
      while (in.hasRemaining()) {
        TopicIdPartition partition =
            new TopicIdPartition(new UUID(in.getLong(), in.getLong()), readInt(in));
        buckets.get(bucket).put(partition, readState(in));
      }
    } catch (BufferUnderflowException | IllegalArgumentException e) {
      throw new StoredDataException(what + " in ZooKeeper are damaged", e);
    }
  }

  private static State readState(ByteBuffer in) {
    int leader = readInt(in) - 1;
    int leaderEpoch = readInt(in);
    int partitionEpoch = readInt(in);
    int count = readInt(in);
    if (count < 0 || count > in.remaining()) {
      throw new IllegalArgumentException("a count of " + count);
    }
    List<Integer> inSync = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      inSync.add(readInt(in));
    }
    return new State(leader, leaderEpoch, partitionEpoch, List.copyOf(inSync));
  }

  private static void writeInt(ByteBuffer out, int value) {
    int rest = value;
    while ((rest & ~0x7F) != 0) {
      out.put((byte) (rest | 0x80));
      rest >>>= 7;
    }
    out.put((byte) rest);
  }

  private static int readInt(ByteBuffer in) {
    int value = 0;
    for (int shift = 0; shift < 35; shift += 7) {
      byte next = in.get();
      value |= (next & 0x7F) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw new IllegalArgumentException("an integer of more than five bytes");
  }
}
