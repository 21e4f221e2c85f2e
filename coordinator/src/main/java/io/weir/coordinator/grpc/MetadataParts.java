package io.weir.coordinator.grpc;

import io.weir.coordinator.controller.MetadataUpdate;
import io.weir.coordinator.metadata.MetadataRecord;
import io.weir.protocol.cluster.MetadataChange;
import io.weir.protocol.cluster.MetadataPart;
import io.weir.protocol.cluster.ToNode;
import java.util.ArrayList;
import java.util.List;

/**
 * Metadata as messages, in pieces of bounded size. Keeps the last update's messages, because the
 * same update goes to all nodes one after the other. Thread-safe: two threads that come at once
 * encode twice.
 */
final class MetadataParts {
  private static final int PART_BYTES = 512 * 1024;

  /** An update's messages and how many bytes they have together. */
  record Parts(MetadataUpdate update, List<ToNode> messages, long bytes) {}

  private volatile Parts last =
      new Parts(new MetadataUpdate(false, -1, -1, List.of()), List.of(), 0);

  Parts of(MetadataUpdate update) {
    Parts latest = last;
    boolean same =
        latest.update().version() == update.version()
            && latest.update().previousVersion() == update.previousVersion()
            && latest.update().snapshot() == update.snapshot();
    if (!same) {
      latest = encode(update);
      last = latest;
    }
    return latest;
  }

  private static Parts encode(MetadataUpdate update) {
    List<ToNode> messages = new ArrayList<>();
    MetadataPart.Builder part = part(update);
    long bytes = 0;
    int partBytes = 0;
    for (MetadataRecord record : update.records()) {
      MetadataChange change = ClusterCodec.write(record);
      if (partBytes > 0 && partBytes + change.getSerializedSize() > PART_BYTES) {
        messages.add(message(part));
        part = part(update);
        bytes += partBytes;
        partBytes = 0;
      }
      part.addChanges(change);
      partBytes += change.getSerializedSize();
    }
    messages.add(message(part.setLast(true)));
    return new Parts(update, List.copyOf(messages), bytes + partBytes);
  }

  private static MetadataPart.Builder part(MetadataUpdate update) {
    return MetadataPart.newBuilder()
        .setSnapshot(update.snapshot())
        .setVersion(update.version())
        .setPreviousVersion(update.previousVersion());
  }

  private static ToNode message(MetadataPart.Builder part) {
    return ToNode.newBuilder().setMetadata(part).build();
  }
}
