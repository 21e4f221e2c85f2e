package io.weir.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class CommandFailureTest {
  @Test
  void onlyTheFirstLineOfAMessageIsShown() {
    assertThat(new CommandFailure("what\nstack", "do this\nmore")).hasMessage("what: do this");
  }

  @Test
  void aClusterThatDoesNotAnswerIsNamed() {
    assertThat(command("--bootstrap-server", "host:1").explain(new TimeoutException("timed out")))
        .hasMessageStartingWith("no answer from host:1")
        .hasMessageContaining("--bootstrap-server");
  }

  @Test
  void theServersOwnWordsAreKept() {
    assertThat(command().explain(new TopicExistsException("Topic 'a' exists.")))
        .hasMessageStartingWith("Topic 'a' exists: ");
  }

  @Test
  void aClientThatCannotBeSetUpShowsTheReasonBehind() {
    assertThat(
            command()
                .explain(
                    new KafkaException(
                        "Failed", new ConfigException("Invalid url in bootstrap.servers: x"))))
        .hasMessageContaining("Invalid url in bootstrap.servers: x");
  }

  private static ClusterCommand command(String... args) {
    TopicCommand.ListTopics command = new TopicCommand.ListTopics();
    var _ = new CommandLine(command).parseArgs(args);
    return command;
  }
}
