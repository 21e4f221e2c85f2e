package io.weir.deploy;

import io.weir.broker.BrokerMain;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code weir broker}: one node in the foreground. The launcher starts {@link BrokerMain} itself,
 * without the command-line parser; this class is the help text, and serves those who start the Java
 * program by hand.
 */
@Command(
    name = "broker",
    description =
        "Runs one node in the foreground, until SIGTERM or Ctrl-C; it hands over its leaderships first.",
    mixinStandardHelpOptions = true)
final class BrokerCommand implements Callable<Integer> {
  @Option(
      names = "--config",
      required = true,
      paramLabel = "FILE",
      description =
          "Properties with Kafka's names: node.id, listeners, log.dirs, zookeeper.connect, ...")
  private @Nullable Path config;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "A setting that overrides the file's; may be repeated.")
  private List<String> settings = List.of();

  @Override
  public Integer call() throws InterruptedException {
    List<String> args = new ArrayList<>(List.of("--config", String.valueOf(config)));
    settings.forEach(setting -> args.addAll(List.of("--set", setting)));
    System.clearProperty(WeirMain.LOGGING); // A node logs as a node does.
    BrokerMain.main(args.toArray(String[]::new));
    // The node runs on threads of its own, and ends the JVM when it is asked to stop.
    new CountDownLatch(1).await();
    return 0;
  }
}
