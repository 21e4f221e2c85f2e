package io.weir.deploy.local;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.weir.deploy.local.NodeView.PartitionView;
import io.weir.protocol.message.ApiKey;
import io.weir.protocol.message.MetadataRequest;
import io.weir.protocol.message.MetadataResponse;
import io.weir.protocol.message.RequestHeader;
import io.weir.protocol.message.ResponseHeader;
import io.weir.protocol.wire.MalformedMessageException;
import io.weir.protocol.wire.WireReader;
import io.weir.protocol.wire.WireWriter;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Asks the nodes of a local cluster how they see it, with a Metadata request for all topics. Unlike
 * Kafka's client, which asks whichever node it likes, it asks each one, and it costs the start of a
 * cluster little. Stateless; blocks.
 */
final class NodeProbe {
  private static final int CONNECT_TIMEOUT_MS = 1_000;
  private static final int ANSWER_TIMEOUT_MS = 3_000;
  private static final int MAX_ANSWER_BYTES = 64 << 20;
  private static final int VERSION = 12;

  private final ClusterPlan plan;

  NodeProbe(ClusterPlan plan) {
    this.plan = plan;
  }

  /** What each node sees, by node id; those that do not answer are not in it. */
  Map<Integer, NodeView> askAll() {
    Map<Integer, NodeView> views = new TreeMap<>();
    for (int id : plan.nodeIds()) {
      ask(plan.port(id)).ifPresent(view -> views.put(id, view));
    }
    return views;
  }

  private static Optional<NodeView> ask(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(
          new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port), CONNECT_TIMEOUT_MS);
      socket.setSoTimeout(ANSWER_TIMEOUT_MS);
      socket.getOutputStream().write(request());
      DataInputStream in = new DataInputStream(socket.getInputStream());
      int length = in.readInt();
      if (length < 0 || length > MAX_ANSWER_BYTES) {
        return Optional.empty();
      }
      return Optional.of(view(Unpooled.wrappedBuffer(in.readNBytes(length))));
    } catch (IOException | MalformedMessageException e) {
      return Optional.empty();
    }
  }

  /** A frame: its length, the header, the request. */
  private static byte[] request() {
    RequestHeader header = new RequestHeader(ApiKey.METADATA, VERSION, 0, "weir");
    MetadataRequest request =
        MetadataRequest.builder().topics(null).allowAutoTopicCreation(false).build();
    int length = header.size() + request.size(VERSION);
    ByteBuf frame = Unpooled.buffer(Integer.BYTES + length).writeInt(length);
    WireWriter out = new WireWriter(frame);
    header.write(out);
    request.write(out, VERSION);
    byte[] bytes = new byte[frame.readableBytes()];
    frame.readBytes(bytes);
    return bytes;
  }

  private static NodeView view(ByteBuf frame) {
    WireReader in = new WireReader(frame);
    var _ = ResponseHeader.read(in, ApiKey.METADATA.responseHeaderVersion(VERSION));
    MetadataResponse response = MetadataResponse.read(in, VERSION);
    return new NodeView(
        response.brokers().stream()
            .map(MetadataResponse.Broker::nodeId)
            .collect(Collectors.toSet()),
        response.controllerId(),
        response.topics().stream().flatMap(topic -> partitions(topic).stream()).toList());
  }

  private static List<PartitionView> partitions(MetadataResponse.Topic topic) {
    return topic.partitions().stream()
        .map(partition ->
            new PartitionView(
                String.valueOf(topic.name()),
                partition.partitionIndex(),
                partition.leaderId(),
                partition.replicaNodes(),
                partition.isrNodes()))
        .toList();
  }
}
