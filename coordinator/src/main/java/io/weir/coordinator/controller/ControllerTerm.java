package io.weir.coordinator.controller;

import io.weir.coordinator.InSyncOutcome;
import io.weir.coordinator.NodeRegistration;
import io.weir.coordinator.ProducerIdBlock;
import io.weir.coordinator.TopicConfigs;
import io.weir.coordinator.controller.core.ControlRecord;
import io.weir.coordinator.controller.core.ControllerCore;
import io.weir.coordinator.controller.core.ControllerEffect;
import io.weir.coordinator.controller.core.ControllerEffect.Notice;
import io.weir.coordinator.controller.core.ControllerEvent;
import io.weir.coordinator.controller.core.ControllerEvent.AdminRequested;
import io.weir.coordinator.controller.core.ControllerEvent.InSyncProposed;
import io.weir.coordinator.controller.core.ControllerEvent.LeaveRequested;
import io.weir.coordinator.controller.core.ControllerEvent.NodeAttached;
import io.weir.coordinator.controller.core.ControllerEvent.Probed;
import io.weir.coordinator.controller.core.ControllerEvent.ProducerIdsRequested;
import io.weir.coordinator.controller.core.ControllerEvent.ReplicasReported;
import io.weir.coordinator.controller.core.ControllerEvent.StreamEnded;
import io.weir.coordinator.controller.core.ControllerEvent.Ticked;
import io.weir.coordinator.controller.core.ControllerEvent.TookOver;
import io.weir.coordinator.controller.core.ControllerSettings;
import io.weir.coordinator.controller.core.Decision;
import io.weir.coordinator.controller.core.StoredState;
import io.weir.coordinator.metadata.MetadataRecord;
import io.weir.protocol.message.ApiRequest;
import io.weir.protocol.message.ApiResponse;
import io.weir.protocol.model.ErrorCode;
import io.weir.protocol.model.TopicIdPartition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One term of a controller: a thread around a {@link ControllerCore}. It drains its queue, lets the
 * core decide about all of it, writes all records in one batch, publishes one delta to all nodes,
 * and only then carries out effects and answers.
 *
 * <p>Thread-safe: other threads only put things into the queue or into a session's own fields. What
 * a node's liveness is told by, heartbeats and acknowledgements, does not pass through the queue.
 * The queue holds at most {@link #MAX_REQUESTS} requests; past them callers are told to ask again.
 * Events of liveness are as many as there are nodes and are always taken.
 *
 * <p>The term ends when the store says so, when {@link #end} is called, or when a bug shows. Then
 * all streams end and all callers are told to look for the controller again.
 */
public final class ControllerTerm {
  private static final Logger log = LoggerFactory.getLogger(ControllerTerm.class);

  static final int MAX_REQUESTS = 10_000;
  private static final int MAX_BATCH = 2_000;
  private static final int TICKS_PER_LEASE = 20;

  /** How long an answer waits for the nodes to serve from the metadata that it speaks of. */
  private static final long AWAIT_NODES_MS = 1_000;

  /**
   * What a term works with.
   *
   * @param uncleanElections counts partitions that got a leader that was not in sync
   */
  public record Surroundings(
      ControllerSettings settings,
      TopicConfigs topicConfigs,
      PortProbe portProbe,
      Registrations registrations,
      LongAdder uncleanElections) {}

  /** A node's stream. Fields without {@code volatile} are the controller thread's. */
  private static final class Session {
    private final int nodeId;
    private final UUID incarnation;
    private final NodeStream stream;
    private volatile long heardAtMs;
    private volatile long appliedVersion;
    private boolean accepted;

    Session(NodeRegistration node, NodeStream stream, long nowMs) {
      this.nodeId = node.nodeId();
      this.incarnation = node.incarnation();
      this.stream = stream;
      this.heardAtMs = nowMs;
    }
  }

  /** Somebody who waits for an answer. */
  private sealed interface Request {
    void askAgain();

    record Admin(CompletableFuture<Answer<ApiResponse>> answer) implements Request {
      @Override
      public void askAgain() {
        answer.complete(new Answer.NotController<>());
      }
    }

    record ProducerIds(CompletableFuture<Answer<ProducerIdBlock>> answer) implements Request {
      @Override
      public void askAgain() {
        answer.complete(new Answer.NotController<>());
      }
    }

    record InSync(CompletableFuture<InSyncOutcome> answer) implements Request {
      @Override
      public void askAgain() {
        answer.complete(new InSyncOutcome.Refused(ErrorCode.NOT_CONTROLLER));
      }
    }

    record Leave(CompletableFuture<Boolean> answer) implements Request {
      @Override
      public void askAgain() {
        answer.complete(false);
      }
    }
  }

  /** An answer that leaves when all nodes have applied a version, or when its time is over. */
  private record Waiter(long version, long untilMs, Runnable answer) {}

  private final Surroundings surroundings;
  private final ControlStore store;
  private final Consumer<ControllerTerm> onEnd;
  private final long tickMs;
  private final BlockingQueue<ControllerEvent> queue = new LinkedBlockingQueue<>();
  private final Map<Long, Session> sessions = new ConcurrentHashMap<>();
  private final Map<Long, Request> requests = new ConcurrentHashMap<>();
  private final Set<UUID> probing = ConcurrentHashMap.newKeySet();
  private final AtomicLong numbers = new AtomicLong();
  private final SplittableRandom seeds = new SplittableRandom();
  private final Thread thread;
  private volatile boolean ended;
  private volatile boolean awaitingNodes;
  private volatile int epoch;

  // The controller thread's own.
  private List<Waiter> waiters = new ArrayList<>();
  private long publishedVersion;

  /** The term, not yet begun; {@code onEnd} is called once, on its thread, when it is over. */
  public ControllerTerm(
      Surroundings surroundings, ControlStore store, Consumer<ControllerTerm> onEnd) {
    this.surroundings = surroundings;
    this.store = store;
    this.onEnd = onEnd;
    this.tickMs = Math.max(5, surroundings.settings().leaseMs() / TICKS_PER_LEASE);
    this.thread = Thread.ofPlatform().name("weir-controller").daemon().unstarted(this::run);
  }

  public void start() {
    thread.start();
  }

  /** Ends the term. Returns at once. */
  public void end() {
    ended = true;
    store.end();
    thread.interrupt();
  }

  /** Waits until the term's thread has ended. */
  public void awaitEnd() throws InterruptedException {
    if (thread.getState() != Thread.State.NEW && Thread.currentThread() != thread) {
      thread.join();
    }
  }

  /** Number of the term; 0 until it has begun. */
  public int epoch() {
    return epoch;
  }

  // ---- doors for other threads

  /**
   * A node attaches.
   *
   * @param offline its replicas that cannot serve because of their disk
   * @return the number of its session
   */
  public long attach(
      NodeRegistration node, long brokerEpoch, List<TopicIdPartition> offline, NodeStream stream) {
    long number = numbers.incrementAndGet();
    sessions.put(number, new Session(node, stream, nowMs()));
    queue.add(new NodeAttached(number, node, brokerEpoch, offline));
    if (ended) {
      endSession(number, "no longer the controller");
    }
    return number;
  }

  /**
   * A node's stream ended.
   *
   * @param goodbye the node ended it because it stops
   */
  public void streamEnded(long session, boolean goodbye) {
    Session ending = sessions.remove(session);
    if (ending != null) {
      queue.add(new StreamEnded(ending.nodeId, ending.incarnation, session, goodbye));
    }
  }

  /** Replicas of the node with this session failed, or are no longer among those that did. */
  public void report(
      long session, List<TopicIdPartition> failed, List<TopicIdPartition> recovered) {
    Session from = sessions.get(session);
    if (from != null) {
      queue.add(new ReplicasReported(from.nodeId, session, failed, recovered));
    }
  }

  /** A sign of life. */
  public void heard(long session) {
    Session from = sessions.get(session);
    if (from != null) {
      from.heardAtMs = nowMs();
    }
  }

  /** The node serves from this version of the metadata. */
  public void applied(long session, long version) {
    Session from = sessions.get(session);
    if (from != null) {
      from.heardAtMs = nowMs();
      from.appliedVersion = version;
      if (awaitingNodes) {
        queue.add(new Ticked(heard()));
      }
    }
  }

  /** A proposal of the node with this session. */
  public CompletableFuture<InSyncOutcome> proposeInSync(
      long session,
      UUID topicId,
      int partition,
      int leaderEpoch,
      int partitionEpoch,
      List<Integer> inSync) {
    CompletableFuture<InSyncOutcome> answer = new CompletableFuture<>();
    Session from = sessions.get(session);
    if (from == null) {
      new Request.InSync(answer).askAgain();
    } else {
      submit(
          new Request.InSync(answer),
          number ->
              new InSyncProposed(
                  number, from.nodeId, topicId, partition, leaderEpoch, partitionEpoch, inSync));
    }
    return answer;
  }

  /** The node with this session wants to stop; false: ask again. */
  public CompletableFuture<Boolean> leave(long session) {
    CompletableFuture<Boolean> answer = new CompletableFuture<>();
    Session from = sessions.get(session);
    if (from == null) {
      answer.complete(false);
    } else {
      submit(new Request.Leave(answer), number -> new LeaveRequested(number, from.nodeId, session));
    }
    return answer;
  }

  /** A client's request. */
  public CompletableFuture<Answer<ApiResponse>> admin(ApiRequest message, int version) {
    CompletableFuture<Answer<ApiResponse>> answer = new CompletableFuture<>();
    submit(
        new Request.Admin(answer),
        number -> new AdminRequested(number, message, version, nextSeed()));
    return answer;
  }

  public CompletableFuture<Answer<ProducerIdBlock>> allocateProducerIds() {
    CompletableFuture<Answer<ProducerIdBlock>> answer = new CompletableFuture<>();
    submit(new Request.ProducerIds(answer), ProducerIdsRequested::new);
    return answer;
  }

  private long nextSeed() {
    synchronized (seeds) {
      return seeds.nextLong();
    }
  }

  private void submit(Request request, LongFunction<ControllerEvent> event) {
    if (ended || requests.size() >= MAX_REQUESTS) {
      request.askAgain();
      return;
    }
    long number = numbers.incrementAndGet();
    requests.put(number, request);
    queue.add(event.apply(number));
    if (ended && requests.remove(number) != null) {
      request.askAgain();
    }
  }

  // ---- the controller's thread

  private void run() {
    try {
      StoredState stored = store.takeOver();
      epoch = stored.controllerEpoch();
      ControllerCore core =
          new ControllerCore(
              surroundings.settings(),
              surroundings.topicConfigs(),
              UUID::randomUUID,
              stored,
              nowMs());
      publishedVersion = core.image().version();
      carryOut(core, List.of(core.on(new TookOver(), nowMs())));
      loop(core);
    } catch (DeposedException e) {
      log.info("the term as controller is over: {}", e.getMessage());
    } catch (InterruptedException _) {
      log.info("the term as controller was ended");
    } catch (RuntimeException e) {
      log.error("the controller failed and steps down", e);
    } finally {
      ended = true;
      List.copyOf(sessions.keySet())
          .forEach(number -> endSession(number, "no longer the controller"));
      waiters.forEach(waiter -> waiter.answer().run());
      List.copyOf(requests.keySet()).forEach(this::askAgain);
      onEnd.accept(this);
    }
  }

  private void loop(ControllerCore core) throws InterruptedException, DeposedException {
    long nextTickMs = nowMs() + tickMs;
    List<ControllerEvent> events = new ArrayList<>();
    while (!ended) {
      ControllerEvent first = queue.poll(Math.max(0, nextTickMs - nowMs()), TimeUnit.MILLISECONDS);
      if (first != null) {
        events.add(first);
        queue.drainTo(events, MAX_BATCH);
      }
      long nowMs = nowMs();
      if (nowMs >= nextTickMs) {
        events.add(new Ticked(heard()));
        nextTickMs = nowMs + tickMs;
      }
      List<Decision> decisions = new ArrayList<>(events.size());
      for (ControllerEvent event : events) {
        decisions.add(core.on(event, nowMs));
      }
      events.clear();
      carryOut(core, decisions);
      answerWaiters();
    }
  }

  private Map<Long, Long> heard() {
    Map<Long, Long> heard = new HashMap<>();
    sessions.forEach((number, session) -> heard.put(number, session.heardAtMs));
    return heard;
  }

  /** Order: written, published, then everything else. */
  private void carryOut(ControllerCore core, List<Decision> decisions) throws DeposedException {
    List<ControlRecord> records = new ArrayList<>();
    decisions.forEach(decision -> records.addAll(decision.records()));
    if (!records.isEmpty()) {
      store.write(records);
      publish(core, records);
    }
    for (Decision decision : decisions) {
      for (ControllerEffect effect : decision.effects()) {
        carryOut(core, effect);
      }
    }
  }

  private void publish(ControllerCore core, List<ControlRecord> records) {
    List<MetadataRecord> changes = new ArrayList<>();
    for (ControlRecord record : records) {
      if (record instanceof ControlRecord.Metadata(MetadataRecord change)) {
        changes.add(change);
      }
    }
    long version = core.image().version();
    if (changes.isEmpty()) {
      return;
    }
    MetadataUpdate delta = new MetadataUpdate(false, publishedVersion, version, changes);
    sessions.forEach((number, session) -> {
      if (session.accepted) {
        send(number, session, delta);
      }
    });
    publishedVersion = version;
  }

  private void send(long number, Session session, MetadataUpdate update) {
    if (!session.stream.send(update)) {
      log.warn("node {} does not keep up with the metadata: its stream ends", session.nodeId);
      session.stream.end("too far behind");
      streamEnded(number, false);
    }
  }

  private void carryOut(ControllerCore core, ControllerEffect effect) {
    switch (effect) {
      case ControllerEffect.Probe probe -> probe(probe);
      case ControllerEffect.RemoveRegistration remove ->
          Thread.startVirtualThread(
              () -> surroundings.registrations().remove(remove.nodeId(), remove.incarnation()));
      case ControllerEffect.AcceptSession accept -> accept(core, accept.session());
      case ControllerEffect.EndSession end -> endSession(end.session(), end.reason());
      case ControllerEffect.AnswerAdmin answer -> {
        if (requests.remove(answer.request()) instanceof Request.Admin(var future)) {
          Runnable complete = () -> future.complete(new Answer.Given<>(answer.response()));
          whenApplied(answer.awaitNodes() ? core.image().version() : 0, complete);
        }
      }
      case ControllerEffect.AnswerLeave answer -> {
        if (requests.remove(answer.request()) instanceof Request.Leave(var future)) {
          whenApplied(core.image().version(), () -> future.complete(true));
        }
      }
      case ControllerEffect.AnswerInSync answer -> {
        if (requests.remove(answer.request()) instanceof Request.InSync(var future)) {
          future.complete(answer.outcome());
        }
      }
      case ControllerEffect.AnswerProducerIds answer -> {
        if (requests.remove(answer.request()) instanceof Request.ProducerIds(var future)) {
          future.complete(new Answer.Given<>(answer.block()));
        }
      }
      case ControllerEffect.TryAgain again -> askAgain(again.request());
      case ControllerEffect.CountUncleanElections count ->
          surroundings.uncleanElections().add(count.partitions());
      case Notice notice -> say(notice);
    }
  }

  private static void say(Notice notice) {
    switch (notice.severity()) {
      case INFO -> log.info(notice.text());
      case WARN -> log.warn(notice.text());
      case ERROR -> log.error(notice.text());
    }
  }

  private void probe(ControllerEffect.Probe probe) {
    if (probing.add(probe.incarnation())) {
      surroundings
          .portProbe()
          .probe(
              probe.address(),
              refused -> {
                probing.remove(probe.incarnation());
                queue.add(new Probed(probe.nodeId(), probe.incarnation(), refused));
              });
    }
  }

  private void accept(ControllerCore core, long number) {
    Session session = sessions.get(number);
    if (session != null) {
      session.accepted = true;
      send(
          number,
          session,
          new MetadataUpdate(true, 0, core.image().version(), core.image().asRecords()));
    }
  }

  private void endSession(long number, String reason) {
    Session session = sessions.remove(number);
    if (session != null) {
      session.stream.end(reason);
    }
  }

  private void askAgain(long number) {
    Request request = requests.remove(number);
    if (request != null) {
      request.askAgain();
    }
  }

  private void whenApplied(long version, Runnable answer) {
    awaitingNodes = true;
    if (isAppliedBy(version)) {
      answer.run();
    } else {
      waiters.add(new Waiter(version, nowMs() + AWAIT_NODES_MS, answer));
    }
  }

  private boolean isAppliedBy(long version) {
    for (Session session : sessions.values()) {
      if (session.accepted && session.appliedVersion < version) {
        return false;
      }
    }
    return true;
  }

  private void answerWaiters() {
    long nowMs = nowMs();
    List<Waiter> waiting = new ArrayList<>();
    for (Waiter waiter : waiters) {
      if (nowMs >= waiter.untilMs() || isAppliedBy(waiter.version())) {
        waiter.answer().run();
      } else {
        waiting.add(waiter);
      }
    }
    waiters = waiting;
    awaitingNodes = !waiting.isEmpty();
  }

  private static long nowMs() {
    return System.nanoTime() / 1_000_000;
  }
}
