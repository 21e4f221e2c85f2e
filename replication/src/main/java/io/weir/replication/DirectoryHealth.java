package io.weir.replication;

import io.weir.protocol.model.TopicIdPartition;
import io.weir.replication.log.LogDirectories;
import io.weir.replication.log.LogDirectory;
import io.weir.replication.log.LogFailure;
import java.io.IOException;
import java.util.Collection;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes log directories out of service, each alone, and says which replicas go with them.
 *
 * <pre>
 *   a log fails ──┬── something could not be put on disk ───────────────► directory offline
 *                 └── anything else: the directory is probed ──┬─fails──► directory offline
 *                                                              └─works──► that log alone
 *   the volume cannot be asked for its free space ──────────────────────► directory offline
 *   the directory's journal cannot be written or put on disk ───────────► directory offline
 * </pre>
 *
 * Thread-safe; the slow part runs in the background.
 */
final class DirectoryHealth {
  private static final Logger LOG = LoggerFactory.getLogger(DirectoryHealth.class);

  private final LogDirectories directories;
  private final ReplicaHealth reports;
  private final Executor background;
  private final Collection<PartitionReplica> replicas;

  /**
   * @param replicas a live view of all of this node, for any thread
   */
  DirectoryHealth(
      LogDirectories directories,
      ReplicaHealth reports,
      Executor background,
      Collection<PartitionReplica> replicas) {
    this.directories = directories;
    this.reports = reports;
    this.background = background;
    this.replicas = replicas;
    for (LogDirectory directory : directories.all()) {
      directory.onDirectoryFailure(cause -> fail(directory, "its journal failed: " + cause));
    }
  }

  /** A replica's log failed, or could not be opened. */
  void onFailed(PartitionReplica replica, Throwable cause) {
    reports.onFailed(replica.id());
    LogDirectory directory = directories.placeOf(replica.folder());
    if (directory == null || !directory.isOnline()) {
      return;
    }
    if (cause instanceof LogFailure failure && failure.isOfDirectory()) {
      fail(directory, String.valueOf(cause.getMessage()));
    } else {
      suspect(directory);
    }
  }

  /** A replica that had failed is removed. */
  void onGone(TopicIdPartition replica) {
    reports.onRecovered(replica);
  }

  /** Something about the directory went wrong. */
  void suspect(LogDirectory directory) {
    try {
      background.execute(() -> {
        try {
          directory.probe();
        } catch (IOException e) {
          fail(directory, "cannot be written to: " + e);
        }
      });
    } catch (RejectedExecutionException e) {
      LOG.debug("{}: not looked at, the node stops", directory.path(), e);
    }
  }

  /** Looks how much room the directories have. Blocks. */
  void look() {
    for (LogDirectory directory : directories.all()) {
      if (directory.isOnline()) {
        try {
          directory.space().look();
        } catch (IOException e) {
          fail(directory, "cannot be asked for its free space: " + e);
        }
      }
    }
  }

  private void fail(LogDirectory directory, String why) {
    if (!directory.fail(why)) {
      return;
    }
    LOG.error("Log directory {} is offline: {}", directory.path(), why);
    if (directories.all().stream().noneMatch(LogDirectory::isOnline)) {
      reports.onNoDirectoryLeft(
          "no log directory works any more, the last was %s: %s".formatted(directory.path(), why));
      return;
    }
    LogFailure cause = new LogFailure("log directory %s is offline".formatted(directory.path()));
    for (PartitionReplica replica : replicas) {
      if (directory.equals(directories.placeOf(replica.folder()))) {
        replica.onLoop(
            () -> {
              throw cause;
            },
            () -> {});
      }
    }
  }
}
