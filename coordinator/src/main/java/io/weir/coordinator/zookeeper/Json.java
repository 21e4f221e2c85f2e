package io.weir.coordinator.zookeeper;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads and writes the small JSON documents; each says its version in {@code v}. Stateless. */
final class Json {
  static final int VERSION = 1;

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private Json() {}

  static ObjectNode document() {
    return MAPPER.createObjectNode().put("v", VERSION);
  }

  static byte[] bytes(ObjectNode document) {
    try {
      return MAPPER.writeValueAsBytes(document);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of plain values must be writable", e);
    }
  }

  /**
   * @param what names it in messages
   */
  static JsonNode read(String what, byte[] data) {
    JsonNode node;
    try {
      node = MAPPER.readTree(data);
    } catch (IOException e) {
      throw new StoredDataException(what + " in ZooKeeper is damaged: " + e.getMessage(), e);
    }
    if (node == null || !node.isObject()) {
      throw new StoredDataException(what + " in ZooKeeper is not a JSON object");
    }
    int version = node.path("v").asInt(-1);
    if (version != VERSION) {
      throw new StoredDataException(
          what + " in ZooKeeper has version " + version + ", which this node does not know");
    }
    return node;
  }

  static JsonNode field(String what, JsonNode node, String name) {
    JsonNode field = node.get(name);
    if (field == null || field.isNull()) {
      throw new StoredDataException(what + " in ZooKeeper lacks '" + name + "'");
    }
    return field;
  }

  static String text(String what, JsonNode node, String name) {
    return field(what, node, name).asText();
  }

  static @Nullable String textOrNull(JsonNode node, String name) {
    JsonNode field = node.get(name);
    return field == null || field.isNull() ? null : field.asText();
  }

  static int integer(String what, JsonNode node, String name) {
    JsonNode field = field(what, node, name);
    if (!field.canConvertToInt()) {
      throw new StoredDataException(what + " in ZooKeeper has no number for '" + name + "'");
    }
    return field.asInt();
  }

  static UUID id(String what, JsonNode node, String name) {
    String text = text(what, node, name);
    try {
      return UUID.fromString(text);
    } catch (IllegalArgumentException e) {
      throw new StoredDataException(what + " in ZooKeeper has no id for '" + name + "'", e);
    }
  }
}
