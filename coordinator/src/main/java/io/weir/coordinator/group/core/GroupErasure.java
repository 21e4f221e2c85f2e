package io.weir.coordinator.group.core;

import io.weir.coordinator.state.Now;
import io.weir.coordinator.state.Reply;
import io.weir.protocol.model.ErrorCode;
import io.weir.protocol.model.TopicPartition;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Removes groups and offsets, by tombstones. Confined to the shard.
 *
 * <p>A tombstone is also written for an offset that is still under way or waits for its
 * transaction, since it would rise again otherwise. Nothing expires while a transaction may change
 * it.
 */
final class GroupErasure {
  /** Tombstones in one write, so that it fits into a batch. */
  static final int CHUNK = 1_000;

  private final Groups groups;
  private final long retentionMs;

  GroupErasure(Groups groups, long retentionMs) {
    this.groups = groups;
    this.retentionMs = retentionMs;
  }

  /** Erases a group without members, and answers when it is done. */
  void delete(Group group, Reply<ErrorCode> reply, Effects out) {
    group.membership().beginErasure();
    new WholeGroup(group, reply).eraseNext(out);
  }

  /** The topics are gone: nobody may find their offsets under topics of the same names. */
  void eraseTopics(Set<String> topics, Effects out) {
    for (Group group : groups.all()) {
      List<TopicPartition> partitions = new ArrayList<>();
      for (TopicPartition partition : group.offsets().partitions()) {
        if (topics.contains(partition.topic())) {
          partitions.add(partition);
        }
      }
      erase(group, partitions, out);
    }
  }

  /** Erases what has been kept long enough. Only groups without members lose offsets. */
  void expire(Now now, Effects out) {
    for (Group group : groups.all()) {
      if (group.membership().isDeserted()) {
        expire(group, now, out);
      }
    }
  }

  private void expire(Group group, Now now, Effects out) {
    List<TopicPartition> expired = new ArrayList<>();
    boolean all = true;
    for (Map.Entry<TopicPartition, CommittedOffset> entry :
        group.offsets().committed().entrySet()) {
      boolean goes =
          group.offsets().isSettled(entry.getKey()) && isExpired(group, entry.getValue(), now);
      if (goes) {
        expired.add(entry.getKey());
      }
      all &= goes;
    }
    if (all && group.offsets().isSettled()) {
      group.membership().beginErasure();
      new WholeGroup(group, null).eraseNext(out);
    } else {
      erase(group, expired, out);
    }
  }

  private boolean isExpired(Group group, CommittedOffset offset, Now now) {
    if (offset.expireTimestampMs() != CommittedOffset.NO_EXPIRY) {
      return now.wallMs() >= offset.expireTimestampMs();
    }
    long since = Math.max(offset.commitTimestampMs(), group.membership().stateSinceWallMs());
    return now.wallMs() - since >= retentionMs;
  }

  /** All chunks at once, so that none falls behind a later commit. */
  private static void erase(Group group, List<TopicPartition> partitions, Effects out) {
    for (int from = 0; from < partitions.size(); from += CHUNK) {
      int to = Math.min(from + CHUNK, partitions.size());
      // A refused tombstone leaves the offset where it is, for the next time.
      out.write(tombstones(group, partitions.subList(from, to)), (result, now, effects) -> {});
    }
  }

  private static List<StateRecord> tombstones(Group group, Collection<TopicPartition> partitions) {
    List<StateRecord> records = new ArrayList<>(partitions.size() + 1);
    for (TopicPartition partition : partitions) {
      records.add(new StateRecord.OffsetErased(group.id(), partition));
    }
    return records;
  }

  /**
   * The erasure of a group: chunk after chunk, the group's own tombstone with the last. The group
   * is dead meanwhile, so that nothing new can come in between.
   */
  private final class WholeGroup implements Write.Outcome {
    private final Group group;
    private @Nullable Reply<ErrorCode> reply;
    private boolean isLast;

    WholeGroup(Group group, @Nullable Reply<ErrorCode> reply) {
      this.group = group;
      this.reply = reply;
    }

    void eraseNext(Effects out) {
      List<TopicPartition> chunk = new ArrayList<>();
      Iterator<TopicPartition> partitions = group.offsets().partitions().iterator();
      while (partitions.hasNext() && chunk.size() < CHUNK) {
        chunk.add(partitions.next());
      }
      isLast = !partitions.hasNext();
      List<StateRecord> records = tombstones(group, chunk);
      if (isLast) {
        records.addAll(group.membership().tombstones());
      }
      out.write(records, this);
    }

    @Override
    public void settled(WriteResult result, Now now, Effects out) {
      if (!result.isCommitted()) {
        group.membership().abandonErasure();
        answer(result.forGroup(), out);
      } else if (isLast) {
        groups.forget(group);
        answer(ErrorCode.NONE, out);
      } else {
        eraseNext(out);
      }
    }

    @Override
    public void overdue(Now now, Effects out) {
      answer(WriteResult.UNAVAILABLE.forGroup(), out);
    }

    private void answer(ErrorCode error, Effects out) {
      if (reply != null) {
        out.answer(reply, error);
        reply = null;
      }
    }
  }
}
