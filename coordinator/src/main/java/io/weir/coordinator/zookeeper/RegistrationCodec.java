package io.weir.coordinator.zookeeper;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.coordinator.NodeRegistration;
import io.weir.coordinator.controller.core.ControlRecord.KnownNode;
import io.weir.coordinator.metadata.EndPoint;
import io.weir.protocol.model.HostAndPort;
import java.util.ArrayList;
import java.util.List;

/**
 * A node's registration, and what the controller keeps of a node, as they lie in ZooKeeper.
 * Stateless.
 */
final class RegistrationCodec {
  private RegistrationCodec() {}

  static byte[] write(NodeRegistration node) {
    ObjectNode document = Json.document();
    document.put("storageId", node.storageId().toString());
    document.put("incarnation", node.incarnation().toString());
    ArrayNode endPoints = document.putArray("endPoints");
    for (EndPoint endPoint : node.endPoints()) {
      endPoints
          .addObject()
          .put("listener", endPoint.listener())
          .put("securityProtocol", endPoint.securityProtocol())
          .put("host", endPoint.host())
          .put("port", endPoint.port());
    }
    document.put("internal", node.internal().toString());
    if (node.rack() != null) {
      document.put("rack", node.rack());
    }
    return Json.bytes(document);
  }

  static NodeRegistration read(int nodeId, byte[] data) {
    String what = "the registration of node " + nodeId;
    JsonNode document = Json.read(what, data);
    List<EndPoint> endPoints = new ArrayList<>();
    for (JsonNode endPoint : Json.field(what, document, "endPoints")) {
      endPoints.add(
          new EndPoint(
              Json.text(what, endPoint, "listener"),
              Json.text(what, endPoint, "securityProtocol"),
              Json.text(what, endPoint, "host"),
              Json.integer(what, endPoint, "port")));
    }
    try {
      return new NodeRegistration(
          nodeId,
          Json.id(what, document, "storageId"),
          Json.id(what, document, "incarnation"),
          endPoints,
          HostAndPort.parse(Json.text(what, document, "internal")),
          Json.textOrNull(document, "rack"));
    } catch (IllegalArgumentException e) {
      throw new StoredDataException(what + " in ZooKeeper is damaged: " + e.getMessage(), e);
    }
  }

  static byte[] write(KnownNode node) {
    return Json.bytes(
        Json.document()
            .put("storageId", node.storageId().toString())
            .put("incarnation", node.incarnation().toString())
            .put("diskLost", node.diskLost()));
  }

  static KnownNode readKnown(int nodeId, byte[] data) {
    String what = "the storage record of node " + nodeId;
    JsonNode document = Json.read(what, data);
    return new KnownNode(
        Json.id(what, document, "storageId"),
        Json.id(what, document, "incarnation"),
        document.path("diskLost").asBoolean(false));
  }
}
