package io.weir.benchmarks;

import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Runs benchmarks on threads such as Netty's event loops have, whose thread locals are fields. JMH
 * makes one by its class's name.
 */
public final class EventLoopThreads extends ThreadPoolExecutor {
  /** For JMH. */
  public EventLoopThreads(int threads, String benchmark) {
    super(
        threads,
        threads,
        0,
        TimeUnit.SECONDS,
        new LinkedBlockingQueue<>(),
        new DefaultThreadFactory(CpuTime.THREAD_PREFIX));
  }
}
