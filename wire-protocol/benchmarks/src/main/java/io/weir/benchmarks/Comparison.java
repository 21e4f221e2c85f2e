package io.weir.benchmarks;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What all comparisons have in common: how they are measured, and the parameters. JVM options and
 * kind of thread are those of a node ({@code deploy/jvm/broker.options}), for both sides.
 *
 * <p>Iterations are many and short: where the machine has other work too, most of them are still
 * left alone, and the median tells.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 30, time = 100, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 30, time = 100, timeUnit = TimeUnit.MILLISECONDS)
@Fork(
    value = 3,
    jvmArgsAppend = {
      "-Xms1g",
      "-Xmx1g",
      "-XX:+UseG1GC",
      "--enable-native-access=ALL-UNNAMED",
      "--sun-misc-unsafe-memory-access=allow",
      "-Djmh.executor=CUSTOM",
      "-Djmh.executor.class=io.weir.benchmarks.EventLoopThreads"
    })
public abstract class Comparison {
  @Param Load load = Load.ONE_16_KIB;

  /** Bytes of a record's value. */
  @Param({"100", "1024"})
  int recordBytes;
}
