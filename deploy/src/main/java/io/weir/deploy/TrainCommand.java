package io.weir.deploy;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.weir.cli.CommandFailure;
import io.weir.deploy.local.TrainingRun;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code weir train}: what the build runs once to make the AOT caches. This process is itself the
 * one that records for the {@code weir} command, as it does in one life what its commands do: it
 * runs a ZooKeeper and nodes, creates a topic, produces, consumes.
 */
@Command(
    name = "train",
    hidden = true,
    description = "Makes the cache from which nodes start; a step of the build.")
final class TrainCommand implements Callable<Integer> {
  private static final String TOPIC = "training";
  private static final int RECORDS = 100_000;

  @Option(
      names = "--node-cache",
      required = true,
      paramLabel = "FILE",
      description = "Where the cache of a node is written.")
  private Path nodeCache = Path.of("");

  @Override
  public Integer call() {
    TrainingRun.run(nodeCache, TrainCommand::useCluster);
    return 0;
  }

  private static void useCluster(String bootstrap) {
    run(bootstrap, "topic", "create", TOPIC, "--partitions", "4", "--replication-factor", "2");
    InputStream standardInput = System.in;
    System.setIn(new ByteArrayInputStream(lines()));
    try {
      run(bootstrap, "produce", TOPIC);
    } finally {
      System.setIn(standardInput);
    }
    String records = Integer.toString(RECORDS);
    run(bootstrap, "consume", TOPIC, "--from-beginning", "--max-messages", records);
    run(
        bootstrap,
        "consume",
        TOPIC,
        "--group",
        TOPIC,
        "--from-beginning",
        "--max-messages",
        records);
    run(bootstrap, "topic", "describe", TOPIC);
    run(bootstrap, "topic", "delete", TOPIC);
  }

  private static byte[] lines() {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < RECORDS; i++) {
      lines.append("a record of the training run, with the number ").append(i).append('\n');
    }
    return lines.toString().getBytes(US_ASCII);
  }

  private static void run(String bootstrap, String... command) {
    String[] arguments = new String[command.length + 2];
    System.arraycopy(command, 0, arguments, 0, command.length);
    arguments[command.length] = "--bootstrap-server";
    arguments[command.length + 1] = bootstrap;
    if (WeirMain.run(arguments) != 0) {
      throw new CommandFailure(
          "'weir " + String.join(" ", command) + "' failed in the training run", "build again");
    }
  }
}
