package io.weir.cli;

/**
 * A command could not do what was asked, for a reason that its user can act on. It is shown as one
 * line, {@code weir: what: what to do}, and never as a stack trace.
 */
public final class CommandFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * @param what what went wrong, without a full stop
   * @param whatToDo what the user can do about it
   */
  public CommandFailure(String what, String whatToDo) {
    super(withoutFullStop(firstLine(what)) + ": " + firstLine(whatToDo));
  }

  private static String withoutFullStop(String text) {
    return text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
  }

  private static String firstLine(String text) {
    return text.lines().findFirst().orElse("").strip();
  }
}
