package io.weir.broker.metrics;

import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;

/**
 * The series of groups, made anew at each scrape: a group that was handed over or forgotten is gone
 * from the next answer. Confined to one scrape at a time, whose thread it blocks.
 */
final class GroupCollector implements MultiCollector {
  private final GroupStatisticsSource groups;
  private final LagMeter lags;
  private final int maxSeries;
  private final Duration patience;
  private final LongSupplier clockMs;

  /**
   * @param maxSeries how many series groups may have
   * @param patience with the groups' coordinator
   */
  GroupCollector(
      GroupStatisticsSource groups,
      LagMeter lags,
      int maxSeries,
      Duration patience,
      LongSupplier clockMs) {
    this.groups = groups;
    this.lags = lags;
    this.maxSeries = maxSeries;
    this.patience = patience;
    this.clockMs = clockMs;
  }

  @Override
  public MetricSnapshots collect() {
    GroupSeries series = new GroupSeries(maxSeries, clockMs.getAsLong());
    return new MetricSnapshots(series.of(statistics(), lags::measure));
  }

  private List<GroupStatistics> statistics() {
    try {
      return groups.statistics().get(patience.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException | ExecutionException e) {
      throw new ScrapeFailedException("the coordinator does not say what its groups do", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ScrapeFailedException("interrupted", e);
    }
  }
}
