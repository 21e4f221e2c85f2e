package io.weir.replication;

import io.weir.protocol.model.TopicIdPartition;
import io.weir.replication.grpc.FollowerMessage;
import io.weir.replication.grpc.FollowerStream;
import io.weir.replication.grpc.FollowerStreams;
import io.weir.replication.grpc.LeaderMessage;
import io.weir.replication.grpc.LeaderStream;
import io.weir.replication.grpc.LeaderStreams;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Carries what streams bring from network threads to the loops: one task per message and loop. Only
 * when all its loops have taken a message in may the peer send another, so the memory that a peer
 * can take is bounded. Thread-safe.
 */
final class MessageRouter {
  private record Addressed<M>(PartitionReplica replica, M message) {}

  private final List<LoopContext> loops;
  private final Map<TopicIdPartition, PartitionReplica> replicas;

  /**
   * @param replicas a concurrent map
   */
  MessageRouter(List<LoopContext> loops, Map<TopicIdPartition, PartitionReplica> replicas) {
    this.loops = loops;
    this.replicas = replicas;
  }

  FollowerStreams.Events ofFollowers() {
    return new FollowerStreams.Events() {
      @Override
      public void onMessages(FollowerStream stream, List<FollowerMessage> messages) {
        routeToLeaders(stream, messages);
      }

      @Override
      public void onWritable(FollowerStream stream) {
        onAllLoops(context -> context.onFollowerStreamWritable(stream));
      }

      @Override
      public void onEnded(FollowerStream stream) {
        onAllLoops(context -> context.onFollowerStreamEnded(stream));
      }
    };
  }

  LeaderStreams.Events ofLeaders() {
    return new LeaderStreams.Events() {
      @Override
      public void onOpened(LeaderStream stream) {
        onAllLoops(context -> context.onLeaderStreamOpened(stream));
      }

      @Override
      public void onMessages(LeaderStream stream, List<LeaderMessage> messages) {
        routeToFollowers(stream, messages);
      }

      @Override
      public void onEnded(LeaderStream stream) {
        onAllLoops(context -> context.onLeaderStreamEnded(stream));
      }
    };
  }

  private void onAllLoops(Consumer<LoopContext> task) {
    for (LoopContext context : loops) {
      try {
        context.loop().execute(() -> task.accept(context));
      } catch (RejectedExecutionException e) {
        // The node is closing: its replicas are gone, and so is what this would tell them.
      }
    }
  }

  private void routeToLeaders(FollowerStream stream, List<FollowerMessage> messages) {
    Map<LoopContext, List<Addressed<FollowerMessage>>> byLoop = new HashMap<>();
    List<LeaderMessage> refusals = new ArrayList<>();
    for (FollowerMessage message : messages) {
      PartitionReplica replica = replicas.get(message.partition());
      if (replica != null) {
        byLoop
            .computeIfAbsent(replica.context(), _ -> new ArrayList<>())
            .add(new Addressed<>(replica, message));
      } else if (message instanceof FollowerMessage.Follow follow) {
        refusals.add(
            new LeaderMessage.Refused(follow.partition(), follow.leaderEpoch(), follow.followId()));
      }
    }
    if (!refusals.isEmpty()) {
      stream.send(refusals);
    }
    deliver(
        byLoop,
        (replica, message) -> replica.onFollowerMessage(stream, message),
        _ -> {},
        stream::readMore);
  }

  private void routeToFollowers(LeaderStream stream, List<LeaderMessage> messages) {
    Map<LoopContext, List<Addressed<LeaderMessage>>> byLoop = new HashMap<>();
    for (LeaderMessage message : messages) {
      PartitionReplica replica = replicas.get(message.partition());
      if (replica != null) {
        byLoop
            .computeIfAbsent(replica.context(), _ -> new ArrayList<>())
            .add(new Addressed<>(replica, message));
      } else {
        message.release();
      }
    }
    deliver(
        byLoop,
        (replica, message) -> replica.onLeaderMessage(stream, message),
        LeaderMessage::release,
        stream::readMore);
  }

  private interface Delivery<M> {
    void deliver(PartitionReplica replica, M message);
  }

  private static <M> void deliver(
      Map<LoopContext, List<Addressed<M>>> byLoop,
      Delivery<M> delivery,
      Consumer<M> undelivered,
      Runnable onTaken) {
    if (byLoop.isEmpty()) {
      onTaken.run();
      return;
    }
    AtomicInteger outstanding = new AtomicInteger(byLoop.size());
    byLoop.forEach((context, addressed) -> {
      try {
        context
            .loop()
            .execute(() -> {
              for (Addressed<M> each : addressed) {
                delivery.deliver(each.replica(), each.message());
              }
              if (outstanding.decrementAndGet() == 0) {
                onTaken.run();
              }
            });
      } catch (RejectedExecutionException e) {
        addressed.forEach(each -> undelivered.accept(each.message()));
      }
    });
  }
}
