package io.weir.replication.grpc;

import java.util.List;

/** A stream that a follower node opened to this node, which leads. Thread-safe. */
public interface FollowerStream {
  /** Tells this stream from all others of this process. */
  long id();

  /** The follower. */
  int nodeId();

  /**
   * Whether it has ended. What it brought before and is looked at only now is void: its successor
   * may have said something newer.
   */
  boolean hasEnded();

  /** Whether batches may be sent now; if not, {@link FollowerStreams.Events#onWritable} follows. */
  boolean isWritable();

  /**
   * Sends messages as one. Takes over their buffers; when the stream has ended they are released
   * and nothing else happens.
   */
  void send(List<LeaderMessage> messages);

  /** Lets the follower send more; once per message that was taken in. */
  void readMore();
}
