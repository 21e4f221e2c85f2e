package io.weir.deploy;

import io.weir.deploy.local.ClusterStatus;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code weir status}: how the cluster of a folder is. */
@Command(
    name = "status",
    description =
        "Shows nodes, controller, and partitions without a leader or with too few replicas in sync; exit code 1 when not healthy.",
    mixinStandardHelpOptions = true)
final class StatusCommand implements Callable<Integer> {
  @Mixin private DataDirOption dataDir = new DataDirOption();

  @Override
  public Integer call() {
    ClusterStatus status = ClusterStatus.of(dataDir.folder());
    System.out.print(status.text());
    return status.isHealthy() ? 0 : 1;
  }
}
