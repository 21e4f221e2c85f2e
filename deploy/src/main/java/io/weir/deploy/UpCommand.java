package io.weir.deploy;

import io.weir.cli.CommandFailure;
import io.weir.deploy.local.ClusterFolder;
import io.weir.deploy.local.DetachedStart;
import io.weir.deploy.local.PlanRequest;
import io.weir.deploy.local.Supervisor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code weir up}: a cluster on this machine, with ZooKeeper inside. */
@Command(
    name = "up",
    description = {
      "Starts a cluster on this machine, with ZooKeeper inside, and says when it is ready and what to connect to.",
      "Ctrl-C or SIGTERM stops it. Its data stays: the next 'weir up' on the same folder carries on with it."
    },
    mixinStandardHelpOptions = true)
final class UpCommand implements Callable<Integer> {
  @Mixin private DataDirOption dataDir = new DataDirOption();

  @Option(
      names = "--nodes",
      paramLabel = "N",
      description =
          "Number of nodes; default: as many as at the last start on this folder, at first "
              + PlanRequest.DEFAULT_NODES
              + ".")
  private @Nullable Integer nodes;

  @Option(
      names = "--port",
      paramLabel = "P",
      description =
          "Node i listens for clients on 127.0.0.1:P+i-1; default: as at the last start on this folder, at first "
              + PlanRequest.DEFAULT_PORT
              + ".")
  private @Nullable Integer port;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "A setting for every node; may be repeated.")
  private List<String> settings = List.of();

  @Option(
      names = "--detach",
      description = "Return when the cluster is ready and leave it running; 'weir down' stops it.")
  private boolean detach;

  @Option(names = DetachedStart.SUPERVISOR_OPTION, hidden = true)
  private boolean isDetachedSupervisor;

  @Override
  public Integer call() {
    PlanRequest request = new PlanRequest(nodes, port, parseSettings());
    ClusterFolder folder = dataDir.folder();
    if (detach) {
      return DetachedStart.start(folder, supervisorArguments(folder));
    }
    Supervisor.run(folder, request, isDetachedSupervisor);
    return 0;
  }

  private Map<String, String> parseSettings() {
    Map<String, String> parsed = new LinkedHashMap<>();
    for (String setting : settings) {
      int equals = setting.indexOf('=');
      if (equals <= 0) {
        throw new CommandFailure("--set " + setting + " is not a setting", "write --set KEY=VALUE");
      }
      parsed.put(setting.substring(0, equals).strip(), setting.substring(equals + 1).strip());
    }
    return parsed;
  }

  private List<String> supervisorArguments(ClusterFolder folder) {
    List<String> args =
        new ArrayList<>(
            List.of("up", DetachedStart.SUPERVISOR_OPTION, "--data-dir", folder.toString()));
    if (nodes != null) {
      args.addAll(List.of("--nodes", nodes.toString()));
    }
    if (port != null) {
      args.addAll(List.of("--port", port.toString()));
    }
    settings.forEach(setting -> args.addAll(List.of("--set", setting)));
    return args;
  }
}
