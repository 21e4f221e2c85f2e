package io.weir.it;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Measures how long acknowledgements stand still when the leader of a partition is killed with
 * SIGKILL: a program, not a test, because what it measures depends on the machine. It needs the
 * class path of the tests, which an IDE knows.
 */
final class FailoverBenchmark {
  private static final int DEFAULT_KILLS = 6;
  private static final long RECORDS_BETWEEN = 1_000;

  private FailoverBenchmark() {}

  /**
   * Prints the gap of each kill.
   *
   * @param args how many leaders to kill; default 6
   */
  public static void main(String[] args) {
    int kills = args.length > 0 ? Integer.parseInt(args[0]) : DEFAULT_KILLS;
    List<Duration> gaps = new ArrayList<>();
    try (LocalCluster cluster = LocalCluster.start(3, "512m", Map.of())) {
      cluster.createTopic("failover", 1, 3);
      try (SteadyLoad load = SteadyLoad.start(cluster.bootstrapServers(), "failover", 1)) {
        load.awaitMore(RECORDS_BETWEEN);
        for (int kill = 0; kill < kills; kill++) {
          int controller = cluster.controller();
          int leader = cluster.leader("failover", 0);
          Duration _ = load.takeLongestGap();
          cluster.kill9(leader);
          load.awaitMore(RECORDS_BETWEEN);
          Duration gap = load.takeLongestGap();
          gaps.add(gap);
          System.out.printf(
              "killed node %d, leader%s: %d ms without acknowledgements%n",
              leader, leader == controller ? " and controller" : "", gap.toMillis());
          cluster.start(leader);
          cluster.awaitWhole(List.of("failover"));
        }
        Ledger ledger = load.stop();
        Verifier.assertAllAcknowledgedOnceInOrder(cluster.bootstrapServers(), ledger);
      }
    }
    System.out.printf(
        "longest of %d: %d ms%n",
        kills, gaps.stream().mapToLong(Duration::toMillis).max().orElse(0));
  }
}
