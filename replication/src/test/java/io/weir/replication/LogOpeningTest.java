package io.weir.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.replication.LogOpening.OpeningProgress;
import io.weir.replication.loop.TimeSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

final class LogOpeningTest {
  @Test
  void logsAreOpenedSideBySide() throws InterruptedException {
    LogOpening opening = new LogOpening(2, TimeSource.system());
    CountDownLatch bothOpening = new CountDownLatch(2);
    for (int i = 0; i < 2; i++) {
      opening.open(
          CompletableFuture.completedFuture(null),
          () -> {
            bothOpening.countDown();
            awaitQuietly(bothOpening);
          });
    }
    opening.shutdown();
    assertThat(opening.await(30_000)).isTrue();
    assertThat(opening.remaining()).isZero();
  }

  @Test
  void aLogWaitsForEarlierWorkOnItsFolderAndAFailureCountsAsFinished() throws InterruptedException {
    LogOpening opening = new LogOpening(1, TimeSource.system());
    CompletableFuture<Void> earlier = new CompletableFuture<>();
    opening.open(
        earlier,
        () -> {
          throw new IllegalStateException("as a test");
        });
    assertThat(opening.remaining()).isEqualTo(1);
    earlier.complete(null);
    opening.shutdown();
    assertThat(opening.await(30_000)).isTrue();
    assertThat(opening.remaining()).isZero();
  }

  @Test
  void aLongOpeningSaysEveryFewSecondsHowFarItIs() {
    OpeningProgress progress = new OpeningProgress();
    for (int i = 0; i < 4; i++) {
      progress.begin(1_000);
    }
    assertThat(progress.finish(2_000)).isNull();
    assertThat(progress.finish(6_000)).isEqualTo("Opened 2 of 4 logs in 5000 ms, 2 remain");
    assertThat(progress.finish(10_999)).isNull();
    assertThat(progress.finish(11_500)).isEqualTo("Opened 4 logs in 10500 ms");
    assertThat(progress.remaining()).isZero();
  }

  @Test
  void aFewLogsThatOpenAtOnceAreNotWorthALine() {
    OpeningProgress progress = new OpeningProgress();
    progress.begin(0);
    assertThat(progress.finish(10)).isNull();
    for (int i = 0; i < OpeningProgress.MANY; i++) {
      progress.begin(20);
    }
    for (int i = 1; i < OpeningProgress.MANY; i++) {
      assertThat(progress.finish(30)).isNull();
    }
    assertThat(progress.finish(40)).isEqualTo("Opened 100 logs in 20 ms");
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
