package io.weir.cli;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * What the commands that talk to a cluster have in common: the option that names it, and the
 * translation of the client's exceptions into {@link CommandFailure}. Confined to the command's
 * thread.
 */
@Command(mixinStandardHelpOptions = true)
abstract class ClusterCommand implements Callable<Integer> {
  @Mixin private BootstrapOption bootstrap = new BootstrapOption();

  /** Does the work; the result is the exit code. */
  abstract int run() throws InterruptedException;

  @Override
  public final Integer call() {
    try {
      return run();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailure("interrupted", "run the command again");
    } catch (KafkaException e) {
      throw explain(e);
    }
  }

  BootstrapOption bootstrap() {
    return bootstrap;
  }

  /** Waits for an answer of the cluster. */
  <T> T await(KafkaFuture<T> answer) throws InterruptedException {
    try {
      return answer.get();
    } catch (ExecutionException e) {
      throw explain(e.getCause() == null ? e : e.getCause());
    }
  }

  CommandFailure explain(Throwable failure) {
    String message =
        failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
    return switch (failure) {
      case CommandFailure known -> known;
      case TimeoutException _ ->
          new CommandFailure(
              "no answer from "
                  + bootstrap.address()
                  + " in "
                  + BootstrapOption.ANSWER_TIMEOUT_MS / 1000
                  + " s ("
                  + message
                  + ")",
              "check that the cluster is up ('weir status'), or name another one with --bootstrap-server");
      case TopicExistsException _ ->
          new CommandFailure(
              message, "choose another name, or look at the topic with 'weir topic describe'");
      case UnknownTopicOrPartitionException _ ->
          new CommandFailure(
              "no such topic (" + message + ")", "see 'weir topic list' for those there are");
      case InterruptException _ -> new CommandFailure("interrupted", "run the command again");
      case ConfigException _ ->
          new CommandFailure(
              "the client cannot be set up (" + message + ")",
              "check the value of --bootstrap-server");
      case KafkaException _ when failure.getCause() instanceof ConfigException cause ->
          explain(cause);
      default ->
          new CommandFailure(message, "correct the request, or look into the logs of the nodes");
    };
  }
}
