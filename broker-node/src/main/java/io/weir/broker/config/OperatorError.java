package io.weir.broker.config;

/**
 * Something that only the operator can mend: a wrong setting, a port in use, a data directory of
 * another node. The process says it in one line and exits with 1; there is no stack trace.
 */
public final class OperatorError extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * @param what what is wrong, in one line
   * @param remedy what to do about it, in one line
   */
  public OperatorError(String what, String remedy) {
    super(what + ": " + remedy, null, false, false);
  }
}
