package io.weir.replication;

import io.weir.replication.grpc.FollowerMessage;
import io.weir.replication.grpc.FollowerStream;
import io.weir.replication.grpc.LeaderMessage;
import io.weir.replication.grpc.LeaderStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What one round of a loop has to say to other nodes, so that it goes out as one message per node
 * (or several, when there is much). Confined to its loop.
 */
final class Outbox {
  /** A message is sent off when its batches reach this. */
  private static final int MESSAGE_BYTES = 1 << 20;

  private static final class ToFollower {
    private List<LeaderMessage> messages = new ArrayList<>();
    private int bytes;
  }

  private final Map<FollowerStream, ToFollower> toFollowers = new HashMap<>();
  private final Map<LeaderStream, List<FollowerMessage>> toLeaders = new HashMap<>();

  void add(FollowerStream stream, LeaderMessage message) {
    ToFollower box = toFollowers.computeIfAbsent(stream, _ -> new ToFollower());
    box.messages.add(message);
    if (message instanceof LeaderMessage.Batches batches) {
      box.bytes += batches.bytes().readableBytes();
      if (box.bytes >= MESSAGE_BYTES) {
        stream.send(box.messages);
        box.messages = new ArrayList<>();
        box.bytes = 0;
      }
    }
  }

  void add(LeaderStream stream, FollowerMessage message) {
    toLeaders.computeIfAbsent(stream, _ -> new ArrayList<>()).add(message);
  }

  void flush() {
    if (!toFollowers.isEmpty()) {
      toFollowers.forEach(Outbox::sendRest);
      toFollowers.clear();
    }
    if (!toLeaders.isEmpty()) {
      toLeaders.forEach(LeaderStream::send);
      toLeaders.clear();
    }
  }

  private static void sendRest(FollowerStream stream, ToFollower box) {
    if (!box.messages.isEmpty()) {
      stream.send(box.messages);
    }
  }
}
