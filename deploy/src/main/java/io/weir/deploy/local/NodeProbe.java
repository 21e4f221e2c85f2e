package io.weir.deploy.local;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.weir.deploy.local.NodeView.PartitionView;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Asks the nodes of a local cluster how they see it, with a Metadata request for all topics. Unlike
 * Kafka's client, which asks whichever node it likes, it asks each one, and costs the start of a
 * cluster no class loading to speak of. Stateless; blocks.
 */
final class NodeProbe {
  private static final int CONNECT_TIMEOUT_MS = 1_000;
  private static final int ANSWER_TIMEOUT_MS = 3_000;
  private static final int MAX_ANSWER_BYTES = 64 << 20;

  private static final int METADATA_KEY = 3;
  private static final int METADATA_VERSION = 1;
  private static final int ALL_TOPICS = -1;

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
      return Optional.of(
          view(new DataInputStream(new ByteArrayInputStream(in.readNBytes(length)))));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static byte[] request() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    byte[] clientId = "weir".getBytes(UTF_8);
    int correlationId = 0;
    out.writeInt(2 + 2 + 4 + 2 + clientId.length + 4);
    out.writeShort(METADATA_KEY);
    out.writeShort(METADATA_VERSION);
    out.writeInt(correlationId);
    out.writeShort(clientId.length);
    out.write(clientId);
    out.writeInt(ALL_TOPICS);
    return bytes.toByteArray();
  }

  private static NodeView view(DataInputStream in) throws IOException {
    var _ = in.readInt(); // correlation id
    Set<Integer> nodes = new HashSet<>();
    for (int left = in.readInt(); left > 0; left--) {
      nodes.add(in.readInt());
      skipString(in); // host
      var _ = in.readInt(); // port
      skipString(in); // rack
    }
    int controller = in.readInt();
    List<PartitionView> partitions = new ArrayList<>();
    for (int left = in.readInt(); left > 0; left--) {
      var _ = in.readShort(); // error
      String topic = in.readUTF();
      var _ = in.readBoolean(); // internal
      for (int partitionsLeft = in.readInt(); partitionsLeft > 0; partitionsLeft--) {
        var _ = in.readShort(); // error
        partitions.add(
            new PartitionView(topic, in.readInt(), in.readInt(), readIds(in), readIds(in)));
      }
    }
    return new NodeView(nodes, controller, partitions);
  }

  private static List<Integer> readIds(DataInputStream in) throws IOException {
    List<Integer> ids = new ArrayList<>();
    for (int left = in.readInt(); left > 0; left--) {
      ids.add(in.readInt());
    }
    return ids;
  }

  private static void skipString(DataInputStream in) throws IOException {
    in.skipNBytes(Math.max(0, in.readShort()));
  }
}
