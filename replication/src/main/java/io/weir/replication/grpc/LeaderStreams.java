package io.weir.replication.grpc;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.ChannelOption;
import io.weir.protocol.model.HostAndPort;
import io.weir.replication.loop.LoopExecutor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The streams by which this node follows others: one per leader node, opened while some partition
 * wants it, reopened when it breaks.
 *
 * <pre>
 *   wanted, address known ──► CONNECTING ── headers came ──► OPEN
 *        ▲                        │                           │
 *        └──── back-off ◄─────────┴────────── broke ◄─────────┘
 * </pre>
 *
 * Thread-safe; its state is confined to one loop. A connection has a gRPC channel of its own,
 * because a channel that has failed before waits for seconds before it tries again.
 */
public final class LeaderStreams {
  private static final Logger log = LoggerFactory.getLogger(LeaderStreams.class);
  private static final long FIRST_BACK_OFF_MS = 20;
  private static final long LONGEST_BACK_OFF_MS = 500;
  private static final int CONNECT_TIMEOUT_MS = 2_000;

  /** How long a stream stays that nobody wants: leaders that change back find it open. */
  private static final long LINGER_MS = 5_000;

  /** A connection on which nothing comes is asked for a sign of life, and given up without one. */
  private static final long KEEP_ALIVE_MS = 5_000;

  private static final long KEEP_ALIVE_TIMEOUT_MS = 3_000;
  private static final int WINDOW_BYTES = 8 << 20;

  /** The largest message: far above what leaders make, which is one batch or 1 MiB and a bit. */
  private static final int MAX_MESSAGE_BYTES = 256 << 20;

  /** Messages of a leader that may be under way to the loops: bounds the memory they take. */
  private static final int READ_AHEAD = 8;

  /**
   * Hears of streams. Called on network threads, per stream one after the other; must not block.
   */
  public interface Events {
    /** The leader node took the stream. */
    void onOpened(LeaderStream stream);

    /**
     * Messages came, whose buffers the receiver now owns; {@link LeaderStream#readMore} is owed.
     */
    void onMessages(LeaderStream stream, List<LeaderMessage> messages);

    /** A stream that was opened has ended. */
    void onEnded(LeaderStream stream);
  }

  private final int nodeId;
  private final UUID incarnation;
  private final AtomicLong nextStreamId;
  private final LoopExecutor owner;
  private final Events events;
  private final Map<Integer, Link> links = new HashMap<>();
  private Map<Integer, HostAndPort> addresses = Map.of();
  private boolean closed;

  /**
   * @param nextStreamId shared with all other streams of this process
   * @param owner confines the state
   */
  public LeaderStreams(
      int nodeId, UUID incarnation, AtomicLong nextStreamId, LoopExecutor owner, Events events) {
    this.nodeId = nodeId;
    this.incarnation = incarnation;
    this.nextStreamId = nextStreamId;
    this.owner = owner;
    this.events = events;
  }

  /** Where nodes can be reached now. */
  public void peers(Map<Integer, HostAndPort> newAddresses) {
    onOwner(() -> {
      addresses = newAddresses;
      links.values().forEach(Link::onAddresses);
    });
  }

  /** One more partition follows that node. */
  public void want(int leader) {
    onOwner(() -> {
      Link link = links.computeIfAbsent(leader, Link::new);
      link.wanted++;
      link.connect();
    });
  }

  /** One partition less follows that node; the last one closes the stream, after a while. */
  public void unwant(int leader) {
    onOwner(() -> {
      Link link = links.get(leader);
      if (link != null && --link.wanted == 0) {
        owner.schedule(link::dropIfUnwanted, LINGER_MS);
      }
    });
  }

  private void onOwner(Runnable task) {
    try {
      owner.execute(task);
    } catch (RejectedExecutionException e) {
      // The node is closing, and has ended all streams.
    }
  }

  /** Ends all streams and opens no more. */
  public void close() {
    onOwner(() -> {
      closed = true;
      links.values().forEach(Link::disconnect);
      links.clear();
    });
  }

  /** The way to one leader node. Confined to the owner. */
  private final class Link {
    private final int leader;
    private int wanted;
    private @Nullable Connection connection;
    private boolean backingOff;
    private long backOffMs = FIRST_BACK_OFF_MS;

    private @Nullable HostAndPort address;

