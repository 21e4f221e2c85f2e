package io.weir.coordinator;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/**
 * A {@link TestNode} in a process of its own, so that it can be killed as operating systems kill.
 */
final class NodeProcess implements AutoCloseable {
  private static final String STARTED = "started";
  private static final Duration SOON = Duration.ofSeconds(30);

  private final Process process;

  private NodeProcess(Process process) {
    this.process = process;
  }

  /** Returns when the node is registered and knows who the controller is. */
  static NodeProcess start(int id, UUID storageId, CoordinationSettings settings) {
    try {
      Process process =
          new ProcessBuilder(
                  List.of(
                      System.getProperty("java.home") + "/bin/java",
                      "-XX:TieredStopAtLevel=1",
                      "-Xmx128m",
                      "--enable-native-access=ALL-UNNAMED",
                      "--sun-misc-unsafe-memory-access=allow",
                      "-cp",
                      System.getProperty("java.class.path"),
                      NodeProcess.class.getName(),
                      Integer.toString(id),
                      storageId.toString(),
                      settings.zooKeeperConnect()))
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      String said = process.inputReader().readLine();
      while (said != null && !said.equals(STARTED)) {
        said = process.inputReader().readLine();
      }
      if (said == null) {
        throw new IllegalStateException("the node did not start");
      }
      return new NodeProcess(process);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void kill() {
    process.destroyForcibly();
    try {
      process.waitFor(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    kill();
  }

  /** Runs until its parent ends, or it is killed. */
  public static void main(String[] args) throws IOException {
    TestNode node =
        TestNode.start(
            Integer.parseInt(args[0]), UUID.fromString(args[1]), TestNode.settings(args[2]));
    await().atMost(SOON).until(() -> node.image().controllerId() >= 0);
    System.out.println(STARTED);
    while (System.in.read() >= 0) {
      Thread.onSpinWait();
    }
    Runtime.getRuntime().halt(0);
  }
}
