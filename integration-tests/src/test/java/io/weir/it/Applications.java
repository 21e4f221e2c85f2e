package io.weir.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * The instances of one application, each a process with a number, and what a seed does to them and
 * to the nodes they use: one of either is killed with SIGKILL, the rest goes on, and it is started
 * again. Confined to the thread of the test.
 */
final class Applications implements AutoCloseable {
  /** How an instance of the application comes to be. */
  @FunctionalInterface
  interface Launcher {
    /**
     * Starts the process of an instance.
     *
     * @param instance its number
     * @param folder for what it keeps, the same each time
     * @param output takes what it says
     */
    JavaProcess launch(int instance, Path folder, Path output);
  }

  private static final int LOG_LINES_SHOWN = 60;

  private final TestedCluster cluster;
  private final Path folder;
  private final Launcher launcher;
  private final Map<Integer, JavaProcess> instances = new TreeMap<>();
  private final List<String> faults = new ArrayList<>();
  private boolean passed;

  private Applications(TestedCluster cluster, Launcher launcher) {
    this.cluster = cluster;
    this.launcher = launcher;
    try {
      this.folder = Files.createTempDirectory("weir-it-application-");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts instances 0 to {@code count - 1}. */
  static Applications start(TestedCluster cluster, int count, Launcher launcher) {
    Applications applications = new Applications(cluster, launcher);
    for (int instance = 0; instance < count; instance++) {
      applications.launch(instance);
    }
    return applications;
  }

  private void launch(int instance) {
    instances.put(
        instance,
        launcher.launch(
            instance,
            folder.resolve("instance-" + instance),
            folder.resolve("instance-" + instance + ".log")));
  }

  /**
   * Kills one after the other, instances and nodes, as the seed has it.
   *
   * @param topics that must be whole again before another node is killed
   * @param progress waits until the application has done some more; false when it did not
   */
  void suffer(Random random, int kills, Collection<String> topics, BooleanSupplier progress) {
    for (int kill = 0; kill < kills; kill++) {
      List<Integer> nodes = cluster.mortalNodes();
      if (nodes.isEmpty() || kill % 2 == 0) {
        int instance = random.nextInt(instances.size());
        killInstance(instance, random.nextBoolean(), progress);
      } else {
        int node = nodes.get(random.nextInt(nodes.size()));
        faults.add("node " + node + " is killed");
        cluster.kill9(node);
        expect(progress);
        cluster.restart(node);
        cluster.awaitWhole(topics);
      }
      expect(progress);
    }
  }

  private void killInstance(int instance, boolean backAtOnce, BooleanSupplier progress) {
    faults.add("instance " + instance + " is killed, back at once: " + backAtOnce);
    process(instance).kill();
    if (!backAtOnce) {
      expect(progress);
    }
    launch(instance);
  }

  private void expect(BooleanSupplier progress) {
    checkAllAlive();
    if (!progress.getAsBoolean()) {
      throw new AssertionError("nothing more was done, after " + faults);
    }
  }

  /** Instances end when they are killed, and for nothing else. */
  private void checkAllAlive() {
    instances.forEach((instance, process) -> {
      if (!process.isAlive() && process.awaitExit(1) != 128 + 9) {
        throw new AssertionError(
            "instance " + instance + " ended:\n" + process.tail(LOG_LINES_SHOWN));
      }
    });
  }

  private JavaProcess process(int instance) {
    JavaProcess process = instances.get(instance);
    if (process == null) {
      throw new IllegalArgumentException("no instance " + instance);
    }
    return process;
  }

  /** All was as it must be: {@link #close} need not show or keep anything. */
  void passed() {
    passed = true;
  }

  @Override
  public void close() {
    instances.values().stream().filter(JavaProcess::isAlive).forEach(JavaProcess::kill);
    if (passed) {
      delete(folder);
      return;
    }
    cluster.failed();
    System.err.println("faults: " + faults);
    instances.forEach((instance, process) ->
        System.err.printf(
            "--- instance %d, in %s%n%s%n", instance, folder, process.tail(LOG_LINES_SHOWN)));
  }

  private static void delete(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
