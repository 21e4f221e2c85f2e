package io.weir.broker.handler;

import io.weir.coordinator.ProducerIdBlock;
import io.weir.coordinator.transaction.ProducerIdSource;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * Hands out producer ids, each once, from blocks that the controller allots. Thread-safe: a lock
 * around the current block and those who wait for the next; futures complete outside of it.
 */
public final class ProducerIds implements ProducerIdSource {
  private final Supplier<CompletableFuture<ProducerIdBlock>> blocks;
  private final Queue<CompletableFuture<Long>> waiting = new ArrayDeque<>();
  private long next;
  private long end;
  private boolean asking;

  /**
   * @param blocks asks for another block
   */
  public ProducerIds(Supplier<CompletableFuture<ProducerIdBlock>> blocks) {
    this.blocks = blocks;
  }

  @Override
  public CompletableFuture<Long> next() {
    CompletableFuture<Long> id = new CompletableFuture<>();
    synchronized (this) {
      if (waiting.isEmpty() && next < end) {
        id.complete(next++);
        return id;
      }
      waiting.add(id);
      if (asking) {
        return id;
      }
      asking = true;
    }
    ask();
    return id;
  }

  private void ask() {
    var _ =
        blocks
            .get()
            .whenComplete((block, failure) -> {
              if (failure == null) {
                serve(block);
              } else {
                refuse(failure);
              }
            });
  }

  private void serve(ProducerIdBlock block) {
    long first = block.first();
    Queue<CompletableFuture<Long>> served = new ArrayDeque<>();
    boolean again;
    synchronized (this) {
      next = block.first();
      end = block.first() + block.count();
      while (!waiting.isEmpty() && next < end) {
        served.add(waiting.remove());
        next++;
      }
      asking = !waiting.isEmpty();
      again = asking;
    }
    for (CompletableFuture<Long> id : served) {
      id.complete(first++);
    }
    if (again) {
      ask();
    }
  }

  private void refuse(Throwable failure) {
    Queue<CompletableFuture<Long>> refused;
    synchronized (this) {
      refused = new ArrayDeque<>(waiting);
      waiting.clear();
      asking = false;
    }
    refused.forEach(id -> id.completeExceptionally(failure));
  }
}
