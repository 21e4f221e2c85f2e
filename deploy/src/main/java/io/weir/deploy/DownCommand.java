package io.weir.deploy;

import io.weir.deploy.local.ClusterStop;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code weir down}: stops the cluster of a folder. */
@Command(
    name = "down",
    description = "Stops the cluster that 'weir up' runs on a folder, cleanly. Its data stays.",
    mixinStandardHelpOptions = true)
final class DownCommand implements Callable<Integer> {
  @Mixin private DataDirOption dataDir = new DataDirOption();

  @Override
  public Integer call() {
    System.out.println(ClusterStop.stop(dataDir.folder()));
    return 0;
  }
}
