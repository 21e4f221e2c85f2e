package io.weir.replication.grpc;

import java.util.List;

/** A stream that this node opened to a node that leads. Thread-safe. */
public interface LeaderStream {
  /** Tells this stream from all others of this process. */
  long id();

  /** The leader. */
  int nodeId();

  /** Sends messages as one; when the stream has ended, nothing happens. */
  void send(List<FollowerMessage> messages);

  /** Lets the leader send more; once per message that was taken in. */
  void readMore();
}
