package io.weir.broker.config;

/** The text of a setting cannot be used; the message says why, without the name of the setting. */
public final class BadValueException extends Exception {
  private static final long serialVersionUID = 1L;

  public BadValueException(String why) {
    super(why, null, false, false);
  }
}
