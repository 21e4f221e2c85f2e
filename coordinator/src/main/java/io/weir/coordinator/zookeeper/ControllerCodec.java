package io.weir.coordinator.zookeeper;

import com.fasterxml.jackson.databind.JsonNode;
import io.weir.coordinator.controller.Candidate;
import io.weir.coordinator.controller.ControllerAddress;
import io.weir.protocol.model.HostAndPort;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Who is controller and who stands for it, as it lies in ZooKeeper. Stateless. */
final class ControllerCodec {
  private static final String CANDIDATE_VERSION = "v1";
  private static final String WHAT = "the controller's epoch";

  private ControllerCodec() {}

  /** Before the first controller. */
  static byte[] writeNone() {
    return Json.bytes(Json.document().put("epoch", 0));
  }

  static byte[] write(ControllerAddress controller) {
    return Json.bytes(
        Json.document()
            .put("epoch", controller.epoch())
            .put("nodeId", controller.nodeId())
            .put("incarnation", controller.incarnation().toString())
            .put("endpoint", controller.endpoint().toString()));
  }

  /** 0 before the first controller. */
  static int readEpoch(byte[] data) {
    return Json.integer(WHAT, Json.read(WHAT, data), "epoch");
  }

  /** Null before the first controller. */
  static @Nullable ControllerAddress read(byte[] data) {
    JsonNode document = Json.read(WHAT, data);
    int epoch = Json.integer(WHAT, document, "epoch");
    if (epoch == 0) {
      return null;
    }
    try {
      return new ControllerAddress(
          epoch,
          Json.integer(WHAT, document, "nodeId"),
          Json.id(WHAT, document, "incarnation"),
          HostAndPort.parse(Json.text(WHAT, document, "endpoint")));
    } catch (IllegalArgumentException e) {
      throw new StoredDataException(WHAT + " in ZooKeeper is damaged: " + e.getMessage(), e);
    }
  }

  static String write(Candidate candidate) {
    return String.join(
        " ",
        CANDIDATE_VERSION,
        Integer.toString(candidate.nodeId()),
        candidate.incarnation().toString(),
        candidate.endpoint().toString());
  }

  /** The candidate's incarnation; null when the text is not one that this version writes. */
  static @Nullable UUID readIncarnation(String candidate) {
    String[] parts = candidate.split(" ", -1);
    if (parts.length != 4 || !parts[0].equals(CANDIDATE_VERSION)) {
      return null;
    }
    try {
      return UUID.fromString(parts[2]);
    } catch (IllegalArgumentException _) {
      return null;
    }
  }
}
