package io.weir.deploy.local;

import io.weir.cli.CommandFailure;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import java.util.stream.Stream;

/** One node of a local cluster and its process. Confined to the supervisor's thread. */
final class NodeProcess {
  private final int id;
  private final Path log;
  private final long logStart;
  private final Process process;

  private NodeProcess(int id, Path log, long logStart, Process process) {
    this.id = id;
    this.log = log;
    this.logStart = logStart;
    this.process = process;
  }

  /**
   * Starts the node on the configuration that its folder has for it, and writes its pid.
   *
   * @param cache whether and how its JVM has to do with an AOT cache
   * @param onExit gets the exit code, on a thread of the JVM, when the process has ended
   */
  static NodeProcess launch(int id, ClusterFolder folder, JavaOptions cache, IntConsumer onExit) {
    Path log = folder.log(id);
    try {
      long logStart = Files.exists(log) ? Files.size(log) : 0;
      Process process =
          new ProcessBuilder(JavaCommand.node(folder.configuration(id), cache))
              .directory(folder.path().toFile())
              .redirectInput(new File("/dev/null"))
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
              .start();
      folder.writePid(id, process.pid());
      var _ = process.onExit().thenAccept(ended -> onExit.accept(ended.exitValue()));
      return new NodeProcess(id, log, logStart, process);
    } catch (IOException e) {
      throw new CommandFailure(
          "node " + id + " cannot be started (" + e.getMessage() + ")",
          "check the Java in use and " + log);
    }
  }

  int id() {
    return id;
  }

  ProcessIdentity identity() {
    return ProcessIdentity.of(process.toHandle());
  }

  void askToStop() {
    process.destroy();
  }

  /** False when it still runs. */
  boolean waitForEnd(long ms) throws InterruptedException {
    return process.waitFor(ms, TimeUnit.MILLISECONDS);
  }

  void kill() {
    var _ = process.destroyForcibly();
  }

  /**
   * What it said last: the line for the operator when there is one, otherwise the last line at all.
   */
  String lastWords() {
    try (Stream<String> lines = LogTail.since(log, logStart)) {
      return LogTail.lastWords(lines);
    } catch (IOException e) {
      return "its log " + log + " cannot be read";
    }
  }
}