    Link(int leader) {
      this.leader = leader;
      this.address = addresses.get(leader);
    }

    void connect() {
      if (closed || wanted == 0 || connection != null || backingOff || address == null) {
        return;
      }
      connection = new Connection(this, leader, address);
      connection.start();
    }

    void onAddresses() {
      HostAndPort now = addresses.get(leader);
      if (Objects.equals(now, address)) {
        return;
      }
      address = now;
      disconnect();
      // The failures were those of the old address.
      backingOff = false;
      backOffMs = FIRST_BACK_OFF_MS;
      connect();
    }

    void dropIfUnwanted() {
      if (wanted == 0 && links.remove(leader, this)) {
        disconnect();
      }
    }

    void disconnect() {
      if (connection != null) {
        Connection ending = connection;
        connection = null;
        ending.cancel("no longer wanted");
      }
    }

    void onOpened(Connection opened) {
      if (connection == opened) {
        backOffMs = FIRST_BACK_OFF_MS;
      }
    }

    void onEnded(Connection ended, Status status) {
      if (connection != ended) {
        return;
      }
      connection = null;
      log.debug("Stream to leader node {} ended: {}", leader, status);
      backingOff = true;
      owner.schedule(this::backOffOver, backOffMs);
      backOffMs = Math.min(2 * backOffMs, LONGEST_BACK_OFF_MS);
    }

    private void backOffOver() {
      backingOff = false;
      connect();
    }
  }

  /** One attempt at a stream, and the stream that comes of it. Thread-safe. */
  private final class Connection extends ClientCall.Listener<List<LeaderMessage>>
      implements LeaderStream {
    private final Link link;
    private final int leader;
    private final long id = nextStreamId.getAndIncrement();
    private final ManagedChannel channel;
    private final ClientCall<List<FollowerMessage>, List<LeaderMessage>> call;
    private final SerialSender<FollowerMessage> sender = new SerialSender<>(this::sendNow);

    /** Set once on the network thread; read there only. */
    private boolean opened;

    private volatile boolean ended;

    Connection(Link link, int leader, HostAndPort address) {
      this.link = link;
      this.leader = leader;
      this.channel =
          NettyChannelBuilder.forAddress(address.host(), address.port())
              .usePlaintext()
              .directExecutor()
              .disableRetry()
              .proxyDetector(target -> null)
              .keepAliveTime(KEEP_ALIVE_MS, TimeUnit.MILLISECONDS)
              .keepAliveTimeout(KEEP_ALIVE_TIMEOUT_MS, TimeUnit.MILLISECONDS)
              .flowControlWindow(WINDOW_BYTES)
              .maxInboundMessageSize(MAX_MESSAGE_BYTES)
              .withOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MS)
              .build();
      this.call = channel.newCall(ReplicationMethod.FOLLOW, CallOptions.DEFAULT);
    }

    void start() {
      Metadata headers = new Metadata();
      headers.put(ReplicationMethod.NODE_ID, Integer.toString(nodeId));
      headers.put(ReplicationMethod.INCARNATION, incarnation.toString());
      call.start(this, headers);
      call.request(READ_AHEAD);
    }

    void cancel(String reason) {
      call.cancel(reason, null);
    }

    @Override
    public long id() {
      return id;
    }

    @Override
    public int nodeId() {
      return leader;
    }

    @Override
    public void send(List<FollowerMessage> messages) {
      sender.send(messages);
    }

    private void sendNow(List<FollowerMessage> messages) {
      if (ended) {
        return;
      }
      try {
        call.sendMessage(messages);
      } catch (IllegalStateException e) {
        // gRPC's way to say that the call was cancelled meanwhile; onClose tells the rest.
        log.debug("Stream to leader node {} had ended: {}", leader, e.toString());
      }
    }

    @Override
    public void readMore() {
      call.request(1);
    }

    @Override
    public void onHeaders(Metadata headers) {
      opened = true;
      onOwner(() -> link.onOpened(this));
      events.onOpened(this);
    }

    @Override
    public void onMessage(List<LeaderMessage> messages) {
      events.onMessages(this, messages);
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      ended = true;
      if (opened) {
        events.onEnded(this);
      }
      channel.shutdownNow();
      onOwner(() -> link.onEnded(this, status));
    }

    @Override
    public String toString() {
      return "stream " + id + " to leader " + leader;
    }
  }
}
