package io.weir.replication.loop;

import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.LockSupport;
import org.jctools.queues.MpscUnboundedArrayQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A thread that owns partitions. It works in rounds: take the tasks that queued up (a bounded
 * number), run them and the timers that are due, then let the touched participants write, publish
 * and answer. Under load a round batches by itself; when idle the thread is parked.
 *
 * <p>The queue is not bounded here: what enters it is bounded by its senders (requests in flight
 * per connection, bytes in flight per follower), and blocking a sender, a network thread, could
 * lock up two loops that wait for each other.
 *
 * <p>Thread-safe are {@link #execute}, {@link #schedule}, {@link #inThread}, {@link #start} and
 * {@link #close}; all else is confined to the loop's own thread.
 */
public final class PartitionLoop implements LoopExecutor, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(PartitionLoop.class);
  private static final int TASKS_PER_ROUND = 1_024;
  private static final int QUEUE_CHUNK = 1_024;

  private record Timer(long dueMs, long order, Runnable task) implements Comparable<Timer> {
    @Override
    public int compareTo(Timer other) {
      int byTime = Long.compare(dueMs, other.dueMs);
      return byTime != 0 ? byTime : Long.compare(order, other.order);
    }
  }

  private final MpscUnboundedArrayQueue<Runnable> tasks =
      new MpscUnboundedArrayQueue<>(QUEUE_CHUNK);
  private final PriorityQueue<Timer> timers = new PriorityQueue<>();
  private final TimeSource time;
  private final Thread thread;
  private List<RoundParticipant> touched = new ArrayList<>();
  private List<RoundParticipant> finishing = new ArrayList<>();
  private Runnable afterPublish = () -> {};
  private long timerOrder;

  /** Set by the loop before it parks, cleared by whoever wakes it. */
  private volatile boolean parked;

  private volatile boolean closing;

  public PartitionLoop(String name, TimeSource time) {
    this.time = time;
    this.thread = Thread.ofPlatform().name(name).daemon().unstarted(this::run);
  }

  /**
   * Starts the thread.
   *
   * @param betweenPublishAndAnswer runs once in each round that had participants, for instance to
   *     send off what they published
   */
  public void start(Runnable betweenPublishAndAnswer) {
    afterPublish = betweenPublishAndAnswer;
    thread.start();
  }

  @Override
  public void execute(Runnable task) {
    if (closing && !inThread()) {
      throw new RejectedExecutionException(thread.getName() + " is closed");
    }
    tasks.offer(task);
    if (parked) {
      parked = false;
      LockSupport.unpark(thread);
    }
  }

  @Override
  public void schedule(Runnable task, long delayMs) {
    if (inThread()) {
      timers.add(new Timer(time.monotonicMs() + delayMs, timerOrder++, task));
    } else {
      execute(() -> schedule(task, delayMs));
    }
  }

  @Override
  public boolean inThread() {
    return Thread.currentThread() == thread;
  }

  /** Fails when the caller is on another thread: a broken invariant, not an operating error. */
  public void assertInThread() {
    if (!inThread()) {
      throw new IllegalStateException(
          "on " + Thread.currentThread().getName() + " instead of " + thread.getName());
    }
  }

  /** Lets the participant finish this round; it must not add itself twice in one round. */
  public void touch(RoundParticipant participant) {
    assertInThread();
    touched.add(participant);
  }

  /**
   * Runs what is queued, then stops. Timers that are not due are dropped. Waits for the thread; not
   * to be called on it.
   */
  @Override
  public void close() {
    closing = true;
    LockSupport.unpark(thread);
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    while (true) {
      int ran = tasks.drain(this::runSafely, TASKS_PER_ROUND) + runDueTimers();
      finishRound();
      if (ran == 0) {
        if (closing) {
          return;
        }
        parkUntilNextTimer();
      }
    }
  }

  private int runDueTimers() {
    if (timers.isEmpty()) {
      return 0;
    }
    long nowMs = time.monotonicMs();
    int ran = 0;
    while (!timers.isEmpty() && timers.element().dueMs() <= nowMs) {
      runSafely(timers.remove().task());
      ran++;
    }
    return ran;
  }

  private void finishRound() {
    if (touched.isEmpty()) {
      return;
    }
    List<RoundParticipant> participants = touched;
    touched = finishing;
    finishing = participants;
    for (RoundParticipant participant : participants) {
      runSafely(participant::write);
    }
    for (RoundParticipant participant : participants) {
      runSafely(participant::publish);
    }
    runSafely(afterPublish);
    for (RoundParticipant participant : participants) {
      runSafely(participant::answer);
    }
    participants.clear();
  }

  private void parkUntilNextTimer() {
    parked = true;
    if (!tasks.isEmpty() || !touched.isEmpty() || closing) {
      parked = false;
      return;
    }
    if (timers.isEmpty()) {
      LockSupport.park(this);
    } else {
      long waitMs = timers.element().dueMs() - time.monotonicMs();
      if (waitMs > 0) {
        LockSupport.parkNanos(this, waitMs * 1_000_000);
      }
    }
    parked = false;
  }

  /**
   * The outermost frame of this thread: one bad task must not stop the partitions of all others.
   */
  private void runSafely(Runnable task) {
    try {
      task.run();
    } catch (Throwable t) {
      log.error("A task of {} failed", thread.getName(), t);
    }
  }
}
