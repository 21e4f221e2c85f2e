package io.weir.coordinator.zookeeper;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.coordinator.metadata.TopicImage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/** A topic's id, assignment and settings as they lie in ZooKeeper. Stateless. */
final class TopicCodec {
  /**
   * A topic without the states of its partitions. Immutable.
   *
   * @param assignment for each partition its replicas
   */
  record StoredTopic(
      UUID id, String name, Map<String, String> config, List<List<Integer>> assignment) {}

  private TopicCodec() {}

  static byte[] write(TopicImage topic) {
    ObjectNode document = Json.document();
    document.put("id", topic.id().toString());
    ArrayNode partitions = document.putArray("partitions");
    topic
        .partitions()
        .forEach(partition -> {
          ArrayNode replicas = partitions.addArray();
          partition.replicas().forEach(replicas::add);
        });
    ObjectNode config = document.putObject("config");
    new TreeMap<>(topic.config()).forEach(config::put);
    return Json.bytes(document);
  }

  static StoredTopic read(String name, byte[] data) {
    String what = "topic " + name;
    JsonNode document = Json.read(what, data);
    List<List<Integer>> assignment = new ArrayList<>();
    for (JsonNode partition : Json.field(what, document, "partitions")) {
      List<Integer> replicas = new ArrayList<>();
      partition.forEach(replica -> replicas.add(replica.asInt()));
      assignment.add(List.copyOf(replicas));
    }
    Map<String, String> config = new LinkedHashMap<>();
    Json.field(what, document, "config")
        .properties()
        .forEach(entry -> config.put(entry.getKey(), entry.getValue().asText()));
    return new StoredTopic(Json.id(what, document, "id"), name, config, assignment);
  }
}
