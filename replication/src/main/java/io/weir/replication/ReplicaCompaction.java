package io.weir.replication;

import io.weir.replication.compaction.CompactableLog;
import io.weir.replication.compaction.LogCleaner;
import io.weir.replication.compaction.core.CompactionPlan;
import io.weir.replication.log.CleanedSegment;
import io.weir.replication.log.CompactionTask;
import io.weir.replication.log.PartitionLog;
import io.weir.replication.loop.TimeSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A replica's log, for cleaners: each call is carried out on the replica's loop while the cleaner's
 * thread waits. Cleaners end before loops do, so that a loop always comes to it.
 */
record ReplicaCompaction(PartitionReplica replica, TimeSource time) implements CompactableLog {

  /** The logs on these loops for which compaction is due. On a cleaner's thread. */
  static List<LogCleaner.Candidate> candidates(List<LoopContext> loops, TimeSource time) {
    List<CompletableFuture<List<LogCleaner.Candidate>>> answers = new ArrayList<>();
    for (LoopContext context : loops) {
      CompletableFuture<List<LogCleaner.Candidate>> answer = new CompletableFuture<>();
      context.loop().execute(() -> answer.complete(candidatesOf(context, time)));
      answers.add(answer);
    }
    return answers.stream().flatMap(answer -> answer.join().stream()).toList();
  }

  private static List<LogCleaner.Candidate> candidatesOf(LoopContext context, TimeSource time) {
    List<LogCleaner.Candidate> due = new ArrayList<>();
    for (PartitionReplica replica : context.replicas()) {
      replica.guarded(() -> {
        PartitionLog log = replica.usableLog();
        if (log != null) {
          CompactionPlan plan = log.compaction().plan(replica.highWatermark(), time.wallMs());
          if (plan != null && plan.isDue(log.config().cleanup())) {
            due.add(new LogCleaner.Candidate(new ReplicaCompaction(replica, time), plan));
          }
        }
      });
    }
    return due;
  }

  @Override
  public String name() {
    return replica.folder().name();
  }

  @Override
  public @Nullable CompactionTask begin() {
    return onLoop(log -> log.compaction().begin(replica.highWatermark(), time.wallMs()), null);
  }

  @Override
  public boolean commit(CleanedSegment cleaned) {
    return Boolean.TRUE.equals(onLoop(log -> log.compaction().commit(cleaned), false));
  }

  @Override
  public void swap(CleanedSegment cleaned) {
    onLoop(
        log -> {
          log.compaction().swap(cleaned);
          return true;
        },
        false);
  }

  @Override
  public void end(CompactionTask task, long compactedTo) {
    onLoop(
        log -> {
          log.compaction().end(task, compactedTo);
          return true;
        },
        false);
  }

  /** Gives the other answer where there is no log any more, or it fails. */
  private <T> @Nullable T onLoop(Function<PartitionLog, @Nullable T> work, @Nullable T otherwise) {
    CompletableFuture<@Nullable T> answer = new CompletableFuture<>();
    replica.onLoop(
        () -> {
          try {
            PartitionLog log = replica.usableLog();
            answer.complete(log == null ? otherwise : work.apply(log));
          } finally {
            answer.complete(otherwise);
          }
        },
        () -> answer.complete(otherwise));
    return answer.join();
  }
}
