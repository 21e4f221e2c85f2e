package io.weir.coordinator.group;

import io.netty.buffer.ByteBuf;
import io.weir.coordinator.group.core.Effect;
import io.weir.coordinator.group.core.GroupSettings;
import io.weir.coordinator.group.core.GroupShardCore;
import io.weir.coordinator.group.core.MemberIds;
import io.weir.coordinator.group.core.Write;
import io.weir.coordinator.metadata.MetadataImage;
import io.weir.coordinator.state.GroupClock;
import io.weir.coordinator.state.Now;
import io.weir.coordinator.state.Reply;
import io.weir.coordinator.state.StatePartitions;
import io.weir.coordinator.state.StateShard;
import io.weir.protocol.model.ErrorCode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * One partition of {@code __consumer_offsets} during one leadership. Confined to the partition's
 * loop.
 *
 * <p>What it hears of topics and of transactions while its log is read waits until that is done.
 */
final class GroupShard {
  /** A request to the core; the reply is answered at once or through later effects. */
  @FunctionalInterface
  interface Question<T> {
    List<Effect> ask(GroupShardCore core, Reply<T> reply, Now now);
  }

  /** What a marker says. Immutable. */
  record TransactionEnd(long producerId, boolean commit) {}

  private final int leaderEpoch;
  private final GroupClock clock;
  private final StateShard<GroupShardCore, Effect, Write> shard;
  private final Set<String> deletedMeanwhile = new HashSet<>();
  private final List<TransactionEnd> endedMeanwhile = new ArrayList<>();

  GroupShard(
      int partition,
      int leaderEpoch,
      StatePartitions partitions,
      GroupSettings settings,
      MemberIds memberIds,
      Supplier<MetadataImage> metadata,
      GroupClock clock) {
    this.leaderEpoch = leaderEpoch;
    this.clock = clock;
    this.shard =
        new StateShard<>(
            new StateShard.Place("group coordinator of __consumer_offsets", partition, leaderEpoch),
            partitions,
            new Groups(() -> new GroupShardCore(settings, memberIds, metadata)),
            new GroupEncoding(),
            clock);
  }

  int leaderEpoch() {
    return leaderEpoch;
  }

  /** Reads the log; until it is done, requests are put off. */
  void load() {
    shard.load();
  }

  <T> void ask(Question<T> question, Function<ErrorCode, T> refusal, CompletableFuture<T> answer) {
    shard.ask((core, reply) -> question.ask(core, reply, clock.now()), refusal, answer);
  }

  /** Topics are gone, and with them the offsets for them. */
  void topicsDeleted(Set<String> topics) {
    if (shard.phase() == StateShard.Phase.LOADING) {
      deletedMeanwhile.addAll(topics);
    } else {
      shard.step(core -> core.topicsDeleted(topics, clock.now()));
    }
  }

  /** Topics have come, gone or changed; who loads looks at all of them when it is done. */
  void topicsChanged(Set<String> topics) {
    shard.step(core -> core.topicsChanged(topics, clock.now()));
  }

  /**
   * A marker in the log is committed. While the log is read, that waits: the reading may have begun
   * before the marker was there, and if it was there, hearing of it again changes nothing.
   */
  void transactionEnded(TransactionEnd end) {
    if (shard.phase() == StateShard.Phase.LOADING) {
      endedMeanwhile.add(end);
    } else {
      shard.step(core -> core.transactionEnded(end.producerId(), end.commit(), clock.now()));
    }
  }

  /** The leadership has ended: all who wait are sent to look for the new coordinator. */
  void close() {
    shard.close();
  }

  /** What the shard is about. */
  private final class Groups implements StateShard.Kind<GroupShardCore, Effect, Write> {
    private final Supplier<GroupShardCore> newCore;

    Groups(Supplier<GroupShardCore> newCore) {
      this.newCore = newCore;
    }

    @Override
    public GroupShardCore newCore() {
      return newCore.get();
    }

    @Override
    public int replay(GroupShardCore core, ByteBuf buffer, int index) {
      return GroupReplay.replay(core, buffer, index);
    }

    @Override
    public void carryOut(GroupShardCore core, Effect effect) {
      switch (effect) {
        case Effect.Answer<?> answer -> answer.send();
        case Write write -> shard.write(write);
      }
    }

    @Override
    public List<Effect> settled(GroupShardCore core, Write write, ErrorCode error, Now now) {
      return core.settled(write, error, now);
    }

    @Override
    public void active() {
      List<TransactionEnd> ended = List.copyOf(endedMeanwhile);
      endedMeanwhile.clear();
      ended.forEach(GroupShard.this::transactionEnded);
      if (!deletedMeanwhile.isEmpty()) {
        Set<String> deleted = Set.copyOf(deletedMeanwhile);
        deletedMeanwhile.clear();
        topicsDeleted(deleted);
      }
    }
  }
}
