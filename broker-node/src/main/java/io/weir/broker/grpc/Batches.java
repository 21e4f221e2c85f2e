package io.weir.broker.grpc;

import io.grpc.stub.StreamObserver;
import io.weir.protocol.cluster.Result;
import io.weir.protocol.cluster.Results;
import io.weir.protocol.model.ErrorCode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Questions of one kind to one node, sent many in a call: those that come while the node has not
 * yet taken in the call before go together in the next one, so calls are few under load and
 * immediate when idle. A question that takes long to answer holds back no other.
 *
 * <p>Bounded: when too many are without an answer, further ones are refused at once. Thread-safe: a
 * lock around the queue; futures complete outside of it.
 */
final class Batches<Q> {
  private static final Logger LOG = LoggerFactory.getLogger(Batches.class);

  static final int MAX_OPEN = 10_000;
  static final int MAX_BATCH = 500;

  private final Sender<Q> sender;
  private final Queue<Asked<Q>> waiting = new ArrayDeque<>();

  /** Questions without an answer, sent or not. */
  private int open;

  /** Whether a call is on its way that the node has not yet taken in. */
  private boolean sending;

  /** Makes one call. */
  @FunctionalInterface
  interface Sender<Q> {
    /** Starts the call, which must end within a bounded time, and returns at once. */
    void send(List<Q> questions, StreamObserver<Results> answer);
  }

  private record Asked<Q>(Q question, CompletableFuture<ErrorCode> answer) {}

  Batches(Sender<Q> sender) {
    this.sender = sender;
  }

  /** Asks; NETWORK_EXCEPTION when no answer came, or too many are asked already. */
  CompletableFuture<ErrorCode> ask(Q question) {
    Asked<Q> asked = new Asked<>(question, new CompletableFuture<>());
    synchronized (this) {
      if (open == MAX_OPEN) {
        return CompletableFuture.completedFuture(ErrorCode.NETWORK_EXCEPTION);
      }
      open++;
      waiting.add(asked);
      if (sending) {
        return asked.answer();
      }
      sending = true;
    }
    sendWaiting();
    return asked.answer();
  }

  /**
   * Sends until a call is on its way, or nothing waits. A call may be taken in, or fail, before its
   * sender returns: then this goes round, for a call that began the next one from within itself
   * would stand on a deeper stack each time a node refuses the connection.
   */
  private void sendWaiting() {
    Answer call;
    do {
      List<Asked<Q>> batch = nextBatch();
      if (batch.isEmpty()) {
        return;
      }
      call = new Answer(batch);
      sender.send(batch.stream().map(Asked::question).toList(), call);
    } while (call.wasTakenInWhileSending());
  }

  private synchronized List<Asked<Q>> nextBatch() {
    List<Asked<Q>> batch = new ArrayList<>();
    while (batch.size() < MAX_BATCH && !waiting.isEmpty()) {
      batch.add(waiting.remove());
    }
    sending = !batch.isEmpty();
    return batch;
  }

  private void settle(Asked<Q> asked, ErrorCode error) {
    synchronized (this) {
      open--;
    }
    asked.answer().complete(error);
  }

  /**
   * The answer to one call. gRPC calls it from one thread at a time, perhaps before the sender has
   * returned: of the two, the later one sends what waits.
   */
  private final class Answer implements StreamObserver<Results> {
    private final List<Asked<Q>> batch;
    private final BitSet answered = new BitSet();

    /** Guarded by this. */
    private boolean taken;

    /** Whether the sender has returned. Guarded by this. */
    private boolean sent;

    Answer(List<Asked<Q>> batch) {
      this.batch = batch;
    }

    @Override
    public void onNext(Results results) {
      take();
      for (Result result : results.getResultsList()) {
        int index = result.getIndex();
        if (index < batch.size() && !answered.get(index)) {
          answered.set(index);
          settle(batch.get(index), ErrorCode.of(result.getErrorCode()));
        }
      }
    }

    @Override
    public void onError(Throwable failure) {
      LOG.debug("a call about transactions failed", failure);
      end();
    }

    @Override
    public void onCompleted() {
      end();
    }

    private void end() {
      for (int i = answered.nextClearBit(0); i < batch.size(); i = answered.nextClearBit(i + 1)) {
        settle(batch.get(i), ErrorCode.NETWORK_EXCEPTION);
      }
      take();
    }

    private synchronized boolean wasTakenInWhileSending() {
      sent = true;
      return taken;
    }

    private void take() {
      synchronized (this) {
        boolean sendsWhatWaits = sent && !taken;
        taken = true;
        if (!sendsWhatWaits) {
          return;
        }
      }
      sendWaiting();
    }
  }
}
