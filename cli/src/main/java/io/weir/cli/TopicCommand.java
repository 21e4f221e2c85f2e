package io.weir.cli;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code weir topic ...}: makes, lists, describes and deletes topics. */
@Command(
    name = "topic",
    description = "Creates, lists, describes and deletes topics.",
    mixinStandardHelpOptions = true,
    subcommands = {
      TopicCommand.Create.class,
      TopicCommand.ListTopics.class,
      TopicCommand.Describe.class,
      TopicCommand.Delete.class
    })
public final class TopicCommand implements Runnable {
  @Spec private @Nullable CommandSpec spec;

  @Override
  public void run() {
    CommandSpec self = spec();
    throw new ParameterException(
        self.commandLine(), "say what to do: create, list, describe or delete");
  }

  private CommandSpec spec() {
    if (spec == null) {
      throw new IllegalStateException("only picocli makes and runs this command");
    }
    return spec;
  }

  @Command(name = "create", description = "Creates a topic.")
  static final class Create extends ClusterCommand {
    @Parameters(paramLabel = "NAME", description = "Name of the new topic.")
    private String name = "";

    @Option(
        names = "--partitions",
        paramLabel = "N",
        description = "Number of partitions; default: num.partitions of the cluster.")
    private @Nullable Integer partitions;

    @Option(
        names = "--replication-factor",
        paramLabel = "N",
        description =
            "Replicas of each partition; default: default.replication.factor of the cluster.")
    private @Nullable Short replicationFactor;

    @Option(
        names = "--config",
        paramLabel = "KEY=VALUE",
        description = "A setting of the topic, such as retention.ms=3600000; may be repeated.")
    private Map<String, String> config = Map.of();

    @Override
    int run() throws InterruptedException {
      NewTopic topic =
          new NewTopic(
                  name, Optional.ofNullable(partitions), Optional.ofNullable(replicationFactor))
              .configs(config);
      try (Admin admin = bootstrap().connectAdmin()) {
        await(admin.createTopics(List.of(topic)).all());
      }
      System.out.println("created topic " + name);
      return 0;
    }
  }

  @Command(name = "list", description = "Lists the topics, one a line.")
  static final class ListTopics extends ClusterCommand {
    @Override
    int run() throws InterruptedException {
      try (Admin admin = bootstrap().connectAdmin()) {
        await(admin.listTopics().names()).stream().sorted().forEach(System.out::println);
      }
      return 0;
    }
  }

  @Command(
      name = "describe",
      description =
          "Shows the partitions of topics, their leaders and replicas, and the settings that differ from the default.")
  static final class Describe extends ClusterCommand {
    @Parameters(
        paramLabel = "NAME",
        arity = "0..*",
        description = "Topics to describe; default: all.")
    private List<String> names = List.of();

    @Override
    int run() throws InterruptedException {
      try (Admin admin = bootstrap().connectAdmin()) {
        List<String> wanted =
            names.isEmpty() ? List.copyOf(await(admin.listTopics().names())) : names;
        Map<String, TopicDescription> topics =
            new TreeMap<>(await(admin.describeTopics(wanted).allTopicNames()));
        Map<ConfigResource, Config> configs =
            await(admin.describeConfigs(wanted.stream().map(Describe::resource).toList()).all());
        topics.forEach((name, topic) ->
            System.out.print(TopicDescriber.describe(topic, changed(configs.get(resource(name))))));
      }
      return 0;
    }

    private static ConfigResource resource(String topic) {
      return new ConfigResource(ConfigResource.Type.TOPIC, topic);
    }

    private static Map<String, String> changed(@Nullable Config config) {
      Map<String, String> changed = new TreeMap<>();
      if (config != null) {
        for (ConfigEntry entry : config.entries()) {
          if (entry.source() == ConfigEntry.ConfigSource.DYNAMIC_TOPIC_CONFIG) {
            changed.put(entry.name(), entry.isSensitive() ? "(hidden)" : entry.value());
          }
        }
      }
      return changed;
    }
  }

  @Command(name = "delete", description = "Deletes topics and all their records.")
  static final class Delete extends ClusterCommand {
    @Parameters(paramLabel = "NAME", arity = "1..*", description = "Topics to delete.")
    private List<String> names = List.of();

    @Override
    int run() throws InterruptedException {
      try (Admin admin = bootstrap().connectAdmin()) {
        Map<String, KafkaFuture<Void>> answers = admin.deleteTopics(names).topicNameValues();
        for (Map.Entry<String, KafkaFuture<Void>> answer : answers.entrySet()) {
          await(answer.getValue());
          System.out.println("deleted topic " + answer.getKey());
        }
      }
      return 0;
    }
  }
}
