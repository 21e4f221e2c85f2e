package io.weir.broker.handler;

import io.weir.protocol.message.DescribeLogDirsRequest;
import io.weir.protocol.message.DescribeLogDirsResponse;
import io.weir.protocol.model.ErrorCode;
import io.weir.replication.DirectoryContent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * DescribeLogDirs, versions 0 to 5: the log directories of this node, how full they are, and which
 * replicas lie there. A directory that is offline has KAFKA_STORAGE_ERROR and nothing in it. Later
 * versions add the size of the volume (4) and whether a directory is cordoned (5), which none here
 * ever is. There are no future logs: AlterReplicaLogDirs is not served.
 */
public final class DescribeLogDirsHandler implements ApiHandler<DescribeLogDirsRequest> {
  private final Supplier<List<DirectoryContent>> directories;

  /**
   * @param directories what lies where; may block
   */
  public DescribeLogDirsHandler(Supplier<List<DirectoryContent>> directories) {
    this.directories = directories;
  }

  @Override
  public void handle(DescribeLogDirsRequest request, RequestContext context) {
    Thread.startVirtualThread(
        () -> context.guarded(() -> context.answer(respond(request, directories.get()))));
  }

  private static DescribeLogDirsResponse respond(
      DescribeLogDirsRequest request, List<DirectoryContent> directories) {
    Map<String, Set<Integer>> wanted = wanted(request.topics());
    return DescribeLogDirsResponse.builder()
        .results(directories.stream().map(content -> describe(content, wanted)).toList())
        .build();
  }

  /** Null: everything. */
  private static @Nullable Map<String, Set<Integer>> wanted(
      @Nullable List<DescribeLogDirsRequest.Topic> topics) {
    if (topics == null) {
      return null;
    }
    Map<String, Set<Integer>> wanted = new HashMap<>();
    for (DescribeLogDirsRequest.Topic topic : topics) {
      wanted.computeIfAbsent(topic.topic(), _ -> new HashSet<>()).addAll(topic.partitions());
    }
    return wanted;
  }

  private static DescribeLogDirsResponse.LogDir describe(
      DirectoryContent content, @Nullable Map<String, Set<Integer>> wanted) {
    DescribeLogDirsResponse.LogDir.Builder directory =
        DescribeLogDirsResponse.LogDir.builder().logDir(content.path().toString());
    if (!content.online()) {
      return directory.errorCode(ErrorCode.KAFKA_STORAGE_ERROR).build();
    }
    Map<String, List<DescribeLogDirsResponse.Partition>> topics = new TreeMap<>();
    for (DirectoryContent.Replica replica : content.replicas()) {
      String topic = replica.partition().topic();
      int partition = replica.partition().partition();
      if (wanted == null || wanted.getOrDefault(topic, Set.of()).contains(partition)) {
        topics
            .computeIfAbsent(topic, _ -> new ArrayList<>())
            .add(
                DescribeLogDirsResponse.Partition.builder()
                    .partitionIndex(partition)
                    .partitionSize(replica.sizeInBytes())
                    .offsetLag(replica.offsetLag())
                    .build());
      }
    }
    return directory
        .topics(
            topics.entrySet().stream()
                .map(topic ->
                    DescribeLogDirsResponse.Topic.builder()
                        .name(topic.getKey())
                        .partitions(topic.getValue())
                        .build())
                .toList())
        .totalBytes(content.totalBytes())
        .usableBytes(content.usableBytes())
        .build();
  }
}
