package io.weir.replication.grpc;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The streams by which other nodes follow this one. Thread-safe: events come on network threads
 * (the server should use a direct executor) and only enqueue.
 *
 * <p>A node has one stream here; when it opens another, the older is closed, and what still comes
 * by it is ignored: it may be from a process that is gone.
 */
public final class FollowerStreams {
  private static final Logger log = LoggerFactory.getLogger(FollowerStreams.class);
  private static final int WRITABLE_BELOW_BYTES = 1 << 20;

  /** Messages of a follower that may be under way to the loops; each is small. */
  private static final int READ_AHEAD = 16;

  /**
   * Hears of streams. Called on network threads, per stream one after the other; must not block.
   */
  public interface Events {
    /** Messages came; {@link FollowerStream#readMore} is owed. */
    void onMessages(FollowerStream stream, List<FollowerMessage> messages);

    /** The stream can take batches again. */
    void onWritable(FollowerStream stream);

    /** The stream ended, for whatever reason. */
    void onEnded(FollowerStream stream);
  }

  private final int nodeId;
  private final Events events;
  private final AtomicLong nextStreamId;
  private final ConcurrentMap<Integer, Call> current = new ConcurrentHashMap<>();
  private volatile boolean closed;

  /**
   * @param nextStreamId shared with all other streams of this process
   */
  public FollowerStreams(int nodeId, AtomicLong nextStreamId, Events events) {
    this.nodeId = nodeId;
    this.nextStreamId = nextStreamId;
    this.events = events;
  }

  /** What to add to the node's server for its peers. */
  public ServerServiceDefinition service() {
    return ServerServiceDefinition.builder(ReplicationMethod.SERVICE)
        .addMethod(ReplicationMethod.FOLLOW, handler())
        .build();
  }

  private ServerCallHandler<List<FollowerMessage>, List<LeaderMessage>> handler() {
    return (call, headers) -> {
      Integer follower = parseNodeId(headers.get(ReplicationMethod.NODE_ID));
      if (closed || follower == null || follower == nodeId) {
        Status status =
            closed
                ? Status.UNAVAILABLE.withDescription("closing")
                : Status.INVALID_ARGUMENT.withDescription("not another node's id");
        call.close(status, new Metadata());
        return new ServerCall.Listener<>() {};
      }
      return open(call, follower, String.valueOf(headers.get(ReplicationMethod.INCARNATION)));
    };
  }

  private static @Nullable Integer parseNodeId(@Nullable String text) {
    try {
      return text == null ? null : Integer.valueOf(text);
    } catch (NumberFormatException e) {
      return null;
    }
  }

  private Call open(
      ServerCall<List<FollowerMessage>, List<LeaderMessage>> serverCall,
      int follower,
      String incarnation) {
    Call call = new Call(serverCall, nextStreamId.getAndIncrement(), follower, incarnation);
    serverCall.setOnReadyThreshold(WRITABLE_BELOW_BYTES);
    serverCall.sendHeaders(new Metadata());
    Call older = current.put(follower, call);
    if (older != null) {
      if (!older.incarnation.equals(incarnation)) {
        log.info("Node {} follows from a new process; its older stream is closed", follower);
      }
      older.end(Status.ABORTED.withDescription("replaced by a newer stream"));
    }
    serverCall.request(READ_AHEAD);
    return call;
  }

  /** Ends all streams and takes no more. */
  public void close() {
    closed = true;
    for (Call call : current.values()) {
      call.end(Status.UNAVAILABLE.withDescription("closing"));
    }
  }

  private final class Call extends ServerCall.Listener<List<FollowerMessage>>
      implements FollowerStream {
    private final ServerCall<List<FollowerMessage>, List<LeaderMessage>> call;
    private final long id;
    private final int follower;
    private final String incarnation;
    private final SerialSender<LeaderMessage> sender = new SerialSender<>(this::sendNow);
    private volatile boolean ended;

    /** Guards closing the call against sending by it; only the sender takes it while sending. */
    private final Object callLock = new Object();

    Call(
        ServerCall<List<FollowerMessage>, List<LeaderMessage>> call,
        long id,
        int follower,
        String incarnation) {
      this.call = call;
      this.id = id;
      this.follower = follower;
      this.incarnation = incarnation;
    }

    @Override
    public long id() {
      return id;
    }

    @Override
    public int nodeId() {
      return follower;
    }

    @Override
    public boolean hasEnded() {
      return ended;
    }

    @Override
    public boolean isWritable() {
      return !ended && call.isReady();
    }

    @Override
    public void send(List<LeaderMessage> messages) {
      sender.send(messages);
    }

    private void sendNow(List<LeaderMessage> messages) {
      try {
        synchronized (callLock) {
          if (!ended) {
            call.sendMessage(messages);
          }
        }
      } catch (RuntimeException e) {
        log.warn("Stream of follower node {} broke while sending: {}", follower, e.toString());
        end(Status.INTERNAL.withDescription("sending failed"));
      } finally {
        messages.forEach(LeaderMessage::release);
      }
    }

    @Override
    public void readMore() {
      call.request(1);
    }

    @Override
    public void onMessage(List<FollowerMessage> messages) {
      if (ended) {
        return;
      }
      events.onMessages(this, messages);
    }

    @Override
    public void onReady() {
      events.onWritable(this);
    }

    @Override
    public void onHalfClose() {
      end(Status.OK);
    }

    @Override
    public void onCancel() {
      synchronized (callLock) {
        if (ended) {
          return;
        }
        ended = true;
      }
      gone();
    }

    private void end(Status status) {
      synchronized (callLock) {
        if (ended) {
          return;
        }
        ended = true;
        call.close(status, new Metadata());
      }
      gone();
    }

    private void gone() {
      current.remove(follower, this);
      events.onEnded(this);
    }

    @Override
    public String toString() {
      return "stream " + id + " of follower " + follower;
    }
  }
}
