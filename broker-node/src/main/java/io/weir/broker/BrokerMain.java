package io.weir.broker;

import io.weir.broker.config.BrokerConfig;
import io.weir.broker.config.ConfigFile;
import io.weir.broker.config.OperatorError;
import io.weir.coordinator.CoordinationException;
import io.weir.replication.log.LogDirectoryException;
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
      BrokerNode node = BrokerNode.start(config, fatal);
      Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(node, fatal), "stop"));
      LOG.info("ready: node {} serves {}", config.nodeId(), node.clientAddresses());
    } catch (OperatorError | CoordinationException | LogDirectoryException e) {
      refuse(e);
    }
  }

  private static void stop(BrokerNode node, FatalErrors fatal) {
    try {
      node.stop();
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
