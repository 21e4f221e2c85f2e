package io.weir.coordinator.transaction;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.weir.coordinator.group.ManualLoop;
import io.weir.coordinator.state.LoopView;
import io.weir.coordinator.state.StatePartitions;
import io.weir.protocol.model.ErrorCode;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;

/** {@code __transaction_state} in memory, as replicated as a test wants it to be. */
final class MemoryStates implements StatePartitions {
  private record Pending(ByteBuffer batch, Consumer<ErrorCode> committed) {}

  private final ManualLoop loop;
  private final List<ByteBuffer> committed = new ArrayList<>();
  private final Deque<Pending> pending = new ArrayDeque<>();
  private final Deque<Runnable> loads = new ArrayDeque<>();
  private int count = 1;
  private boolean holdsAppends;
  private boolean holdsLoads;

  MemoryStates(ManualLoop loop) {
    this.loop = loop;
  }

  void count(int count) {
    this.count = count;
  }

  void holdAppends(boolean holds) {
    holdsAppends = holds;
  }

  void holdLoads() {
    holdsLoads = true;
  }

  int batches() {
    return committed.size();
  }

  void commitNext() {
    Pending next = pending.remove();
    committed.add(next.batch());
    loop.run(() -> next.committed().accept(ErrorCode.NONE));
  }

  /** The append gives up waiting; the batch will be committed all the same. */
  void giveUpOnNext() {
    Pending next = pending.remove();
    committed.add(next.batch());
    loop.run(() -> next.committed().accept(ErrorCode.REQUEST_TIMED_OUT));
  }

  void finishLoads() {
    holdsLoads = false;
    while (!loads.isEmpty()) {
      loop.run(loads.remove());
    }
  }

  /** Bytes that nobody can understand. */
  void damage(ByteBuffer batch) {
    committed.add(batch);
  }

  void repair() {
    committed.removeLast();
  }

  @Override
  public int count() {
    return count;
  }

  @Override
  public LoopView loop(int partition) {
    return loop;
  }

  @Override
  public void append(
      int partition, int leaderEpoch, ByteBuf batch, Consumer<ErrorCode> whenCommitted) {
    ByteBuffer bytes = ByteBuffer.wrap(ByteBufUtil.getBytes(batch)).asReadOnlyBuffer();
    batch.release();
    if (holdsAppends) {
      pending.add(new Pending(bytes, whenCommitted));
    } else {
      committed.add(bytes);
      loop.execute(() -> whenCommitted.accept(ErrorCode.NONE));
    }
  }

  @Override
  public void load(
      int partition, int leaderEpoch, Consumer<ByteBuf> batches, Consumer<ErrorCode> done) {
    Runnable load =
        () -> {
          committed.forEach(batch -> batches.accept(Unpooled.wrappedBuffer(batch)));
          done.accept(ErrorCode.NONE);
        };
    if (holdsLoads) {
      loads.add(load);
    } else {
      loop.execute(load);
    }
  }
}
