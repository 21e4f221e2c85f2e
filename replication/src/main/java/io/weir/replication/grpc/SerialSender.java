package io.weir.replication.grpc;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jctools.queues.MpscUnboundedArrayQueue;

/**
 * Lets several loops send by one gRPC call, which wants one sender at a time: whoever finds nobody
 * sending sends for all. Thread-safe, without locks.
 *
 * <p>Not bounded here: a leader asks the stream whether it is writable before it makes messages
 * with batches, and all others are small.
 */
final class SerialSender<M> {
  private final MpscUnboundedArrayQueue<List<M>> queue = new MpscUnboundedArrayQueue<>(64);
  private final AtomicInteger queued = new AtomicInteger();
  private final Consumer<List<M>> send;

  /**
   * @param send sends one message or, when the call is over, lets go of it; never throws
   */
  SerialSender(Consumer<List<M>> send) {
    this.send = send;
  }

  void send(List<M> messages) {
    queue.offer(messages);
    if (queued.getAndIncrement() == 0) {
      do {
        List<M> next = queue.poll();
        if (next == null) {
          throw new IllegalStateException("fewer messages than were counted");
        }
        send.accept(next);
      } while (queued.decrementAndGet() > 0);
    }
  }
}
