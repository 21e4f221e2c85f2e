package io.weir.deploy.local;

import io.weir.cli.CommandFailure;
import java.util.List;
import java.util.Optional;

/** Stops the cluster of a folder from another process. Stateless. */
public final class ClusterStop {
  private static final long PATIENCE_MS = 70_000;

  private ClusterStop() {}

  /**
   * Stops the supervisor, which stops its nodes; where the supervisor is gone already, the nodes
   * themselves. Returns when all are gone.
   *
   * @return what was done, in words
   */
  public static String stop(ClusterFolder folder) {
    ClusterState state =
        folder
            .readState()
            .orElseThrow(() ->
                new CommandFailure(
                    "there is no cluster in " + folder, "name its folder with --data-dir"));
    List<ProcessHandle> nodes =
        state.nodeProcesses().values().stream()
            .map(ProcessIdentity::find)
            .flatMap(Optional::stream)
            .toList();
    Optional<ProcessHandle> supervisor = state.runningSupervisor();
    if (supervisor.isEmpty() && nodes.isEmpty()) {
      return "nothing is running on " + folder;
    }
    try {
      OrphanStop.stop(supervisor.map(List::of).orElse(nodes), PATIENCE_MS);
      // A supervisor that had to be killed leaves its nodes behind.
      OrphanStop.stop(nodes.stream().filter(ProcessIdentity::isRunning).toList(), PATIENCE_MS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailure("interrupted while the cluster stops", "run 'weir down' again");
    }
    return "stopped the cluster in " + folder;
  }
}
