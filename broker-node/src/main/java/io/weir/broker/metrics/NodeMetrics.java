package io.weir.broker.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.weir.coordinator.metadata.MetadataImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All that a node measures. Thread-safe: a scrape runs on a virtual thread of its own, and whoever
 * asks while one runs gets the same answer, so there is never more than one.
 *
 * <pre>
 *   scrape ── GroupCollector ──┬── GroupStatisticsSource (loops of the coordinator's partitions)
 *                              └── LagMeter ── LeaderReadings (loops of partitions, here or elsewhere)
 * </pre>
 */
public final class NodeMetrics {
  /** Of the text format that all readers of Prometheus metrics know. */
  public static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

  private static final Logger LOG = LoggerFactory.getLogger(NodeMetrics.class);

  /** Both together stay below the 10 s that Prometheus waits by default. */
  private static final Duration PATIENCE_WITH_COORDINATOR = Duration.ofSeconds(2);

  private static final Duration PATIENCE_WITH_LEADERS = Duration.ofSeconds(4);

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final Timer scrapes =
      Timer.builder("weir.metrics.scrape")
          .description("Time to put together an answer of /metrics.")
          .register(registry);
  private final AtomicReference<@Nullable CompletableFuture<byte[]>> running =
      new AtomicReference<>();

  // Kept here because the registry has only a weak reference to what a counter is read from.
  private volatile LongSupplier uncleanElections = () -> 0;

  /**
   * @param maxSeries how many series groups may have
   */
  public NodeMetrics(
      GroupStatisticsSource groups,
      Supplier<MetadataImage> metadata,
      LeaderReadings leaders,
      int maxSeries) {
    LagMeter lags = new LagMeter(metadata, leaders, PATIENCE_WITH_LEADERS, System::nanoTime);
    registry
        .getPrometheusRegistry()
        .register(
            new GroupCollector(
                groups, lags, maxSeries, PATIENCE_WITH_COORDINATOR, System::currentTimeMillis));
  }

  /**
   * Shows how far the node is with opening its logs.
   *
   * @param remaining how many are not open yet; costs nothing to ask
   */
  public void showOpeningLogs(IntSupplier remaining) {
    Gauge.builder("weir.logs.opening.remaining", remaining::getAsInt)
        .description("Logs of this node that are not open yet, recovery included.")
        .register(registry);
  }

  /**
   * Shows the transactions that this node coordinates.
   *
   * @param open how many are open; costs nothing to ask
   * @param oldestAgeMs for how long the oldest has been open, 0 when none is; costs nothing to ask
   */
  public void showTransactions(IntSupplier open, LongSupplier oldestAgeMs) {
    Gauge.builder("weir.transactions.open", open::getAsInt)
        .description("Transactions that have begun and are not complete.")
        .register(registry);
    TimeGauge.builder("weir.transaction.oldest.age", oldestAgeMs::getAsLong, TimeUnit.MILLISECONDS)
        .description("Time since the oldest open transaction began; 0 when none is open.")
        .register(registry);
  }

  /**
   * Shows a log directory.
   *
   * @param usableBytes free bytes of its volume; costs nothing to ask
   * @param online whether it serves
   */
  public void showDirectory(String path, LongSupplier usableBytes, BooleanSupplier online) {
    Gauge.builder("weir.log.directory.usable.bytes", usableBytes::getAsLong)
        .description("Free bytes of the volume that a log directory is on.")
        .tag("directory", path)
        .strongReference(true)
        .register(registry);
    Gauge.builder("weir.log.directory.online", () -> online.getAsBoolean() ? 1 : 0)
        .description("1 while a log directory serves, 0 once its disk has failed.")
        .tag("directory", path)
        .strongReference(true)
        .register(registry);
  }

  /**
   * Shows how often this node, as controller, elected a leader that was not in sync.
   *
   * @param partitions so many since the process began; costs nothing to ask
   */
  public void showUncleanElections(LongSupplier partitions) {
    uncleanElections = partitions;
    FunctionCounter.builder(
            "weir.unclean.elections",
            this,
            metrics -> (double) metrics.uncleanElections.getAsLong())
        .description("Partitions that got a leader that was not in sync; records may be lost.")
        .register(registry);
  }

  /**
   * All metrics in {@link #CONTENT_TYPE}. The future completes on a virtual thread; exceptionally
   * when the groups' coordinator did not answer.
   */
  public CompletableFuture<byte[]> scrape() {
    CompletableFuture<byte[]> own = new CompletableFuture<>();
    CompletableFuture<byte[]> other = running.compareAndExchange(null, own);
    if (other != null) {
      return other;
    }
    Thread.startVirtualThread(() -> render(own));
    return own;
  }

  /**
   * Outermost on its thread. An answer is given when it is no longer the running one: who asks
   * after that must not get what was true before.
   */
  private void render(CompletableFuture<byte[]> answer) {
    long startNs = System.nanoTime();
    Runnable tell;
    try {
      ByteArrayOutputStream text = new ByteArrayOutputStream();
      registry.scrape(text, CONTENT_TYPE);
      tell = () -> answer.complete(text.toByteArray());
    } catch (IOException | RuntimeException e) {
      LOG.warn("metrics could not be put together", e);
      tell = () -> answer.completeExceptionally(e);
    } finally {
      scrapes.record(Duration.ofNanos(System.nanoTime() - startNs));
      running.set(null);
    }
    tell.run();
  }
}
