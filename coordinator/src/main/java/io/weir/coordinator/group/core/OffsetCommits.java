package io.weir.coordinator.group.core;

import io.weir.coordinator.state.Now;
import io.weir.coordinator.state.Reply;
import io.weir.protocol.model.ErrorCode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Decides whether offsets may be stored, and answers when they are. Confined to the shard. */
final class OffsetCommits {
  private final Groups groups;
  private final int metadataMaxBytes;

  OffsetCommits(Groups groups, int metadataMaxBytes) {
    this.groups = groups;
    this.metadataMaxBytes = metadataMaxBytes;
  }

  /** The answer has one error for each entry, in their order. */
  void commit(
      String groupId, CommitRequested commit, Reply<List<ErrorCode>> reply, Now now, Effects out) {
    store(groupId, commit, null, check(groupId, commit, now), reply, out);
  }

  /** As {@link #commit}; the offsets count when the transaction commits. */
  void commitInTransaction(
      String groupId,
      CommitRequested commit,
      OffsetTransaction transaction,
      Reply<List<ErrorCode>> reply,
      Effects out) {
    store(groupId, commit, transaction, checkInTransaction(groupId, commit), reply, out);
  }

  private void store(
      String groupId,
      CommitRequested commit,
      @Nullable OffsetTransaction transaction,
      ErrorCode refusal,
      Reply<List<ErrorCode>> reply,
      Effects out) {
    if (refusal != ErrorCode.NONE) {
      out.answer(reply, Collections.nCopies(commit.entries().size(), refusal));
      return;
    }
    List<ErrorCode> errors = new ArrayList<>(commit.entries().size());
    List<StateRecord> records = new ArrayList<>(commit.entries().size());
    for (CommitRequested.Entry entry : commit.entries()) {
      if (entry.offset().metadata().length() > metadataMaxBytes) {
        errors.add(ErrorCode.OFFSET_METADATA_TOO_LARGE);
      } else {
        errors.add(ErrorCode.NONE);
        records.add(new StateRecord.OffsetStored(groupId, entry.partition(), entry.offset()));
      }
    }
    if (records.isEmpty()) {
      out.answer(reply, errors);
    } else {
      out.write(records, transaction, new Stored(errors, reply));
    }
  }

  private ErrorCode check(String groupId, CommitRequested commit, Now now) {
    Group group = groups.find(groupId);
    if (group != null) {
      return group.membership().checkCommit(commit.member(), commit.generationId(), now);
    }
    if (commit.generationId() < 0) {
      return ErrorCode.NONE;
    }
    return commit.knowsGroupIdNotFound()
        ? ErrorCode.GROUP_ID_NOT_FOUND
        : ErrorCode.ILLEGAL_GENERATION;
  }

  private ErrorCode checkInTransaction(String groupId, CommitRequested commit) {
    Group group = groups.find(groupId);
    if (group != null) {
      return group.membership().checkTransactionalCommit(commit.member(), commit.generationId());
    }
    return commit.generationId() < 0 ? ErrorCode.NONE : ErrorCode.ILLEGAL_GENERATION;
  }

  /** Answers a commit once its records are in the log. */
  private static final class Stored implements Write.Outcome {
    private final List<ErrorCode> errors;
    private @Nullable Reply<List<ErrorCode>> reply;

    Stored(List<ErrorCode> errors, Reply<List<ErrorCode>> reply) {
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
        errors.replaceAll(error -> error == ErrorCode.NONE ? result.forCommit() : error);
        out.answer(reply, errors);
        reply = null;
      }
    }
  }
}
