package io.weir.coordinator.group.core;

import io.weir.coordinator.state.Now;
import io.weir.coordinator.state.Reply;
import io.weir.protocol.model.ErrorCode;
import io.weir.protocol.model.TopicPartition;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Forgets single offsets of a group, as far as no member is interested in them. Confined to the
 * shard.
 */
final class OffsetDeletion {
  private final Groups groups;

  OffsetDeletion(Groups groups) {
    this.groups = groups;
  }

  /** The answer has one error for each partition, in their order, unless all is refused. */
  void delete(
      String groupId, List<TopicPartition> partitions, Reply<OffsetsDeleted> reply, Effects out) {
    Group group = groups.find(groupId);
    ErrorCode refusal =
        group == null ? ErrorCode.GROUP_ID_NOT_FOUND : group.membership().checkOffsetDeletion();
    if (group == null || refusal != ErrorCode.NONE) {
      out.answer(reply, OffsetsDeleted.refused(refusal));
      return;
    }
    List<ErrorCode> errors = new ArrayList<>(partitions.size());
    List<StateRecord> tombstones = new ArrayList<>();
    for (TopicPartition partition : partitions) {
      if (group.membership().isSubscribedTo(partition.topic())) {
        errors.add(ErrorCode.GROUP_SUBSCRIBED_TO_TOPIC);
        continue;
      }
      errors.add(ErrorCode.NONE);
      if (group.offsets().partitions().contains(partition)) {
        tombstones.add(new StateRecord.OffsetErased(groupId, partition));
      }
    }
    if (tombstones.isEmpty()) {
      out.answer(reply, new OffsetsDeleted(ErrorCode.NONE, errors));
    } else {
      out.write(tombstones, new Erased(errors, reply));
    }
  }

  /** Answers once the tombstones are in the log. */
  private static final class Erased implements Write.Outcome {
    private final List<ErrorCode> errors;
    private @Nullable Reply<OffsetsDeleted> reply;

    Erased(List<ErrorCode> errors, Reply<OffsetsDeleted> reply) {
      this.errors = errors;
      this.reply = reply;
    }

    @Override
    public void settled(WriteResult result, Now now, Effects out) {
      answer(result, out);
    }

    @Override
    public void overdue(Now now, Effects out) {
      answer(WriteResult.UNAVAILABLE, out);
    }

    private void answer(WriteResult result, Effects out) {
      if (reply != null) {
        out.answer(
            reply,
            result.isCommitted()
                ? new OffsetsDeleted(ErrorCode.NONE, errors)
                : OffsetsDeleted.refused(result.forGroup()));
        reply = null;
      }
    }
  }
}
