package io.weir.coordinator.grpc;

import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import io.netty.channel.ChannelOption;
import io.weir.coordinator.InSyncOutcome;
import io.weir.coordinator.NodeRegistration;
import io.weir.coordinator.controller.ControllerAddress;
import io.weir.coordinator.controller.PortProbe;
import io.weir.coordinator.metadata.MetadataFeed;
import io.weir.coordinator.metadata.MetadataRecord;
import io.weir.protocol.cluster.Applied;
import io.weir.protocol.cluster.ControlGrpc;
import io.weir.protocol.cluster.FromNode;
import io.weir.protocol.cluster.Heartbeat;
import io.weir.protocol.cluster.InSyncAnswer;
import io.weir.protocol.cluster.Leave;
import io.weir.protocol.cluster.MetadataPart;
import io.weir.protocol.cluster.ProposeInSync;
import io.weir.protocol.cluster.ReplicaReport;
import io.weir.protocol.cluster.ToNode;
import io.weir.protocol.model.ErrorCode;
import io.weir.protocol.model.HostAndPort;
import io.weir.protocol.model.TopicIdPartition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A node's line to the controller, kept up for as long as the node lives.
 *
 * <pre>
 * idle ──controller known──▶ attaching ──first snapshot──▶ attached
 *                               ▲  │ broke, refused, silent    │
 *                               └──┴───────after a pause───────┘   another controller: at once
 * </pre>
 *
 * When a line breaks the controller's port is knocked at; if it refuses, the listener is told that
 * the controller is dead. Pauses grow from 20 to 500 ms and start anew with each success.
 *
 * <p>Thread-safe: all state is confined to one thread of its own.
 */
