package io.weir.deploy;

import io.weir.deploy.local.ClusterFolder;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The option that names the folder of a local cluster. Confined to the command's thread. */
final class DataDirOption {
  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      defaultValue = ClusterFolder.DEFAULT_NAME,
      description =
          "The folder of the cluster: data, logs, pid files; default: ${DEFAULT-VALUE} in the current directory.")
  private Path dataDir = Path.of(ClusterFolder.DEFAULT_NAME);

  ClusterFolder folder() {
    return new ClusterFolder(dataDir);
  }
}
