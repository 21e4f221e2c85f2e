package io.weir.deploy;

import io.weir.cli.CommandFailure;
import io.weir.cli.StopHook;
import io.weir.coordinator.zookeeper.server.EmbeddedZooKeeper;
import io.weir.deploy.local.FolderLock;
import io.weir.deploy.local.LibraryLog;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code weir zookeeper}: a ZooKeeper server in the foreground, for development. */
@Command(
    name = "zookeeper",
    description = "Runs a ZooKeeper server in the foreground, for development.",
    mixinStandardHelpOptions = true)
final class ZooKeeperCommand implements Callable<Integer> {
  private static final long STOP_SECONDS = 15;

  @Option(
      names = "--data-dir",
      required = true,
      paramLabel = "DIR",
      description = "Where its data is, or will be.")
  private Path dataDir = Path.of("");

  @Option(
      names = "--port",
      required = true,
      paramLabel = "P",
      description = "The port for clients; 0 takes any free one.")
  private int port;

  @Option(
      names = "--host",
      paramLabel = "ADDRESS",
      defaultValue = "127.0.0.1",
      description = "The address to listen on; default ${DEFAULT-VALUE}.")
  private String host = "";

  @Override
  public Integer call() {
    LibraryLog.writeTo(dataDir.resolve("zookeeper.log"));
    CompletableFuture<Boolean> stopRequested = new CompletableFuture<>();
    try (StopHook _ = new StopHook(() -> stopRequested.complete(true), STOP_SECONDS);
        FolderLock _ = FolderLock.take(dataDir, "another ZooKeeper server");
        EmbeddedZooKeeper server = EmbeddedZooKeeper.start(dataDir, address())) {
      System.out.println(
          "ready: ZooKeeper on "
              + server.connectString()
              + ", data in "
              + dataDir.toAbsolutePath());
      CompletableFuture<Boolean> failed = server.failed().thenApply(_ -> false);
      if (!stopRequested.applyToEither(failed, wasAsked -> wasAsked).join()) {
        throw new CommandFailure(
            "ZooKeeper cannot write its data in " + dataDir,
            "see whether the disk is full or broken");
      }
    }
    return 0;
  }

  private InetSocketAddress address() {
    if (port < 0 || port > 65_535) {
      throw new CommandFailure(
          "there is no port " + port, "choose one from 1 to 65535, or 0 for any free one");
    }
    try {
      return new InetSocketAddress(InetAddress.getAllByName(host)[0], port);
    } catch (UnknownHostException e) {
      throw new CommandFailure(
          "the address " + host + " is not known", "give an address of this machine with --host");
    }
  }
}
