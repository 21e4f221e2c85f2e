package io.weir.deploy.local;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.weir.cli.CommandFailure;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;

/**
 * Starts a supervisor in the background and waits until its cluster is ready. The supervisor says
 * on its standard output what the user should see, and {@link Announcer#READY} when the cluster is
 * ready; when it ends before, the start has failed. Stateless.
 */
public final class DetachedStart {
  /** Makes {@code weir up} the supervisor of a detached cluster; for this class only. */
  public static final String SUPERVISOR_OPTION = "--detached-supervisor";

  private static final String WARNING = "weir: ";

  private DetachedStart() {}

  /**
   * Returns when the cluster is ready, or its start has failed.
   *
   * @param args the arguments of {@code weir} that make the supervisor
   * @return the exit code for the command
   */
  public static int start(ClusterFolder folder, List<String> args) {
    Process supervisor = launch(folder, args);
    // Until the cluster is ready, Ctrl-C means it too.
    Thread stop = new Thread(supervisor::destroy, "stop-supervisor");
    Runtime.getRuntime().addShutdownHook(stop);
    try (BufferedReader output = supervisor.inputReader(UTF_8)) {
      if (relay(output)) {
        var _ = Runtime.getRuntime().removeShutdownHook(stop);
        return 0;
      }
      return Math.max(1, supervisor.waitFor());
    } catch (IOException e) {
      throw new CommandFailure(
          "the supervisor's output broke off (" + e.getMessage() + ")",
          "see " + folder.supervisorLog());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return 1;
    }
  }

  /**
   * Shows what the supervisor says; true when that the cluster is ready, false when it ended
   * before.
   */
  private static boolean relay(BufferedReader output) throws IOException {
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      if (line.equals(Announcer.READY)) {
        return true;
      }
      (line.startsWith(WARNING) ? System.err : System.out).println(line);
    }
    return false;
  }

  private static Process launch(ClusterFolder folder, List<String> args) {
    try {
      Files.createDirectories(folder.path());
      return new ProcessBuilder(JavaCommand.weir(args))
          .redirectInput(new File("/dev/null"))
          .redirectError(ProcessBuilder.Redirect.appendTo(folder.supervisorLog().toFile()))
          .start();
    } catch (IOException e) {
      throw new CommandFailure(
          "the supervisor cannot be started (" + e + ")",
          "check the permissions of " + folder.path());
    }
  }
}
