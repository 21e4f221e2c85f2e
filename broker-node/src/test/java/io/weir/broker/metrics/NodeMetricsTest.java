package io.weir.broker.metrics;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.coordinator.metadata.MetadataImage;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class NodeMetricsTest {
  private final AtomicInteger looks = new AtomicInteger();
  private final AtomicReference<CompletableFuture<List<GroupStatistics>>> groups =
      new AtomicReference<>(new CompletableFuture<>());
  private final NodeMetrics metrics =
      new NodeMetrics(
          () -> {
            looks.incrementAndGet();
            return groups.get();
          },
          () -> MetadataImage.EMPTY,
          (leader, positions) -> CompletableFuture.completedFuture(List.of()),
          100);

  @Test
  void whoAsksWhileAScrapeRunsGetsItsAnswer() throws Exception {
    CompletableFuture<byte[]> first = metrics.scrape();
    CompletableFuture<byte[]> second = metrics.scrape();
    groups.get().complete(List.of(group("g")));

    assertThat(text(first)).contains("weir_group_members{group=\"g\"} 2.0\n");
    assertThat(second.get()).isSameAs(first.get());
    assertThat(looks).hasValue(1);
  }

  @Test
  void aGroupThatIsGoneIsNotShownAnyMore() throws Exception {
    groups.set(CompletableFuture.completedFuture(List.of(group("g"))));
    assertThat(text(metrics.scrape())).contains("group=\"g\"");

    groups.set(CompletableFuture.completedFuture(List.of(group("h"))));
    assertThat(text(metrics.scrape())).contains("group=\"h\"").doesNotContain("group=\"g\"");
  }

  @Test
  void aCoordinatorThatFailsFailsTheScrapeAndNotTheNext() throws Exception {
    groups.set(CompletableFuture.failedFuture(new IllegalStateException("a bug")));
    assertThatThrownBy(() -> metrics.scrape().get(30, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(ScrapeFailedException.class);

    groups.set(CompletableFuture.completedFuture(List.of(group("h"))));
    assertThat(text(metrics.scrape())).contains("group=\"h\"");
  }

  @Test
  void openTransactionsAndTheirAgeAreShownWithAHelpAndAType() throws Exception {
    groups.get().complete(List.of());
    metrics.showTransactions(() -> 3, () -> 61_500);
    metrics.showOpeningLogs(() -> 7);

    assertThat(text(metrics.scrape()))
        .contains("weir_logs_opening_remaining 7.0\n")
        .contains("# TYPE weir_transactions_open gauge\nweir_transactions_open 3.0\n")
        .contains("# HELP weir_transaction_oldest_age_seconds Time since")
        .contains("weir_transaction_oldest_age_seconds 61.5\n");
  }

  @Test
  void uncleanElectionsAreCountedOnAfterACollection() throws Exception {
    groups.get().complete(List.of());
    AtomicLong elections = new AtomicLong(2);
    metrics.showUncleanElections(elections::get);
    System.gc();
    elections.set(3);

    assertThat(text(metrics.scrape())).contains("weir_unclean_elections_total 3.0\n");
  }

  private static String text(CompletableFuture<byte[]> scrape) throws Exception {
    return new String(scrape.get(30, TimeUnit.SECONDS), UTF_8);
  }

  private static GroupStatistics group(String id) {
    return new GroupStatistics(id, "Classic", "Stable", 2, List.of(), List.of());
  }
}
