package io.weir.replication;

import io.weir.replication.grpc.LeaderStreams;
import io.weir.replication.log.LogDirectories;
import io.weir.replication.loop.TimeSource;
import java.util.concurrent.Executor;

/**
 * What the replicas of a node share. Immutable; all parts are thread-safe.
 *
 * @param background runs file work that may block
 */
record NodeContext(
    int nodeId,
    ReplicaSettings settings,
    InSyncProposals proposals,
    LeadershipListener leadership,
    TimeSource time,
    LeaderStreams leaderStreams,
    LogDirectories directories,
    DirectoryHealth health,
    Executor background) {}
