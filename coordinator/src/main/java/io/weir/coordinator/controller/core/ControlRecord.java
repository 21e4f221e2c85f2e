package io.weir.coordinator.controller.core;

import io.weir.coordinator.metadata.MetadataRecord;
import java.util.UUID;

/** Something the controller wants written before anyone hears of it. Immutable. */
public sealed interface ControlRecord {
  /** Changes what all nodes know. Which nodes are live is published only, not stored. */
  record Metadata(MetadataRecord change) implements ControlRecord {}

  /** What the controller has reckoned with for a node, see there. */
  record NodeKnown(int nodeId, KnownNode node) implements ControlRecord {}

  /** All producer ids below {@code next} are given out. */
  record ProducerIdsTaken(long next) implements ControlRecord {}

  /** A change of what all nodes know. */
  static ControlRecord of(MetadataRecord change) {
    return new Metadata(change);
  }

  /**
   * The disk and the process that the in-sync sets were last made up for. When a node shows up with
   * another incarnation its earlier process has died; with another storage id its disk is not the
   * one that the in-sync sets mean. Immutable.
   *
   * @param diskLost its disk was lost, and it has not been in sync with all partitions assigned to
   *     it since
   */
  record KnownNode(UUID storageId, UUID incarnation, boolean diskLost) {}
}
