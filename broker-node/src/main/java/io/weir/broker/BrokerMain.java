package io.weir.broker;

import io.weir.broker.config.BrokerConfig;
import io.weir.broker.config.ConfigFile;
import io.weir.broker.config.OperatorError;
import io.weir.coordinator.CoordinationException;
import io.weir.replication.log.LogDirectoryException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The process of one node: reads its configuration, starts it, and on SIGTERM or Ctrl-C stops it
 * cleanly and exits with 0. What only the operator can mend is said in one line, and the exit code
 * is 1.
 */
public final class BrokerMain {
  private static final Logger LOG = LoggerFactory.getLogger(BrokerMain.class);

  private BrokerMain() {}

  public static void main(String[] arguments) {
    FatalErrors fatal = new FatalErrors();
    Thread.setDefaultUncaughtExceptionHandler(fatal);
    try {
      CommandLine commandLine = CommandLine.parse(arguments);
      BrokerConfig config =
          BrokerConfig.of(ConfigFile.read(commandLine.configFile(), commandLine.overrides()));
      AtomicReference<@Nullable BrokerNode> started = new AtomicReference<>();
      Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(started.get(), fatal), "stop"));
      BrokerNode node = BrokerNode.start(config, fatal);
      started.set(node);
      LOG.info("ready: node {} serves {}", config.nodeId(), node.clientAddresses());
    } catch (OperatorError | CoordinationException | LogDirectoryException e) {
      refuse(e);
    }
  }

  /**
   * A node that is still starting leads nothing yet and holds nothing that its next start could not
   * mend.
   */
  private static void stop(@Nullable BrokerNode node, FatalErrors fatal) {
    try {
      if (node != null) {
        node.stop();
      }
      LOG.info("stopped");
      Runtime.getRuntime().halt(0);
    } catch (RuntimeException e) {
      fatal.halt("the node did not stop cleanly", e);
    }
  }

  /** Threads of half a node may still run, so the process does not wait for them. */
  private static void refuse(RuntimeException error) {
    System.err.println(
        "weir: " + String.valueOf(error.getMessage()).lines().findFirst().orElse(""));
    Runtime.getRuntime().halt(1);
  }
}
