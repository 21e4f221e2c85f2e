package io.weir.broker.metrics;

import io.weir.coordinator.metadata.BrokerImage;
import io.weir.coordinator.metadata.MetadataImage;
import io.weir.coordinator.metadata.PartitionImage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out how far the logs of partitions go beyond groups' positions, wherever they are led. All
 * leaders are asked at the same time, each one question after the other; an answer counts for some
 * seconds. Confined to one scrape at a time, whose thread it blocks.
 */
final class LagMeter {
  private static final Logger LOG = LoggerFactory.getLogger(LagMeter.class);
  private static final long FRESH_NS = Duration.ofSeconds(5).toNanos();

  private record Cached(Reading reading, long readAtNs) {}

  private final Supplier<MetadataImage> metadata;
  private final LeaderReadings leaders;
  private final long patienceNs;
  private final LongSupplier nanoTime;

  /** Answers to the last measurement; those to earlier ones are dropped, which bounds it. */
  private Map<Position, Cached> cache = Map.of();

  /**
   * @param patience for all leaders together
   */
  LagMeter(
      Supplier<MetadataImage> metadata,
      LeaderReadings leaders,
      Duration patience,
      LongSupplier nanoTime) {
    this.metadata = metadata;
    this.leaders = leaders;
    this.patienceNs = patience.toNanos();
    this.nanoTime = nanoTime;
  }

  /** Readings by position; without those whose leader is not known or did not answer in time. */
  Map<Position, Reading> measure(Collection<Position> positions) {
    long nowNs = nanoTime.getAsLong();
    Map<Position, Cached> known = new ConcurrentHashMap<>();
    Map<BrokerImage, List<Position>> unknown = new HashMap<>();
    MetadataImage image = metadata.get();
    for (Position position : positions) {
      Cached cached = cache.get(position);
      if (cached != null && nowNs - cached.readAtNs() < FRESH_NS) {
        known.put(position, cached);
      } else {
        leader(image, position)
            .ifPresent(node -> unknown.computeIfAbsent(node, _ -> new ArrayList<>()).add(position));
      }
    }
    askAll(unknown, nowNs, known);
    cache = Map.copyOf(known);
    Map<Position, Reading> readings = new HashMap<>();
    cache.forEach((position, cached) -> readings.put(position, cached.reading()));
    return readings;
  }

  private static Optional<BrokerImage> leader(MetadataImage image, Position position) {
    PartitionImage partition =
        image.partition(position.partition().topic(), position.partition().partition());
    return partition == null
        ? Optional.empty()
        : Optional.ofNullable(image.brokers().get(partition.leader()));
  }

  private void askAll(
      Map<BrokerImage, List<Position>> positions, long nowNs, Map<Position, Cached> known) {
    CompletableFuture<?>[] asked =
        positions.entrySet().stream()
            .map(of ->
                CompletableFuture.runAsync(
                    () -> askInTurn(of.getKey(), of.getValue(), nowNs, known),
                    Thread::startVirtualThread))
            .toArray(CompletableFuture[]::new);
    CompletableFuture.allOf(asked).join();
  }

  /** A node that does not answer one question is not asked the next. */
  private void askInTurn(
      BrokerImage leader, List<Position> positions, long startNs, Map<Position, Cached> known) {
    try {
      for (int from = 0; from < positions.size(); from += LeaderReadings.MAX_POSITIONS) {
        int to = Math.min(positions.size(), from + LeaderReadings.MAX_POSITIONS);
        List<Position> question = positions.subList(from, to);
        long leftNs = patienceNs - (nanoTime.getAsLong() - startNs);
        List<Optional<Reading>> answer =
            leaders.ask(leader, question).get(leftNs, TimeUnit.NANOSECONDS);
        for (int i = 0; i < question.size(); i++) {
          Position position = question.get(i);
          answer.get(i).ifPresent(reading -> known.put(position, new Cached(reading, startNs)));
        }
      }
    } catch (TimeoutException | ExecutionException e) {
      LOG.debug("node {} does not say how far its partitions go", leader.id(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
