package io.weir.benchmarks;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Collection;
import java.util.List;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.results.AggregationPolicy;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.ScalarResult;

/**
 * Processor time of the measuring threads for one operation. Where the machine has other work too,
 * elapsed time counts that as well, and this does not. Without the threads of the garbage
 * collector, which only flatters the side that allocates more.
 */
public final class CpuTime implements InternalProfiler {
  /** How the names of the measuring threads start. */
  static final String THREAD_PREFIX = "measuring";

  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private long startNs;

  @Override
  public String getDescription() {
    return "Processor time of the measuring threads for one operation";
  }

  @Override
  public void beforeIteration(BenchmarkParams benchmark, IterationParams iteration) {
    startNs = workersNs();
  }

  @Override
  public Collection<? extends Result<?>> afterIteration(
      BenchmarkParams benchmark, IterationParams iteration, IterationResult result) {
    long operations = Math.max(1, result.getMetadata().getAllOps());
    return List.of(
        new ScalarResult(
            "cpu.time.norm",
            (double) (workersNs() - startNs) / operations,
            "ns/op",
            AggregationPolicy.AVG));
  }

  private static long workersNs() {
    long sum = 0;
    for (long id : THREADS.getAllThreadIds()) {
      var thread = THREADS.getThreadInfo(id);
      if (thread != null && thread.getThreadName().startsWith(THREAD_PREFIX)) {
        sum += THREADS.getThreadCpuTime(id);
      }
    }
    return sum;
  }
}