public final class ControllerLink implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ControllerLink.class);

  private static final long MIN_PAUSE_MS = 20;
  private static final long MAX_PAUSE_MS = 500;
  private static final int CONNECT_TIMEOUT_MS = 1_000;
  private static final int MAX_MESSAGE_BYTES = 64 << 20;
  private static final int HEARTBEATS_PER_LEASE = 5;
  private static final long REPORT_AFTER_MS = 5;

  private static final FromNode HEARTBEAT =
      FromNode.newBuilder().setHeartbeat(Heartbeat.getDefaultInstance()).build();

  /**
   * What a link works with. Immutable; {@code onDead} may be called on any thread and may block.
   */
  public record Surroundings(
      int leaseMs, MetadataFeed feed, PortProbe portProbe, Consumer<UUID> onDead) {}

  private final NodeRegistration node;
  private final Surroundings surroundings;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("weir-controller-link").daemon().factory());

  // The link thread's own, but for what is volatile.
  private volatile long brokerEpoch;
  private volatile @Nullable Attempt attached;
  private @Nullable ControllerAddress controller;
  private @Nullable Attempt current;
  private long pauseMs = MIN_PAUSE_MS;
  private long correlations;
  private final Map<Long, CompletableFuture<InSyncOutcome>> proposals = new HashMap<>();
  private @Nullable CompletableFuture<Void> leaving;
  private boolean closed;

  /** All replicas that are offline now. */
  private final Set<TopicIdPartition> offline = new LinkedHashSet<>();

  /** What the controller of {@link #current} has not been told yet. */
  private final Set<TopicIdPartition> untoldFailed = new LinkedHashSet<>();

  private final Set<TopicIdPartition> untoldRecovered = new LinkedHashSet<>();

  public ControllerLink(NodeRegistration node, long brokerEpoch, Surroundings surroundings) {
    this.node = node;
    this.brokerEpoch = brokerEpoch;
    this.surroundings = surroundings;
    long beatMs = Math.max(1, surroundings.leaseMs() / HEARTBEATS_PER_LEASE);
    var _ = thread.scheduleAtFixedRate(this::beat, beatMs, beatMs, TimeUnit.MILLISECONDS);
  }

  /** Somebody is controller, perhaps the same one as before. */
  public void controller(ControllerAddress address) {
    execute(() -> {
      ControllerAddress before = controller;
      if (before == null || before.epoch() < address.epoch()) {
        controller = address;
        pauseMs = MIN_PAUSE_MS;
        breakOff("there is another controller");
        connect();
      }
    });
  }

  /** The node registered again. */
  public void registered(long newBrokerEpoch) {
    brokerEpoch = newBrokerEpoch;
  }

  /** A channel to the controller, while this node is attached to it. */
  public Optional<Channel> channel() {
    Attempt to = attached;
    return to == null ? Optional.empty() : Optional.of(to.channel);
  }

  /** See {@code Coordination.proposeInSync}. */
  public CompletableFuture<InSyncOutcome> proposeInSync(
      UUID topicId, int partition, int leaderEpoch, int partitionEpoch, List<Integer> inSync) {
    CompletableFuture<InSyncOutcome> answer = new CompletableFuture<>();
    Runnable propose =
        () -> {
          Attempt to = attached;
          if (to == null) {
            answer.complete(new InSyncOutcome.Refused(ErrorCode.NOT_CONTROLLER));
            return;
          }
          long correlation = ++correlations;
          proposals.put(correlation, answer);
          to.send(
              FromNode.newBuilder()
                  .setProposeInSync(
                      ProposeInSync.newBuilder()
                          .setCorrelation(correlation)
                          .setTopicId(ClusterCodec.write(topicId))
                          .setPartition(partition)
                          .setLeaderEpoch(leaderEpoch)
                          .setPartitionEpoch(partitionEpoch)
                          .addAllInSync(inSync))
                  .build());
        };
    if (!execute(propose)) {
      answer.complete(new InSyncOutcome.Refused(ErrorCode.NOT_CONTROLLER));
    }
    return answer;
  }

  /** See {@code Coordination.replicaFailed}. */
  public void replicaFailed(TopicIdPartition replica) {
    execute(() -> {
      if (offline.add(replica)) {
        untoldRecovered.remove(replica);
        untoldFailed.add(replica);
        reportSoon();
      }
    });
  }

  /** See {@code Coordination.replicaRecovered}. */
  public void replicaRecovered(TopicIdPartition replica) {
    execute(() -> {
      if (offline.remove(replica)) {
        untoldFailed.remove(replica);
        untoldRecovered.add(replica);
        reportSoon();
      }
    });
  }

  /** A disk takes many replicas with it: they are told together. */
  private void reportSoon() {
    if (untoldFailed.size() + untoldRecovered.size() == 1) {
      var _ = thread.schedule(this::report, REPORT_AFTER_MS, TimeUnit.MILLISECONDS);
    }
  }

  private void report() {
    Attempt to = current;
    if (to == null) {
      return; // The next controller is told all when this node attaches.
    }
    if (!untoldFailed.isEmpty() || !untoldRecovered.isEmpty()) {
      to.send(
          FromNode.newBuilder()
              .setReplicaReport(
                  ReplicaReport.newBuilder()
                      .addAllFailed(ClusterCodec.write(untoldFailed))
                      .addAllRecovered(ClusterCodec.write(untoldRecovered)))
              .build());
      allTold();
    }
  }

  private void allTold() {
    untoldFailed.clear();
    untoldRecovered.clear();
  }

  /** Asks whoever is controller, as often as it takes, to let this node go. */
  public CompletableFuture<Void> leave() {
    CompletableFuture<Void> done = new CompletableFuture<>();
    boolean asked =
        execute(() -> {
          leaving = done;
          askToLeave();
        });
    if (!asked) {
      done.complete(null);
    }
    return done;
  }

  /** Says goodbye to the controller. */
  @Override
  public void close() {
    execute(() -> {
      closed = true;
      Attempt ending = current;
      if (ending != null && attached != null) {
        ending.sayGoodbye();
      }
      breakOff("the node stops");
    });
    thread.shutdown();
    try {
      if (!thread.awaitTermination(CONNECT_TIMEOUT_MS, TimeUnit.MILLISECONDS)) {
        thread.shutdownNow();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      thread.shutdownNow();
    }
  }

  private boolean execute(Runnable task) {
    try {
      thread.execute(task);
      return true;
    } catch (RejectedExecutionException e) {
      log.debug("the link is closed", e);
      return false;
    }
  }

  // ---- the link's thread

  private void connect() {
    ControllerAddress to = controller;
    if (!closed && to != null && current == null) {
      Attempt attempt = new Attempt(to);
      current = attempt;
      attempt.open();
    }
  }

  private void beat() {
    Attempt on = current;
    if (on == null) {
      return;
    }
    if (nowMs() - on.heardAtMs > 2L * surroundings.leaseMs()) {
      broke(on, "the controller is silent", true);
    } else {
      on.send(HEARTBEAT);
    }
  }

  private void broke(Attempt attempt, String why, boolean probe) {
    if (!attempt.equals(current)) {
      return;
    }
    log.debug("line to controller {}: {}", attempt.to, why);
    if (attached != null) {
      log.info("lost controller {}: {}", attempt.to.nodeId(), why);
    }
    breakOff(why);
    if (probe) {
      ControllerAddress suspect = attempt.to;
      surroundings
          .portProbe()
          .probe(
              suspect.endpoint(),
              refused -> {
                if (refused) {
                  surroundings.onDead().accept(suspect.incarnation());
                }
              });
    }
    if (!closed) {
      var _ = thread.schedule(this::connect, pauseMs, TimeUnit.MILLISECONDS);
      pauseMs = Math.min(MAX_PAUSE_MS, pauseMs * 2);
    }
  }

  private void breakOff(String why) {
    Attempt ending = current;
    current = null;
    attached = null;
    if (ending != null) {
      ending.shutdown(why);
    }
    List<CompletableFuture<InSyncOutcome>> unanswered = List.copyOf(proposals.values());
    proposals.clear();
    unanswered.forEach(
        proposal -> proposal.complete(new InSyncOutcome.Refused(ErrorCode.NOT_CONTROLLER)));
  }

  private void received(Attempt from, ToNode message) {
    if (!from.equals(current)) {
      return;
    }
    from.heardAtMs = nowMs();
    switch (message.getMessageCase()) {
      case REFUSAL -> broke(from, message.getRefusal().getReason(), false);
      case METADATA -> from.received(message.getMetadata());
      case IN_SYNC_ANSWER -> answered(message.getInSyncAnswer());
      case LEAVE_ANSWER -> {
        if (leaving != null) {
          leaving.complete(null);
        }
      }
      case HEARTBEAT -> {}
      case MESSAGE_NOT_SET -> log.debug("a message of an unknown kind was skipped");
    }
  }

  private void answered(InSyncAnswer answer) {
    CompletableFuture<InSyncOutcome> proposal = proposals.remove(answer.getCorrelation());
    if (proposal != null) {
      ErrorCode error = ErrorCode.of(answer.getErrorCode());
      proposal.complete(
          error == ErrorCode.NONE
              ? new InSyncOutcome.Written(answer.getPartitionEpoch(), answer.getInSyncList())
              : new InSyncOutcome.Refused(error));
    }
  }

  private void applied(Attempt from, MetadataPart last, boolean taken) {
    if (!from.equals(current)) {
      return;
    }
    if (!taken) {
      broke(from, "its metadata " + last.getVersion() + " does not follow what is known", false);
      return;
    }
    from.send(
        FromNode.newBuilder()
            .setApplied(Applied.newBuilder().setVersion(last.getVersion()))
            .build());
    if (attached == null) {
      log.info("attached to controller {}, epoch {}", from.to.nodeId(), from.to.epoch());
      attached = from;
      pauseMs = MIN_PAUSE_MS;
      askToLeave();
    }
  }

  private void askToLeave() {
    Attempt to = attached;
    if (to != null && leaving != null && !leaving.isDone()) {
      to.send(
          FromNode.newBuilder()
              .setLeave(Leave.newBuilder().setCorrelation(++correlations))
              .build());
    }
  }

  private static long nowMs() {
    return System.nanoTime() / 1_000_000;
  }

  /** One connection to one controller. What comes from it is handed to the link's thread. */
  private final class Attempt implements StreamObserver<ToNode> {
    private final ControllerAddress to;
    private final ManagedChannel channel;
    private final List<MetadataRecord> gathered = new ArrayList<>();
    private long heardAtMs = nowMs();
    private @Nullable StreamObserver<FromNode> out;

    Attempt(ControllerAddress to) {
      this.to = to;
      HostAndPort endpoint = to.endpoint();
      this.channel =
          NettyChannelBuilder.forAddress(endpoint.host(), endpoint.port())
              .usePlaintext()
              .withOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MS)
              .maxInboundMessageSize(MAX_MESSAGE_BYTES)
              .build();
    }

    void open() {
      allTold();
      out = ControlGrpc.newStub(channel).attach(this);
      send(
          FromNode.newBuilder()
              .setAttach(ClusterCodec.write(node, brokerEpoch, to.incarnation(), offline))
              .build());
    }

    void send(FromNode message) {
      if (out != null) {
        out.onNext(message);
      }
    }

    void sayGoodbye() {
      if (out != null) {
        out.onCompleted();
        out = null;
      }
    }

    void shutdown(String why) {
      if (out == null) {
        // What was said last is still to arrive.
        channel.shutdown();
        return;
      }
      out = null;
      log.debug("closing the line to controller {}: {}", to, why);
      channel.shutdownNow();
    }

    void received(MetadataPart part) {
      try {
        part.getChangesList().forEach(change -> gathered.add(ClusterCodec.read(change)));
      } catch (IllegalArgumentException e) {
        broke(this, "its metadata cannot be understood: " + e.getMessage(), false);
        return;
      }
      if (part.getLast()) {
        List<MetadataRecord> records = List.copyOf(gathered);
        gathered.clear();
        MetadataFeed feed = surroundings.feed();
        CompletableFuture<Boolean> taken =
            part.getSnapshot()
                ? feed.snapshot(part.getVersion(), records)
                : feed.delta(part.getPreviousVersion(), part.getVersion(), records);
        var _ = taken.thenAccept(was -> execute(() -> applied(this, part, was)));
      }
    }

    @Override
    public void onNext(ToNode message) {
      execute(() -> ControllerLink.this.received(this, message));
    }

    @Override
    public void onError(Throwable failure) {
      execute(() -> broke(this, String.valueOf(failure.getMessage()), true));
    }

    @Override
    public void onCompleted() {
      execute(() -> broke(this, "it ended the stream", true));
    }
  }
}
