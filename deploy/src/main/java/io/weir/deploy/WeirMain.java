package io.weir.deploy;

import io.weir.cli.CommandFailure;
import io.weir.cli.ConsumeCommand;
import io.weir.cli.ProduceCommand;
import io.weir.cli.TopicCommand;
import io.weir.coordinator.zookeeper.server.EmbeddedZooKeeperException;
import java.io.PrintWriter;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * The {@code weir} command. Exit codes: 0 done, 1 could not be done (one line on the standard error
 * says why and what to do), 2 the command line is wrong.
 */
@Command(
    name = "weir",
    description = "An event broker that speaks the Kafka protocol.",
    mixinStandardHelpOptions = true,
    versionProvider = WeirMain.Version.class,
    subcommands = {
      UpCommand.class,
      DownCommand.class,
      StatusCommand.class,
      BrokerCommand.class,
      ZooKeeperCommand.class,
      TopicCommand.class,
      ProduceCommand.class,
      ConsumeCommand.class,
      TrainCommand.class
    },
    footer = {
      "",
      "weir test [maven arguments] builds everything and runs every test.",
      "weir COMMAND --help tells more."
    })
public final class WeirMain implements Runnable {
  /** The property that tells the logging library where its configuration is. */
  static final String LOGGING = "logback.configurationFile";

  @Spec private @Nullable CommandSpec spec;

  private WeirMain() {}

  /** Runs the command and ends the JVM with its exit code. */
  public static void main(String[] args) {
    System.setProperty(LOGGING, "io/weir/deploy/logback.xml");
    System.exit(run(args));
  }

  /** Runs the command; the result is the exit code. */
  static int run(String... args) {
    return new CommandLine(new WeirMain())
        .setExecutionExceptionHandler((exception, command, _) -> report(exception, command))
        .setParameterExceptionHandler((exception, _) -> refuse(exception))
        .execute(args);
  }

  @Override
  public void run() {
    if (spec != null) {
      throw new ParameterException(spec.commandLine(), "say what to do, for instance 'weir up'");
    }
  }

  private static int report(Exception exception, CommandLine command) {
    String line =
        switch (exception) {
          case CommandFailure known -> String.valueOf(known.getMessage());
          case EmbeddedZooKeeperException known ->
              known.getMessage() + ": choose another one, or stop what uses it";
          default ->
              "unexpected failure ("
                  + exception
                  + "): please report it, with what 'weir --version' says";
        };
    complain(command.getErr(), line);
    return CommandLine.ExitCode.SOFTWARE;
  }

  private static int refuse(ParameterException exception) {
    CommandLine command = exception.getCommandLine();
    complain(
        command.getErr(),
        exception.getMessage() + ": see '" + command.getCommandSpec().qualifiedName() + " --help'");
    return CommandLine.ExitCode.USAGE;
  }

  private static void complain(PrintWriter err, String line) {
    err.println("weir: " + line.lines().findFirst().orElse(""));
    err.flush();
  }

  /** The version that the build wrote into the jar. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = WeirMain.class.getPackage().getImplementationVersion();
      return new String[] {"weir " + (version == null ? "(not from a jar)" : version)};
    }
  }
}
