package io.weir.coordinator.metadata;

/** Hears of every change of the metadata, in order, always on the same thread. */
@FunctionalInterface
public interface MetadataListener {
  /**
   * The metadata is {@code now}. The first call is the first snapshot, with {@link
   * MetadataImage#EMPTY} as the old image. The controller waits for all nodes to have heard of some
   * changes, so this should hand work on rather than do it.
   */
  void onMetadata(MetadataImage old, MetadataImage now, MetadataDelta changed);
}
