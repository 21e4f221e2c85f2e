package io.weir.broker.handler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.coordinator.ProducerIdBlock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ProducerIdsTest {
  @Test
  void whoComesWhileABlockIsAskedForIsServedFromIt() {
    Queue<CompletableFuture<ProducerIdBlock>> asked = new ArrayDeque<>();
    ProducerIds ids = new ProducerIds(() -> ask(asked));
    List<CompletableFuture<Long>> waiting = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      waiting.add(ids.next());
    }
    assertThat(asked).hasSize(1);

    asked.remove().complete(new ProducerIdBlock(1000, 3));
    asked.remove().complete(new ProducerIdBlock(7000, 3));

    assertThat(waiting)
        .extracting(CompletableFuture::join)
        .containsExactly(1000L, 1001L, 1002L, 7000L, 7001L);
    assertThat(ids.next().join()).isEqualTo(7002);
    assertThat(asked).isEmpty();
  }

  @Test
  void aFailureIsToldToAllWhoWaitAndTheNextOneAsksAgain() {
    Queue<CompletableFuture<ProducerIdBlock>> asked = new ArrayDeque<>();
    ProducerIds ids = new ProducerIds(() -> ask(asked));
    CompletableFuture<Long> first = ids.next();
    asked.remove().completeExceptionally(new IllegalStateException("no controller"));
    CompletableFuture<Long> second = ids.next();
    asked.remove().complete(new ProducerIdBlock(0, 1000));

    assertThatThrownBy(first::join).hasRootCauseMessage("no controller");
    assertThat(second.join()).isZero();
  }

  @Test
  void eachIdIsGivenOnceHoweverManyAskAtTheSameTime() {
    AtomicLong blocks = new AtomicLong();
    ProducerIds ids =
        new ProducerIds(() ->
            CompletableFuture.supplyAsync(
                () -> new ProducerIdBlock(blocks.getAndIncrement() * 7, 7)));
    Queue<CompletableFuture<Long>> given = new ConcurrentLinkedQueue<>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 2_000; i++) {
        threads.execute(() -> given.add(ids.next()));
      }
    }

    Set<Long> distinct = new HashSet<>();
    given.forEach(id -> distinct.add(id.join()));
    assertThat(distinct).hasSize(2_000);
  }

  private static CompletableFuture<ProducerIdBlock> ask(
      Queue<CompletableFuture<ProducerIdBlock>> asked) {
    CompletableFuture<ProducerIdBlock> block = new CompletableFuture<>();
    asked.add(block);
    return block;
  }
}
