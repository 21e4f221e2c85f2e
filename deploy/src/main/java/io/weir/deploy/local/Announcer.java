package io.weir.deploy.local;

import java.io.PrintStream;

/**
 * Says what happens to a cluster: to the terminal, and, when the supervisor is detached, to its
 * log, from the moment that it is ready to the log only. Confined to the supervisor's thread.
 */
final class Announcer {
  /** The last line of a detached supervisor to the command that started it. */
  static final String READY = "--ready--";

  private final PrintStream terminal;
  private final boolean detached;
  private boolean attached = true;

  private Announcer(PrintStream terminal, boolean detached) {
    this.terminal = terminal;
    this.detached = detached;
  }

  static Announcer foreground() {
    return new Announcer(System.out, false);
  }

  /**
   * For a supervisor whose output leads to the command that started it, and whose error output is
   * its log.
   */
  static Announcer detached() {
    return new Announcer(System.out, true);
  }

  void say(String line) {
    if (attached) {
      terminal.println(line);
      terminal.flush();
    }
    if (detached) {
      System.err.println(line);
    }
  }

  /** What the user should hear of, after the prefix that all such lines have. */
  void warn(String line) {
    if (detached) {
      say("weir: " + line);
    } else {
      System.err.println("weir: " + line);
    }
  }

  /** Lets go of the command that started a detached supervisor, which then returns. */
  void ready() {
    if (detached) {
      attached = false;
      terminal.println(READY);
      terminal.close();
    }
  }
}
