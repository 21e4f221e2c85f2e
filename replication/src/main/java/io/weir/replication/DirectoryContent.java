package io.weir.replication;

import io.weir.protocol.model.TopicPartition;
import java.nio.file.Path;
import java.util.List;

/**
 * A log directory and what lies in it, at one moment. Immutable.
 *
 * @param online whether it serves
 * @param totalBytes size of its volume; -1 when not known
 * @param usableBytes free space of its volume; -1 when not known
 * @param replicas those that are open and have not failed
 */
public record DirectoryContent(
    Path path, boolean online, long totalBytes, long usableBytes, List<Replica> replicas) {
  /**
   * A replica's log.
   *
   * @param sizeInBytes of all its segments
   * @param offsetLag how many offsets it lacks to the high watermark; at least 0
   */
  public record Replica(TopicPartition partition, long sizeInBytes, long offsetLag) {}
}
