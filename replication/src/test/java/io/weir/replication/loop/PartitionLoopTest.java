package io.weir.replication.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PartitionLoopTest {
  private final AtomicLong clockMs = new AtomicLong(1_000);
  private final List<String> trace = Collections.synchronizedList(new ArrayList<>());
  private final PartitionLoop loop =
      new PartitionLoop(
          "test-loop",
          new TimeSource() {
            @Override
            public long monotonicMs() {
              return clockMs.get();
            }

            @Override
            public long wallMs() {
              return clockMs.get();
            }
          });

  @AfterEach
  void close() {
    loop.close();
  }

  private final class Traced implements RoundParticipant {
    private final String name;

    Traced(String name) {
      this.name = name;
    }

    @Override
    public void write() {
      trace.add(name + " writes");
    }

    @Override
    public void publish() {
      trace.add(name + " publishes");
    }

    @Override
    public void answer() {
      trace.add(name + " answers");
    }
  }

  private void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void allWritesComeBeforeAnyPublishAndTheseBeforeAnyAnswer() {
    loop.start(() -> trace.add("sent off"));
    CountDownLatch done = new CountDownLatch(1);

    loop.execute(() -> {
      loop.touch(new Traced("a"));
      loop.touch(new Traced("b"));
      loop.touch(
          new RoundParticipant() {
            @Override
            public void write() {}

            @Override
            public void publish() {}

            @Override
            public void answer() {
              done.countDown();
            }
          });
    });
    await(done);

    assertThat(trace)
        .containsExactly(
            "a writes",
            "b writes",
            "a publishes",
            "b publishes",
            "sent off",
            "a answers",
            "b answers");
  }

  @Test
  void tasksOfOneSubmitterRunInOrderOnTheLoop() {
    loop.start(() -> {});
    List<Integer> ran = new ArrayList<>();
    CountDownLatch done = new CountDownLatch(1);

    for (int i = 0; i < 10_000; i++) {
      int number = i;
      loop.execute(() -> {
        loop.assertInThread();
        ran.add(number);
      });
    }
    loop.execute(done::countDown);
    await(done);

    assertThat(ran).hasSize(10_000).isSorted();
  }

  @Test
  void aTimerRunsWhenItsTimeHasComeAndInTheOrderOfTimes() {
    loop.start(() -> {});
    CountDownLatch done = new CountDownLatch(1);
    loop.schedule(() -> trace.add("late"), 500);
    loop.schedule(() -> trace.add("early"), 200);
    loop.schedule(() -> trace.add("at once"), 0);
    loop.execute(() -> {
      clockMs.addAndGet(1_000);
      loop.schedule(done::countDown, 0);
    });
    await(done);

    assertThat(trace).containsExactly("at once", "early", "late");
  }

  @Test
  void aTaskThatFailsDoesNotStopTheOthers() {
    loop.start(() -> {});
    CountDownLatch done = new CountDownLatch(1);

    loop.execute(() -> {
      throw new IllegalStateException("a bad task, made by this test");
    });
    loop.execute(done::countDown);

    await(done);
  }

  @Test
  void closingRunsWhatIsQueuedAndTakesNoMore() {
    loop.start(() -> {});
    loop.execute(() -> trace.add("queued"));

    loop.close();

    assertThat(trace).containsExactly("queued");
    assertThatThrownBy(() -> loop.execute(() -> {})).isInstanceOf(RejectedExecutionException.class);
  }

  @Test
  void anotherThreadIsNotTheLoop() {
    assertThat(loop.inThread()).isFalse();
    assertThatThrownBy(loop::assertInThread).isInstanceOf(IllegalStateException.class);
    loop.start(() -> {});
  }
}
