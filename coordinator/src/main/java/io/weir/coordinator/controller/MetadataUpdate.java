package io.weir.coordinator.controller;

import io.weir.coordinator.metadata.MetadataRecord;
import java.util.List;

/**
 * Metadata on its way to nodes: all there is, or what changed. One object goes to many nodes, so
 * that it is encoded once. Immutable.
 *
 * @param previousVersion on which a delta builds; 0 for a snapshot
 */
public record MetadataUpdate(
    boolean snapshot, long previousVersion, long version, List<MetadataRecord> records) {
  public MetadataUpdate {
    records = List.copyOf(records);
  }
}
